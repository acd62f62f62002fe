"""A disease small enough for tests: says of which colour a photo mostly is, from models of two kilobytes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from classifiers.card import PhotoCard, read_photo_card
from classifiers.plugin import Plugin, load

MODELS = Path(__file__).parent / "data" / "tiny"  # made by tests/recipes/make_tiny_models.py
LABELS = ("red", "green", "blue")
# Changes that make the card one of several labels at once.
MULTI_LABEL: dict[str, Any] = {
    "model__scores": "multi_label",
    "decision__unsure_below": ...,
    "decision__screen": ...,
    "decision__alarm": ...,
    "decision__thresholds": {"red": 0.6, "green": 0.6, "blue": 0.6},
}
CARE = {"red": "urgent", "green": "routine", "blue": "soon"}


def content(model: str = "logits", **changes: Any) -> dict[str, Any]:
    """Return what stands in the tiny card; a change is named by its path, `decision__temperature=2`, `…` takes away."""
    file = MODELS / f"{model}.tflite"
    outputs = {
        "logits": {"scores": 1, "attention": 0, "not_this": 2},
        "outline": {"scores": 1, "outline": 0},  # where it is red
    }.get(model, {"scores": 0})
    codes = ("blue", "red") if model == "sigmoid" else LABELS
    card: dict[str, Any] = {
        "id": "colour",
        "input": "photo",
        "title": {"en": "Colour"},
        "knows": {"en": "Red, green and blue."},
        "model": {
            "engine": "litert",
            "file": file.name,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "version": "tiny",
            "input": {"size": [16, 16], "resize": "stretch", "scaling": "raw"},
            "outputs": outputs,
            "scores": {"logits": "logits", "outline": "logits", "sigmoid": "sigmoid"}.get(model, "probabilities"),
        },
        "labels": [_label(code) for code in codes],
        "decision": {
            "unsure_below": 0.5,
            "alarm": {"labels": ["red"], "above": 0.25},
            "screen": {
                "least_side": 8,
                "sharpness_above": -9,
                "light_above": 0.1,
                "light_below": 0.9,
                "contrast_above": 0.0,
            },
        },
    }
    if model == "logits":
        card["decision"]["not_this_above"] = 0.6
    if model == "outline":
        card["lesion_features"] = "abcd"
    for path, value in changes.items():
        change(card, path.split("__"), value)
    return card


def write(folder: Path, card: dict[str, Any] | None = None, *, model: str = "logits") -> Path:
    """Write a card and its model into a folder; return the card's path."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(MODELS / f"{model}.tflite", folder)
    path = folder / "card.yaml"
    path.write_text(
        yaml.dump(card or content(model), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True),
        encoding="utf-8",
    )
    return path


def card(folder: Path, model: str = "logits", **changes: Any) -> PhotoCard:
    """Return the tiny card, read from a folder."""
    return read_photo_card(write(folder, content(model, **changes), model=model))


def plugin(folder: Path, model: str = "logits", **changes: Any) -> Plugin:
    """Return the tiny disease, ready to answer."""
    return load(card(folder, model, **changes))


def registry(folder: Path, *lines: dict[str, Any]) -> Path:
    """Write a registry of these lines, or of the tiny disease alone; return its path."""
    if not lines:
        write(folder / "colour")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "registry.yaml"
    path.write_text(yaml.safe_dump({"plugins": list(lines) or [{"card": "colour/card.yaml"}]}), encoding="utf-8")
    return path


def plain(colour: str | tuple[int, int, int], size: tuple[int, int] = (64, 64)) -> Image.Image:
    """Return a picture of one colour."""
    return Image.new("RGB", size, colour)


def _label(code: str) -> dict[str, Any]:
    title, about = {"en": code.title()}, {"en": f"The colour {code}."}
    return {"code": code, "title": title, "about": about, "link": f"https://example.org/{code}", "care": CARE[code]}


def change(place: Any, path: list[str], value: Any) -> None:
    for part in path[:-1]:
        place = place[int(part) if part.isdigit() else part]
    last: Any = int(path[-1]) if path[-1].isdigit() else path[-1]
    if value is ...:
        del place[last]
    else:
        place[last] = value
