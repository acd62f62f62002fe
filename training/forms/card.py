"""Writes a form's numbers into its card, whose words people wrote, and the model card for people (Mitchell et al. 2019)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from classifiers.card import FormCard
from training.forms.model import FormRecipe
from training.forms.report import Limits

_ORDER = ("id", "input", "title", "knows", "red_flags", "questions", "labels", "model", "decision", "evidence")
_SHOWN = ("balanced_accuracy", "area_under_roc", "alarm_sensitivity", "alarm_specificity", "calibration_error")
_NAMES = {
    "balanced_accuracy": "balanced accuracy",
    "area_under_roc": "area under ROC, mean of one label against the others",
    "alarm_sensitivity": "alarm: sensitivity",
    "alarm_specificity": "alarm: specificity",
    "share_sure": "share it names a winner for",
    "accuracy_when_sure": "accuracy among those",
    "calibration_error": "calibration error (ECE, 15 bins, pooled over folds)",
}


def card_without_model(card: Path) -> FormCard:
    """Return a card whose model file need not be there yet."""
    return FormCard.model_validate(yaml.safe_load(card.read_text(encoding="utf-8")))


def as_decision(recipe: FormRecipe, card: FormCard, limits: Limits) -> dict[str, Any]:
    """Return the limits as they stand in a card."""
    return {
        "temperature": limits.temperature,
        "unsure_below": limits.unsure_below,
        "alarm": {"labels": [code for code in card.codes if code != recipe.against], "above": limits.alarm_above},
    }


def write_card(
    card: Path, recipe: FormRecipe, *, file: Path, version: str, limits: Limits, metrics: Mapping[str, Any]
) -> None:
    """Replace model, decision, evidence and every question's worth in the card; words and first comment lines stay."""
    text = card.read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines(keepends=True)[:3] if line.startswith("#"))
    content = yaml.safe_load(text)
    for question in content["questions"]:
        worth = metrics["worth"].get(question["id"])
        question.pop("worth", None)
        if worth is not None and question.get("asked", True):
            question["worth"] = round(max(0.0, worth), 4)
    content["model"] = {
        "engine": "litert",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "version": version,
        "scores": "logits",
    }
    content["decision"] = as_decision(recipe, card_without_model(card), limits)
    content["evidence"] = {
        "measured": datetime.now(UTC).date().isoformat(),
        "data": {"en": recipe.people},
        "command": command(recipe, metrics),
        "figures": [_line(name, given, found[name]) for given, found in metrics["figures"].items() for name in _SHOWN],
    }
    written = {key: content[key] for key in _ORDER if key in content}
    card.write_text(head + yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")


def command(recipe: FormRecipe, metrics: Mapping[str, Any]) -> str:
    """Return the command that made all of this."""
    return f"python -m {recipe.module} --data DATA --version VERSION --folds {metrics['folds']} --repeats {metrics['repeats']}"


def _line(name: str, given: str, figure: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "on": {"en": f"people the model had not seen; {given}"},
        "value": round(figure["value"], 3),
        "interval": [round(bound, 3) for bound in figure["interval"]],
        "n": figure["n"],
    }


def write_model_card(file: Path, recipe: FormRecipe, card: FormCard, metrics: Mapping[str, Any]) -> None:
    """Write the model card; no figure in it is typed by hand. `metrics` is what `recipe.ship` keeps."""
    rows, decision = metrics["rows"], metrics["limits"]
    learned = sum(rows[code] for code in card.codes)
    monotonic = [
        f"{question} up, {code} not {'less' if direction > 0 else 'more'}"
        for code, ones in recipe.monotonic.items()
        for question, direction in ones.items()
    ]
    parts = [
        f"# The {card.id} model\n\n*Written by `python -m {recipe.module}` from what it measured. Do not edit.*",
        recipe.words.strip(),
        f"**How it was learned.** From {learned} people ("
        + ", ".join(f"{code} {rows[code]}" for code in card.codes)
        + f"). {recipe.choices.strip()}",
        "**Held to medicine.** Whatever the other answers are: "
        + "; ".join(monotonic)
        + ". A test holds the shipped file to it.",
        f"**What decides.** Chosen on out-of-fold predictions: temperature {decision['temperature']}; a finding below "
        f"{decision['unsure_below']} is called unsure; an alarm is raised where {' + '.join(decision['alarm']['labels'])} "
        f"exceed {decision['alarm']['above']}.",
        "## Figures\n\n"
        f"Mean ± standard deviation over the folds of a {metrics['folds']}-fold cross-validation repeated "
        f"{metrics['repeats']} times, labels evenly spread, people with the same answers never on both sides; temperature and "
        "limits chosen on the other folds each time; in brackets the 95 % interval of a bootstrap over people. Reproduce all "
        f"figures on this page:\n\n    {command(recipe, metrics)}",
        _table(
            ["figure", *metrics["figures"]],
            [[title, *(_says(one[name]) for one in metrics["figures"].values())] for name, title in _NAMES.items()],
        ),
        f"The shipped file and the model it was written from: max |Δp| {metrics['parity']:.6f} over the table's people; "
        f"{metrics['milliseconds']:.2f} ms a case.",
        "## What it could have been made of\n\n"
        f"All answers that the table has, {metrics['folds']} folds, {metrics['compared']} repeats.",
        _table(
            ["made of", "balanced accuracy", "area under ROC", "calibration error"],
            [
                [name, *(_short(one[key]) for key in ("balanced_accuracy", "area_under_roc", "calibration_error"))]
                for name, one in metrics["candidates"].items()
            ],
        ),
        "## What an answer is worth\n\nHow much the log loss falls with it, in nats, while others are skipped at random: "
        + ", ".join(f"{name} {worth:.3f}" for name, worth in sorted(metrics["worth"].items(), key=lambda one: -one[1]))
        + ".",
        *_skips(metrics["skipped"]),
        *_others(card, metrics["others"]),
        recipe.failures.strip(),
    ]
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


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
        _table(["they had", "n", *card.codes, "unsure"], rows),
    ]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _says(figure: Mapping[str, Any]) -> str:
    low, high = figure["interval"]
    return f"{_short(figure)} ({low:.3f}–{high:.3f})"


def _short(figure: Mapping[str, Any]) -> str:
    spread = "" if figure["sd"] is None else f" ± {figure['sd']:.3f}"
    return f"{figure['value']:.3f}{spread}"
