"""Writes a form's model card for people (Mitchell et al. 2019); no figure in it is typed by hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifiers.card import FormCard
from training.forms.card import command
from training.forms.model import FormRecipe
from training.markdown import table
from training.whole_file import write_text

_NAMES = {
    "balanced_accuracy": "balanced accuracy",
    "area_under_roc": "area under ROC, mean of one label against the others",
    "alarm_sensitivity": "alarm: sensitivity",
    "alarm_specificity": "alarm: specificity",
    "share_sure": "share it names a winner for",
    "accuracy_when_sure": "accuracy among those",
    "calibration_error": "calibration error (ECE, 15 bins, pooled over folds)",
}


def write_model_card(file: Path, recipe: FormRecipe, card: FormCard, metrics: Mapping[str, Any]) -> None:
    """Write the model card. `metrics` is what `recipe.ship` keeps."""
    parts = [
        f"# The {card.id} model\n\n*Written by `python -m {recipe.module}` from what it measured. Do not edit.*",
        recipe.words.strip(),
        *_how_learned(recipe, card, metrics),
        *_figures(recipe, metrics),
        *_candidates(metrics),
        _worth(metrics["worth"]),
        *_skips(metrics["skipped"]),
        *_others(card, metrics["others"]),
        recipe.failures.strip(),
    ]
    write_text(file, "\n\n".join(parts) + "\n")


def _how_learned(recipe: FormRecipe, card: FormCard, metrics: Mapping[str, Any]) -> list[str]:
    rows, decision = metrics["rows"], metrics["limits"]
    learned = sum(rows[code] for code in card.codes)
    monotonic = [
        f"{question} up, {code} not {'less' if direction > 0 else 'more'}"
        for code, ones in recipe.monotonic.items()
        for question, direction in ones.items()
    ]
    return [
        f"**How it was learned.** From {learned} people ("
        + ", ".join(f"{code} {rows[code]}" for code in card.codes)
        + f"). {recipe.choices.strip()}",
        "**Held to medicine.** Whatever the other answers are: "
        + "; ".join(monotonic)
        + ". A test holds the shipped file to it.",
        f"**What decides.** Chosen on out-of-fold predictions: temperature {decision['temperature']}; a finding below "
        f"{decision['unsure_below']} is called unsure; an alarm is raised where {' + '.join(decision['alarm']['labels'])} "
        f"exceed {decision['alarm']['above']}.",
    ]


def _figures(recipe: FormRecipe, metrics: Mapping[str, Any]) -> list[str]:
    return [
        "## Figures\n\n"
        f"Mean ± standard deviation over the folds of a {metrics['folds']}-fold cross-validation repeated "
        f"{metrics['repeats']} times, labels evenly spread, people with the same answers never on both sides; temperature and "
        "limits chosen on the other folds each time; in brackets the 95 % interval of a bootstrap over people. Reproduce all "
        f"figures on this page:\n\n    {command(recipe, metrics)}",
        table(
            ["figure", *metrics["figures"]],
            [[title, *(_says(one[name]) for one in metrics["figures"].values())] for name, title in _NAMES.items()],
        ),
        f"The shipped file and the model it was written from: max |Δp| {metrics['parity']:.6f} over the table's people; "
        f"{metrics['milliseconds']:.2f} ms a case.",
    ]


def _candidates(metrics: Mapping[str, Any]) -> list[str]:
    return [
        "## What it could have been made of\n\n"
        f"All answers that the table has, {metrics['folds']} folds, {metrics['compared']} repeats.",
        table(
            ["made of", "balanced accuracy", "area under ROC", "calibration error"],
            [
                [name, *(_short(one[key]) for key in ("balanced_accuracy", "area_under_roc", "calibration_error"))]
                for name, one in metrics["candidates"].items()
            ],
        ),
    ]


def _worth(worth: Mapping[str, float]) -> str:
    listed = ", ".join(f"{name} {nats:.3f}" for name, nats in sorted(worth.items(), key=lambda one: -one[1]))
    return (
        "## What an answer is worth\n\nHow much the log loss falls with it, in nats, while others are skipped at random: "
        f"{listed}."
    )


def _skips(skipped: Mapping[str, float]) -> list[str]:
    if not skipped:
        return []
    listed = ", ".join(f"{name} {shift:+.2f}" for name, shift in skipped.items())
    return [
        "## What a skipped answer does by itself\n\nHow far the log-odds move on average when people who have the answer "
        f"skip it, all other answers given; 0 would be neutral: {listed}."
    ]


def _others(card: FormCard, others: Mapping[str, Mapping[str, float]]) -> list[str]:
    if not others:
        return []
    rows = [
        [name, str(found["n"]), *(f"{found[key]:.2f}" for key in (*card.codes, "unsure"))]
        for name, found in others.items()
    ]
    return [
        "## What it says of other conditions\n\nPeople in the table who have none of its labels were neither learned from nor "
        "counted above. The shares of them that it surely calls by one of its labels, or is unsure of:",
        table(["they had", "n", *card.codes, "unsure"], rows),
    ]


def _says(figure: Mapping[str, Any]) -> str:
    low, high = figure["interval"]
    return f"{_short(figure)} ({low:.3f}–{high:.3f})"


def _short(figure: Mapping[str, Any]) -> str:
    spread = "" if figure["sd"] is None else f" ± {figure['sd']:.3f}"
    return f"{figure['value']:.3f}{spread}"
