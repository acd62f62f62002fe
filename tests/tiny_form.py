"""A disease asked as questions, small enough for tests: a linear model of seven kilobytes, made by hand."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from pathlib import Path
from typing import Any

import tiny
from tiny import MODELS, change

from classifiers.card import FormCard, read_form_card
from classifiers.plugin import Plugin, load
from classifiers.registry import Registry, RegistryEntry

ILL: dict[str, float | bool | str] = {"age": 70, "sex": "M", "smoker": True, "pain": "on-exertion", "cholesterol": 300}
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "age",
        "kind": "number",
        "title": {"en": "Age"},
        "text": {"en": "How old are you?"},
        "unit": "years",
        "range": [18, 110],
        "example": 54,
        "skippable": False,
    },
    {
        "id": "sex",
        "kind": "choice",
        "title": {"en": "Sex"},
        "text": {"en": "Which sex were you assigned at birth?"},
        "options": [{"value": "M", "title": {"en": "Male"}}, {"value": "F", "title": {"en": "Female"}}],
    },
    {"id": "smoker", "kind": "yes_no", "title": {"en": "Smoking"}, "text": {"en": "Do you smoke?"}},
    {
        "id": "pain",
        "kind": "choice",
        "title": {"en": "Chest pain"},
        "text": {"en": "When does your chest hurt?"},
        "help": {"en": "Think of the last four weeks."},
        "options": [
            {"value": "none", "title": {"en": "Never"}},
            {"value": "at-rest", "title": {"en": "At rest"}},
            {"value": "on-exertion", "title": {"en": "On exertion"}},
        ],
    },
    {
        "id": "cholesterol",
        "kind": "number",
        "title": {"en": "Cholesterol"},
        "text": {"en": "What is your total cholesterol?"},
        "unit": "mg/dL",
        "range": [50, 700],
        "example": 190,
        "units": [{"name": "mmol/L", "factor": 38.67}],
        "worth": 0.04,
    },
]


def content(model: str = "form", **changes: Any) -> dict[str, Any]:
    """Return what stands in the form's card; a change is named by its path, `questions__0__range=[1, 2]`."""
    file = MODELS / f"{model}.tflite"
    card: dict[str, Any] = {
        "id": "heart",
        "input": "form",
        "title": {"en": "Heart"},
        "knows": {"en": "A few things about hearts."},
        "model": {
            "engine": "litert",
            "file": file.name,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "version": "tiny",
            "scores": "logits",
        },
        "labels": [
            _label("disease", "A narrowed heart artery", "urgent"),
            _label("no_disease", "No sign of it", "routine"),
        ],
        "decision": {"unsure_below": 0.6, "alarm": {"labels": ["disease"], "above": 0.3}},
        "red_flags": [
            {"id": "pain_now", "text": {"en": "Crushing chest pain"}},
            {"id": "fainting", "text": {"en": "Fainting"}},
        ],
        "questions": deepcopy(QUESTIONS),
    }
    for path, value in changes.items():
        change(card, path.split("__"), value)
    return card


def write(folder: Path, card: dict[str, Any] | None = None, *, model: str = "form") -> Path:
    """Write the card and its model into a folder; return the card's path."""
    return tiny.write(folder, card or content(model), model=model)


def card(folder: Path, model: str = "form", **changes: Any) -> FormCard:
    """Return the form's card, read from a folder."""
    return read_form_card(write(folder, content(model, **changes), model=model))


def plugin(folder: Path, model: str = "form", **changes: Any) -> Plugin:
    """Return the form, ready to answer."""
    return load(card(folder, model, **changes))


def with_form(registry: Registry, *forms: Plugin) -> Registry:
    """Return the registry with these forms in it."""
    entries = [
        RegistryEntry(id=one.card.id, path=Path("card.yaml"), enabled=True, card=one.card, plugin=one) for one in forms
    ]
    return Registry(entries=(*registry.entries, *entries))


def _label(code: str, title: str, care: str) -> dict[str, Any]:
    link = f"https://example.org/{code}"
    return {"code": code, "title": {"en": title}, "about": {"en": f"About {code}."}, "link": link, "care": care}
