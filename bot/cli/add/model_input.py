"""How a photo becomes a model's input: what its file states, what a file beside it says, what runs, and what is guessed."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.cli.add.model_source import ModelSource
from bot.cli.add.preprocessor import Preprocessor
from bot.cli.add.probe import Probe, grey
from bot.cli.add.score_output import places_of
from classifiers.card.model import Input
from classifiers.engines.tensors import Tensor
from classifiers.errors import EngineFailed, WrongOutput

_SIZES = (224, 256, 299, 384, 512, 192, 128, 96, 64, 32, 28)  # that models are trained at
_SCALES = {1.0: "raw", 1 / 255: "zero_to_one", 2 / 255: "minus_one_to_one"}  # by the quantisation that shows them
_GUESSED_SCALING = {
    "onnx": ("imagenet", "usual for models in ONNX; it must be as in training"),
    "litert": ("raw", "0 to 255, which the model scales itself; it must be as in training"),
    "keras": ("zero_to_one", "no layer in it scales pixels; it must be as in training"),
}
_TEACHABLE = (224, 224, 3)
_TEACHABLE_WHY = "Teachable Machine's, as its numbered labels show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person says, so that it need not be guessed."""

    size: tuple[int, int] | None = None
    layout: Literal["nhwc", "nchw"] | None = None
    scaling: str | None = None
    scores: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInput:
    """How a photo becomes the input. `guesses` and `recognised` say by key why a value was taken."""

    spec: Input
    guesses: dict[str, str] = field(default_factory=dict)
    recognised: dict[str, str] = field(default_factory=dict)


def input_of(
    probe: Probe, source: ModelSource, wishes: Wishes, said: Preprocessor | None, *, labels: int, numbered: bool
) -> KnownInput:
    """Return how a photo becomes the model's input. Raises WrongOutput, EngineFailed, EngineLate where nothing runs.

    `said` is what a file beside the model says; `numbered` is whether the labels are numbered as Teachable Machine's are.
    """
    takes = _only_photo(probe)
    layouts = _layouts(takes, source.engine, wishes.layout)
    teachable = numbered and source.engine != "onnx" and takes.shape[1:] == _TEACHABLE
    scaled = _scaling(takes, source, wishes, said, teachable=teachable)
    known = _that_runs(probe, [_with_sides(scaled, sides) for sides in _sides(takes, layouts, wishes, said)], labels)
    guesses = dict(scaled.guesses)
    recognised = {key: why for key, why in scaled.recognised.items() if key != "size"}
    if -1 in _height_width(takes, known.layout) and wishes.size is None:
        if said and said.size:
            recognised["size"] = f"{said.file} says so"
        else:
            usual = known.size == (_SIZES[0], _SIZES[0])
            why = "the model takes any size" if usual else f"it does not run at {_SIZES[0]}, and does at this size"
            guesses["size"] = f"{why}; take the one it was trained at (--size)"
    if len(layouts) > 1 and _runs(
        probe, known.model_copy(update={"layout": layouts[1 - layouts.index(known.layout)]}), labels
    ):
        guesses["layout"] = "it takes either; it must be as in training (--layout)"
    return KnownInput(spec=known, guesses=guesses, recognised=recognised)


def _only_photo(probe: Probe) -> Tensor:
    inputs = probe.shapes.inputs
    if len(inputs) != 1 or len(inputs[0].shape) != 4:
        found = ", ".join(f"{one.name} {one.shape}" for one in inputs)
        raise WrongOutput(expected="a model with one input, a photo of four sides", found=found)
    return inputs[0]


def _layouts(takes: Tensor, engine: str, wished: str | None) -> list[str]:
    """Return the layouts that the sides allow, the likelier first."""
    at = {"nchw": takes.shape[1], "nhwc": takes.shape[3]}
    possible = [name for name, side in at.items() if side in {-1, 1, 3}]
    if not possible or (wished and wished not in possible):
        raise WrongOutput(
            expected=f"a photo of one or three channels{f', {wished}' if wished else ''}", found=takes.shape
        )
    if wished:
        return [wished]
    certain = [name for name in possible if at[name] != -1] or possible
    return certain if engine == "onnx" else certain[::-1]


def _height_width(takes: Tensor, layout: str) -> tuple[int, int]:
    return takes.shape[2:4] if layout == "nchw" else takes.shape[1:3]  # type: ignore[return-value]


