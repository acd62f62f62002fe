"""Writes a model card for people (Mitchell et al. 2019) from a run's metrics; no figure in it is typed by hand."""

from pathlib import Path
from typing import Any

_HEAD = """# The skin model

*Written by `python -m training.ship` from the run's `metrics.json`. Do not edit.*

**What it is.** MobileNetV2 with a head of 1×1 convolution and global average; {labels} labels; 224×224 pixels; LiteRT with fp16
weights. Made by `training/skin.py` (seed {seed}), {epochs} epochs over {views} random views of the training photos.

**What it is for.** To say what a photo of one spot on the skin most looks like, how sure that is, and how soon to have it seen.

**What it must not be used for.** To decide that a spot needs no doctor; to follow a treatment; for rashes, infections, nails,
hair or mucosa; for children. It has hardly seen brown or black skin: in the data sets that state skin tone nearly all is light.

**Data and licence.** HAM10000 (CC BY-NC 4.0), MILK10k (CC BY-NC 4.0), the rest of ISIC 2019 (CC BY-NC 4.0, parts CC0), PAD-UFES-20
(CC BY 4.0); ImageNet weights (Apache-2.0) to begin with. The weights are CC BY-NC 4.0 because of the data. 70 % of the lesions
(in PAD of the patients) train, 15 % validate, 15 % test, by a hash of the lesion's or patient's name.

**What its percentages mean.** A bias per label and the temperature ({temperature}) were fitted on validation photos weighed as if
the labels were more alike in number than they are: a percentage is not the chance that a person who walks into a clinic has
the disease.

## Figures

On the test part, through the shipped file; 95 % bootstrap intervals over lesions or patients. Reproduce:

    python -m training.skin --data DATA --weights WEIGHTS --run RUN
    {command}

Where a set has no scc, scc counts as akiec. An alarm is raised where {alarm} together exceed {above}.

"""
_FAILURES = """
## Known failures

The rare labels stand on a dozen lesions each, so their recall is little more than a guess. Phone photos and close-ups are
judged worse than dermatoscope photos. Drawings, screens and plain skin may pass the not-skin gate.
"""
_NAMES = {
    "balanced_accuracy": "balanced accuracy",
    "accuracy": "accuracy",
    "share_sure": "share it names a winner for",
    "accuracy_when_sure": "accuracy among those",
    "melanoma_auc": "melanoma against all, AUC",
    "alarm_sensitivity": "alarm: sensitivity",
    "alarm_specificity": "alarm: specificity",
    "calibration_error": "calibration error (ECE, 15 bins)",
    "wrongly_rejected": "real lesions turned away by the gates",
}


def write(file: Path, metrics: dict[str, Any]) -> None:
    """Write the card. `metrics` is what `training.ship` keeps as metrics.json."""
    config, decision, figures = metrics["config"], metrics["decision"], metrics["figures"]
    sources = [source for source in figures if source != "not_skin"]
    text = _HEAD.format(
        labels=len(figures[sources[0]]["recall"]) + 1,
        seed=config["seed"],
        epochs=sum(stage["epochs"] for stage in config["stages"]),
        views=f"{sum(stage['epochs'] * stage['photos'] for stage in config['stages']):,}",
        temperature=decision["temperature"],
        command=metrics["evidence"]["command"],
        alarm=" + ".join(decision["alarm"]["labels"]),
        above=decision["alarm"]["above"],
    )
    text += _table(
        ["figure", *sources],
        [[title, *(_says(figures[one][name]) for one in sources)] for name, title in _NAMES.items()],
    )
    text += "\nPhotos: " + ", ".join(f"{one} {figures[one]['accuracy']['n']}" for one in sources) + ".\n"
    strangers = figures["not_skin"]["rejected"]
    text += f"\nEveryday things turned away: {_says(strangers)}, n = {strangers['n']}.\n"
    text += f"\nKeras and the shipped file: max |Δp| {metrics['parity']:.4f} over 200 validation photos.\n"
    labels = list(dict.fromkeys(label for one in sources for label in figures[one]["recall"]))
    text += "\n## Recall by label\n\n" + _table(
        ["label", *sources],
        [[label, *(_recall(figures[one]["recall"].get(label)) for one in sources)] for label in labels],
    )
    text += _FAILURES
    file.write_text(text, encoding="utf-8")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _says(figure: dict[str, Any]) -> str:
    low, high = figure["interval"]
    return f"{figure['value']:.3f} ({low:.3f}–{high:.3f})"


def _recall(recall: dict[str, float] | None) -> str:
    return f"{recall['value']:.2f} (n = {recall['n']})" if recall else "–"
