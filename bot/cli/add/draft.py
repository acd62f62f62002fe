"""What is known and guessed of a trained model: how it is called, which output holds the scores, what looks wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cli.add.labels_file import LabelsFile
from bot.cli.add.model_input import KnownInput, Wishes, input_of, with_scaling
from bot.cli.add.model_source import ModelSource
from bot.cli.add.preprocessor import Preprocessor
from bot.cli.add.probe import Outputs, Probe, same
from bot.cli.add.score_output import guessed, places_of
from classifiers.card.model import Input, PhotoModel
from classifiers.engines.tensors import Shapes
from classifiers.errors import WrongOutput

SCALINGS = ("raw", "zero_to_one", "minus_one_to_one", "imagenet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a card will say of a model. `guesses` and `recognised` say by key why a value was taken."""

    model: PhotoModel
    shapes: Shapes
    guesses: dict[str, str]
    recognised: dict[str, str]
    warnings: tuple[str, ...]
    answers: Sequence[Outputs]  # to drawn photos

    @property
    def step(self) -> float:
        """The quantisation step of the scores, 0 if they are not quantised."""
        return self.shapes.outputs[self.model.outputs.scores].scale


def draft_of(probe: Probe, source: ModelSource, labels: LabelsFile, wishes: Wishes, said: Preprocessor | None) -> Draft:
    """Return a draft from what the files state and from runs on drawn photos.

    Raises WrongOutput where it cannot be used with so many labels, EngineFailed, EngineLate where it does not run.
    """
    known = input_of(probe, source, wishes, said, labels=len(labels.titles), numbered=labels.numbered)
    answers = probe.try_out(known.spec)
    places = places_of(answers[0], len(labels.titles), scores=wishes.scores)
    known, answers, warnings = _varied(probe, known, answers, places)
    guesses = dict(known.guesses)
    place, scores = places[0], wishes.scores
    if scores is None:
        place, scores, guesses["scores"] = guessed(answers, places, probe.shapes)
    outputs = probe.model.outputs.model_copy(update={"scores": place})
    return Draft(
        model=probe.model.model_copy(update={"input": known.spec, "outputs": outputs, "scores": scores}),
        shapes=probe.shapes,
        guesses=guesses,
        recognised=known.recognised,
        warnings=warnings,
        answers=answers,
    )


def scalings_of(spec: Input) -> list[str]:
    """Return the scalings that a model with such an input may take, the draft's own among them."""
    usual = [one for one in SCALINGS if one != "imagenet" or spec.channels != "grey"]
    return usual if spec.scaling in usual else [*usual, spec.scaling]


def scaled(spec: Input, scaling: str) -> Input:
    """Return the same input with another scaling; one of the model's own keeps its numbers."""
    own = scaling == spec.scaling
    return spec.model_copy(update={"scaling": scaling} | ({} if own else {"mean": None, "std": None}))


def _varied(
    probe: Probe, known: KnownInput, answers: list[Outputs], places: Sequence[int]
) -> tuple[KnownInput, list[Outputs], tuple[str, ...]]:
    """Return the input under which the model does not say the same of everything, and a warning where there is none."""
    now = known.spec.scaling
    if not all(same(answers, place) for place in places):
        return known, answers, ()
    for other in scalings_of(known.spec):
        found = _answers(probe, scaled(known.spec, other)) if other != now else None
        if found is None or all(same(found, place) for place in places):
            continue
        told = f"under {now} it says the same of every photo that was drawn, under {other} it does not"
        if "scaling" in known.guesses:
            return with_scaling(known, other, told), found, ()
        return known, answers, (told,)
    told = (
        "the model says the same of every photo that was drawn, however it is scaled; perhaps its weights are not in it, or "
        "were not trained"
    )
    return known, answers, (told,)


def _answers(probe: Probe, spec: Input) -> list[Outputs] | None:
    try:
        return probe.try_out(spec)
    except WrongOutput:
        return None  # such numbers do not fit into its input