def _sides(takes: Tensor, layouts: list[str], wishes: Wishes, said: Preprocessor | None) -> Iterator[dict[str, Any]]:
    """Yield layout, channels and size that the file allows: all layouts at the likeliest size, then the other sizes."""
    wanted = wishes.size or (said.size if said else None)
    sizes = [wanted] if wanted else [(side, side) for side in _SIZES]
    for at, size in enumerate(sizes):
        for layout in layouts if at == 0 else layouts[:1]:
            channels = takes.shape[1] if layout == "nchw" else takes.shape[3]
            stated = _height_width(takes, layout)
            if wishes.size and any(side not in {-1, wish} for side, wish in zip(stated, wishes.size, strict=True)):
                raise WrongOutput(expected=f"an input of {wishes.size[0]}×{wishes.size[1]}", found=takes.shape)
            sized = [side if side > 0 else own for side, own in zip(stated, size, strict=True)]
            for name in (
                ("rgb", "grey") if channels == -1 and at == 0 else ("rgb",) if channels in {-1, 3} else ("grey",)
            ):
                yield {"layout": layout, "channels": name, "size": sized}
        if -1 not in takes.shape[1:]:
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scaled:
    """How pixels are scaled and photos resized, for colour and for grey."""

    spec: dict[str, Any]
    guesses: dict[str, str] = field(default_factory=dict)
    recognised: dict[str, str] = field(default_factory=dict)


def _scaling(
    takes: Tensor, source: ModelSource, wishes: Wishes, said: Preprocessor | None, *, teachable: bool
) -> _Scaled:
    """Return how pixels are scaled and photos resized: as the person says, else as the surest of the signs does."""
    resize, recognised, guesses = {}, {}, {}
    if teachable:
        resize, recognised["resize"] = {"resize": "crop"}, _TEACHABLE_WHY
    elif said and said.resize:
        resize, recognised["resize"] = {"resize": said.resize}, f"{said.file} says so"
    spec: dict[str, Any] = {"scaling": wishes.scaling}
    if not wishes.scaling:
        signs = (_by_type(takes), _by_file(said), ("minus_one_to_one", _TEACHABLE_WHY) if teachable else None)
        sign = next((one for one in (*signs, _by_layers(source)) if one), None)
        if sign:
            spec["scaling"], recognised["scaling"] = sign
        else:
            spec["scaling"], guesses["scaling"] = _GUESSED_SCALING[source.engine]
        if spec["scaling"] == "own" and said:
            spec |= {"mean": said.mean, "std": said.std}
    return _Scaled(spec=resize | spec, recognised=recognised, guesses=guesses)


Sign = tuple[str, str] | None  # a scaling, and how it shows


def _by_type(takes: Tensor) -> Sign:
    for scale, name in _SCALES.items():
        if takes.scale and abs(takes.scale - scale) < 0.02 * scale:
            return name, "so its quantisation says"
    return None if takes.scale or takes.dtype.startswith("float") else ("raw", f"it takes {takes.dtype}")


def _by_file(said: Preprocessor | None) -> Sign:
    return (said.scaling, f"{said.file} says so") if said and said.scaling else None


def _by_layers(source: ModelSource) -> Sign:
    if source.engine != "keras" or not _scales_itself(source):
        return None
    return "raw", "0 to 255: a layer in it scales pixels (Rescaling or Normalization)"


def _scales_itself(source: ModelSource) -> bool:
    """Return whether a Keras file names a layer that scales pixels."""
    if zipfile.is_zipfile(source.file):
        with zipfile.ZipFile(source.file) as opened:
            text = opened.read("config.json") if "config.json" in opened.namelist() else b""
    else:
        text = source.file.read_bytes()
    return any(name in text for name in (b'"Rescaling"', b'"Normalization"'))


def _with_sides(scaled: _Scaled, sides: dict[str, Any]) -> Input:
    spec = dict(scaled.spec)
    if sides["channels"] == "grey" and spec["scaling"] == "imagenet":
        spec["scaling"] = "zero_to_one"
    return Input.model_validate(spec | sides)


def _that_runs(probe: Probe, specs: list[Input], labels: int) -> Input:
    """Return the first that the model runs with and gives a score for each label. Raises what the first raised."""
    first: WrongOutput | EngineFailed | None = None
    for spec in specs:
        try:
            places_of(probe.run(grey(spec.size), spec), labels)
            return spec
        except (WrongOutput, EngineFailed) as error:
            first = first or error
    raise first or WrongOutput(expected="a photo", found="nothing that it runs with")


def _runs(probe: Probe, spec: Input, labels: int) -> bool:
    try:
        _that_runs(probe, [spec], labels)
    except (WrongOutput, EngineFailed):
        return False
    return True


def with_scaling(known: KnownInput, scaling: str, why: str) -> KnownInput:
    """Return the same with another scaling, which is a guess."""
    return replace(
        known, spec=known.spec.model_copy(update={"scaling": scaling}), guesses=known.guesses | {"scaling": why}
    )
