"""How photos were resized and their pixels scaled in training: as somebody says, else as the surest sign shows, else a guess."""

import zipfile
from dataclasses import dataclass, field
from typing import Any

from bot.cli.add.model_source import ModelSource
from bot.cli.add.preprocessor import Preprocessor
from classifiers.engines.tensors import Tensor

_SCALES = {1.0: "raw", 1 / 255: "zero_to_one", 2 / 255: "minus_one_to_one"}  # by the quantisation that shows them
_GUESSED = {
    "onnx": ("imagenet", "usual for models in ONNX; it must be as in training"),
    "litert": ("raw", "0 to 255, which the model scales itself; it must be as in training"),
    "keras": ("zero_to_one", "no layer in it scales pixels; it must be as in training"),
}
_TEACHABLE_INPUT = (224, 224, 3)
_TEACHABLE_WHY = "Teachable Machine's, as its numbered labels show"
Sign = tuple[str, str] | None  # a scaling, and how it shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Keys of a card's `input`, and by key why: seen for certain, or guessed."""

    keys: dict[str, Any]
    recognised: dict[str, str] = field(default_factory=dict)
    guesses: dict[str, str] = field(default_factory=dict)


def preparation_of(
    takes: Tensor, source: ModelSource, said: Preprocessor | None, *, wished: str | None, numbered: bool
) -> Preparation:
    """Return how photos are prepared; `wished` is the scaling that the person names.

    `said` is what a file beside the model says; `numbered` is whether the labels are numbered as Teachable Machine's are.
    """
    teachable = numbered and source.engine != "onnx" and takes.shape[1:] == _TEACHABLE_INPUT
    keys: dict[str, Any] = {}
    recognised, guesses = {}, {}
    if teachable:
        keys["resize"], recognised["resize"] = "crop", _TEACHABLE_WHY
    elif said and said.resize:
        keys["resize"], recognised["resize"] = said.resize, f"{said.file} says so"
    signs = (_by_type(takes), _by_file(said), _by_labels(teachable=teachable), _by_layers(source))
    if wished:
        keys["scaling"] = wished
    elif sign := next((one for one in signs if one), None):
        keys["scaling"], recognised["scaling"] = sign
    else:
        keys["scaling"], guesses["scaling"] = _GUESSED[source.engine]
    if keys["scaling"] == "own" and said:
        keys |= {"mean": said.mean, "std": said.std}
    return Preparation(keys=keys, recognised=recognised, guesses=guesses)


def _by_type(takes: Tensor) -> Sign:
    for scale, name in _SCALES.items():
        if takes.scale and abs(takes.scale - scale) < 0.02 * scale:
            return name, "so its quantisation says"
    return None if takes.scale or takes.dtype.startswith("float") else ("raw", f"it takes {takes.dtype}")


def _by_file(said: Preprocessor | None) -> Sign:
    return (said.scaling, f"{said.file} says so") if said and said.scaling else None


def _by_labels(*, teachable: bool) -> Sign:
    return ("minus_one_to_one", _TEACHABLE_WHY) if teachable else None


def _by_layers(source: ModelSource) -> Sign:
    """See whether a Keras file names a layer that scales pixels."""
    if source.engine != "keras":
        return None
    if zipfile.is_zipfile(source.file):
        with zipfile.ZipFile(source.file) as opened:
            text = opened.read("config.json") if "config.json" in opened.namelist() else b""
    else:
        text = source.file.read_bytes()
    scales = any(name in text for name in (b'"Rescaling"', b'"Normalization"'))
    return ("raw", "0 to 255: a layer in it scales pixels (Rescaling or Normalization)") if scales else None
