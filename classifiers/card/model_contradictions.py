"""Where a card's model contradicts itself: keys that its engine must have, and keys that mean nothing to it."""

from collections.abc import Iterator
from typing import Any

_OF_A_PROCESS = ("timeout", "memory")
_LEFT_TO_PYTHON = {"scaling": "raw", "channels": "rgb", "layout": "nhwc"}  # by what may be said all the same


def model_contradictions(card: Any) -> list[str]:
    """Return `place: what is wrong` for the keys of `model` that do not fit its engine. Any content may be given."""
    model = card.get("model") if isinstance(card, dict) else None
    if not isinstance(model, dict):
        return []
    pixels = model.get("input") if isinstance(model.get("input"), dict) else {}
    kinds = {"python": _python, "litert": _litert, "keras": _file, "onnx": _file}
    engine = kinds.get(str(model.get("engine")), lambda _model: iter(()))
    return [*engine(model), *_scaling(pixels or {}), *_form(card, model)]


def _form(card: dict[str, Any], model: dict[str, Any]) -> Iterator[str]:
    if card.get("input") == "form" and model.get("engine") in {"keras", "onnx", "python"}:
        yield f"model.engine: forms run on litert alone, not on {model['engine']}"


def _file(model: dict[str, Any]) -> Iterator[str]:
    if model.get("file") is None:
        yield "model.file: is missing"
    if model.get("entry") is not None:
        yield "model.entry: only a python engine has one"


def _litert(model: dict[str, Any]) -> Iterator[str]:
    yield from _file(model)
    for key in _OF_A_PROCESS:
        if key in model:
            yield f"model.{key}: LiteRT runs in the bot's own process, which has none"


def _python(model: dict[str, Any]) -> Iterator[str]:
    if model.get("entry") is None:
        yield "model.entry: is missing: package.module:Class"
    if model.get("file") is None and model.get("sha256") is not None:
        yield "model.file: is missing: here is its sha256"
    pixels = model.get("input")
    for key, plain in _LEFT_TO_PYTHON.items():
        if isinstance(pixels, dict) and pixels.get(key, plain) != plain:
            yield f"model.input.{key}: a python engine is given RGB pixels as they are, and does the rest itself"


def _scaling(pixels: dict[str, Any]) -> Iterator[str]:
    own, grey = pixels.get("scaling") == "own", pixels.get("channels") == "grey"
    if grey and pixels.get("scaling") == "imagenet":
        yield "model.input.scaling: imagenet is of three channels, here is one"
    for key in ("mean", "std"):
        numbers = pixels.get(key)
        if own and numbers is None:
            yield f"model.input.{key}: is missing: own scaling is (value / 255 - mean) / std"
        elif not own and numbers is not None:
            yield f"model.input.{key}: only own scaling (scaling: own) has one"
        elif isinstance(numbers, list) and len(numbers) != (1 if grey else 3):
            yield f"model.input.{key}: {len(numbers)} numbers for {1 if grey else 3} channels"
        elif key == "std" and isinstance(numbers, list) and any(number in (0, 0.0) for number in numbers):
            yield "model.input.std: must not be zero"
