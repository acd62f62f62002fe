"""Writes a form's numbers into its card, whose words people wrote."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from classifiers.card import FormCard, read_form_card
from training.card_text import with_values, with_worth
from training.forms.model import FormRecipe
from training.forms.report import Limits
from training.whole_file import write_text

_SHOWN = ("balanced_accuracy", "area_under_roc", "alarm_sensitivity", "alarm_specificity", "calibration_error")


def card_without_model(card: Path) -> FormCard:
    """Return a card whose model file need not be there yet. Raises CardFaults."""
    try:
        return FormCard.model_validate(yaml.safe_load(card.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValueError):
        read_form_card(card)  # which says what is wrong, and where
        raise


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
    """Write model, decision, evidence and what each question is worth into the card; all else in it stays as it is."""
    text = card.read_text(encoding="utf-8")
    asked = {question.id for question in card_without_model(card).questions if question.asked}
    worth = {name: round(max(0.0, found), 4) for name, found in metrics["worth"].items() if name in asked}
    values = {
        "model": {
            "engine": "litert",
            "file": file.name,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "version": version,
            "scores": "logits",
        },
        "decision": as_decision(recipe, card_without_model(card), limits),
        "evidence": _evidence(recipe, metrics),
    }
    write_text(card, with_values(with_worth(text, worth), values))


def _evidence(recipe: FormRecipe, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the card says of itself, measured today."""
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "data": {"en": recipe.people},
        "command": command(recipe, metrics),
        "figures": [_line(name, given, found[name]) for given, found in metrics["figures"].items() for name in _SHOWN],
    }


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
