"""How a photo becomes a model's input: what its file states, what a file beside it says, what runs, and what is guessed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.cli.add.input_sides import USUAL_SIZE, Layout, Sides, Size, is_open, layouts_of, photo_input, ways_to_read
from bot.cli.add.model_source import ModelSource
from bot.cli.add.preparation import Preparation, preparation_of
from bot.cli.add.preprocessor import Preprocessor
from bot.cli.add.probe import Probe, grey
from bot.cli.add.score_output import places_of
from classifiers.card.model import Input
from classifiers.errors import EngineFailed, WrongOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person says, so that it need not be guessed."""

    size: Size | None = None
    layout: Layout | None = None
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
    takes = photo_input(probe.shapes)
    layouts = layouts_of(takes, channels_first=source.engine == "onnx", wished=wishes.layout)
    prepared = preparation_of(takes, source, said, wished=wishes.scaling, numbered=numbered)
    ways = ways_to_read(takes, layouts, wishes.size, said.size if said else None)
    spec = _that_runs(probe, (_spec(prepared, sides) for sides in ways), labels)
    known = KnownInput(spec=spec, guesses=prepared.guesses, recognised=prepared.recognised)
    if is_open(takes, spec.layout) and wishes.size is None:
        known = _with_open_size(known, said)
    other = [spec.model_copy(update={"layout": layout}) for layout in layouts if layout != spec.layout]
    if other and _runs(probe, other, labels):
        known = replace(
            known, guesses=known.guesses | {"layout": "it takes either; it must be as in training (--layout)"}
        )
    return known


def with_scaling(known: KnownInput, scaling: str, why: str) -> KnownInput:
    """Return the same with another scaling, which is a guess."""
    spec = known.spec.model_copy(update={"scaling": scaling})
    return replace(known, spec=spec, guesses=known.guesses | {"scaling": why})


def _with_open_size(known: KnownInput, said: Preprocessor | None) -> KnownInput:
    """Return the same with the reason for a size that the model's file leaves open."""
    if said and said.size == known.spec.size:
        return replace(known, recognised=known.recognised | {"size": f"{said.file} says so"})
    usual = USUAL_SIZE in known.spec.size
    why = "the model takes any size" if usual else f"it does not run at {USUAL_SIZE}, and does at this size"
    return replace(known, guesses=known.guesses | {"size": f"{why}; take the one it was trained at (--size)"})


def _spec(prepared: Preparation, sides: Sides) -> Input:
    keys = prepared.keys
    if sides.channels == "grey" and keys["scaling"] == "imagenet":  # which is of three channels
        keys = keys | {"scaling": "zero_to_one"}
    return Input.model_validate(keys | {"layout": sides.layout, "channels": sides.channels, "size": sides.size})


def _that_runs(probe: Probe, specs: Iterable[Input], labels: int) -> Input:
    """Return the first that the model runs with and gives a score for each label. Raises what the first raised."""
    first: WrongOutput | EngineFailed | None = None
    for spec in specs:
        try:
            places_of(probe.run(grey(spec.size), spec), labels)
            return spec
        except (WrongOutput, EngineFailed) as error:
            first = first or error
    raise first or WrongOutput(expected="a photo", found="nothing that it runs with")


def _runs(probe: Probe, specs: Iterable[Input], labels: int) -> bool:
    try:
        _that_runs(probe, specs, labels)
    except (WrongOutput, EngineFailed):
        return False
    return True
