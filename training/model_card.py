"""Writes a model card for people (Mitchell et al. 2019) from a run's metrics; no figure in it is typed by hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from classifiers.evaluation.figures import LEAST, SHORT, TITLES, says
from training.backbones import BACKBONES
from training.following.section import kept_section
from training.markdown import table
from training.model_card_made import commands, made
from training.model_card_several import HEADING, several_section
from training.model_card_unknown import known_failure, unknown_section
from training.run import completed
from training.whole_file import write_text

_HEAD = """# The skin model

*Written by `python -m training.ship` from the run's `metrics.json`. Do not edit.*

**What it is.** {backbone} with a head of 1×1 convolution and global average; {labels} labels; 224×224 pixels; LiteRT with fp16
weights. {made}

**What it is for.** To say what a photo of one spot on the skin most looks like, how sure that is, and how soon to have it seen.

**What it must not be used for.** To decide that a spot needs no doctor; to follow a treatment; for rashes, infections, nails,
hair or mucosa; for children. It has hardly seen brown or black skin: in the data sets that state skin tone nearly all is light.

**Data and licence.** HAM10000 (CC BY-NC 4.0), MILK10k (CC BY-NC 4.0), the rest of ISIC 2019 (CC BY-NC 4.0, parts CC0), PAD-UFES-20
(CC BY 4.0); ImageNet weights (Apache-2.0) to begin with; for the gates figures of two OpenStax textbooks (CC
BY-NC-SA 4.0). The weights are CC BY-NC-SA 4.0 because of the data. 70 % of the lesions (in PAD of the patients) train, 15 %
validate, 15 % test, by a hash of the lesion's or patient's name.

**What its percentages mean.** A bias per label and the temperature ({temperature}) were fitted on validation photos weighed as if
the labels were more alike in number than they are: a percentage is not the chance that a person who walks into a clinic has
the disease.

## Figures

On the test part, through the shipped file; 95 % bootstrap intervals over lesions or patients. Reproduce all of this card by

{learning}
    {command}

or, from the shipped file, without training the network again, by `python -m training.restore --run RUN` and the last of these
commands; the figures of one data set by

    checkup evaluate DATA/ham10000/HAM10000_images_part_* --truth DATA/ham10000/HAM10000_metadata.csv --split test --out OUT
    checkup evaluate DATA/milk10k --truth DATA/milk10k/MILK10k_Training_GroundTruth.csv --split test --out OUT
    checkup evaluate DATA/pad_ufes_20 --truth DATA/pad_ufes_20/metadata.csv --split test --out-of-domain DATA/not_skin --out OUT

HAM10000 has no scc: there scc counts as akiec. An alarm is raised where {alarm} together exceed {above}.

"""
_FAILURES = """
## Known failures

The rare labels stand on a dozen lesions each, so their recall is little more than a guess: see its interval. Phone photos and
close-ups are judged worse than dermatoscope photos. Melanomas are taken for moles more than for anything else, and on close-ups
the alarm is raised for most harmless spots, too. What the gates let through still gets an answer.
"""
OF_SEEDS = {
    **{name: TITLES[name] for name in ("balanced_accuracy", "macro_auc")},
    "melanoma_auc": "melanoma against all, AUC",
    **{name: TITLES[name] for name in ("accuracy", "accuracy_on_surest", "calibration_error")},
    **{name: TITLES[name] for name in ("alarm_sensitivity", "alarm_specificity")},
}
_MORE = {
    "melanoma_auc": "melanoma against all, AUC",
    "balanced_accuracy_of_kin": "balanced accuracy, scc counted as akiec",
}


def write(file: Path, metrics: dict[str, Any]) -> None:
    """Write the card. `metrics` is what `training.ship` keeps as metrics.json."""
    sources = {source: of for source, of in metrics["figures"].items() if source != "not_skin"}
    text = _head(metrics) + _side_by_side(sources, {**TITLES, **_MORE}) + _outside(metrics)
    text += "\n## What the gates turn away\n\n" + _gates(metrics["gates"])
    text += "\n## What is no single lesion\n\n" + unknown_section(metrics)
    text += "\n## Outline\n\n" + _outline(metrics["outline"])
    text += (
        f"\nKeras and the shipped file: max |Δp| {metrics['parity']:.4f} over 200 validation photos. Rounding the weights to half "
        f"precision, before anything was chosen, moved a probability by at most {metrics['rounding']:.4f} over all of them.\n"
    )
    if "seeds" in metrics:
        text += "\n## From several seeds\n\n" + _seeds(metrics["seeds"])
    if several := several_section(file.parent):
        text += f"\n## {HEADING}\n\n{several}"
    text += "\n## By camera\n\nAll data sets together.\n\n" + _side_by_side(metrics["cameras"], TITLES)
    text += "\n## By skin tone\n\n" + "".join(_tones(metrics["skin_tones"]))
    text += "\n## Recall by label\n\n" + _recalls(metrics["labels"], sources) + kept_section(file.parent)
    write_text(file, text + _FAILURES + known_failure(metrics))


def _head(metrics: dict[str, Any]) -> str:
    config, decision = metrics["config"], metrics["decision"]
    return _HEAD.format(
        backbone=BACKBONES[completed(config)["backbone"]],
        labels=len(metrics["labels"]),
        made=made(config),
        learning=commands(config),
        temperature=decision["temperature"],
        command=metrics["evidence"]["command"],
        alarm=" + ".join(decision["alarm"]["labels"]),
        above=decision["alarm"]["above"],
    )


def _outside(metrics: dict[str, Any]) -> str:
    """Return what is said of everyday things, and of lesions that have none of the labels."""
    strangers = metrics["figures"]["not_skin"]["rejected"]
    other, known = metrics["others"]["other"], metrics["others"]["known"]
    return (
        f"\nEveryday things turned away: {says(strangers)}, n = {strangers['n']}.\n"
        f"\nLesions that have none of the labels (inflamed, infected, other growths; MILK10k, n = {other['n']} photos, none of "
        f"them learnt from): no label is named for {says(other)}; for MILK10k's others in the test part for {says(known)}.\n"
    )


def _seeds(of: dict[str, Any]) -> str:
    """Return the figures pooled over runs, and how far the runs lie apart."""
    lines = [
        f"The last step of the recipe from the seeds {', '.join(str(seed) for seed in of['seeds'])}, the first of which ships: "
        "each run decides by its own validation, then all are measured together, without the gates, by\n",
        "    python -m training.seeds --data DATA --run RUN --others OTHER-RUN OTHER-RUN\n",
        _side_by_side(of["figures"], OF_SEEDS),
    ]
    for source, each in of["each"].items():
        apart = ", ".join(f"{figure['value']:.3f}" for figure in each if figure["value"] is not None)
        lines.append(f"Balanced accuracy of each, {source}: {apart}.  ")
    return "\n".join(lines) + "\n"


def _side_by_side(sides: dict[str, dict[str, Any]], titles: dict[str, str]) -> str:
    rows = [["photos", *(str(of["accuracy"]["n"]) for of in sides.values())]]
    rows += [[title, *(says(of.get(name)) for of in sides.values())] for name, title in titles.items()]
    return table(["figure", *sides], rows)


def _tones(tones: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield a table of the tones with enough photos, and how many the others have."""
    shown = {tone: of for tone, of in tones.items() if len(of) > 1}
    rows = [[tone, str(of["n"]), *(says(of.get(name), digits=2) for name in SHORT)] for tone, of in shown.items()]
    if shown:
        yield table(["skin tone", "photos", *(TITLES[name] for name in SHORT)], rows) + "\n"
    few = [f"{tone} (n = {of['n']})" for tone, of in tones.items() if tone not in shown]
    if few:
        yield f"Too few to show, with fewer than {LEAST} photos each: {', '.join(few)}.\n\n"
    yield "MILK10k's scale goes from 0, very dark, to 5, very light; Fitzpatrick's from 1, very light, to 6, very dark.\n"


def _gates(gates: dict[str, Any]) -> str:
    """Return what the gates turn away of good photos, spoiled ones and all else, and from where on a photo is spoiled."""
    from_where = ", ".join(f"{kind} {share:.2f}" for kind, share in gates["wrong_from"].items())
    rows = [[name, says(of), str(of["n"])] for name, of in gates["figures"].items()]
    return (
        "Both gates together. A photo counts as spoiled beyond the strength from where on the network is wrong more often than "
        f"right, as a share of the range tried: {from_where}. The limits were chosen on validation photos; nothing was learnt or "
        "chosen on the everyday things, and the drawn pictures here are others.\n\n"
        + table(["pictures", "share turned away", "n"], rows)
    )


def _outline(fits: dict[str, Any]) -> str:
    return (
        "On the test lesions of HAM10000 that have a mask, at the mask's size; one that is not found counts as 0: "
        f"Dice {says(fits['dice'])}, mean Jaccard {says(fits['jaccard'])}, n = {fits['dice']['n']}. "
        "Close-ups and phone photos have no masks: there it is not measured.\n"
    )


def _recalls(labels: Sequence[str], sources: dict[str, dict[str, Any]]) -> str:
    rows = ([label, *(_recall(of["recall"].get(label)) for of in sources.values())] for label in labels)
    return table(["label", *sources], list(rows))


def _recall(recall: dict[str, Any] | None) -> str:
    return f"{says(recall, digits=2)}, n = {recall['n']}" if recall else "–"
