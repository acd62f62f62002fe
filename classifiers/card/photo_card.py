"""The card of a disease that is judged by a photo."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from classifiers.card.checks import Fault, common_faults
from classifiers.card.common import Code, Decision, Disease, Share, Strict
from classifiers.card.following import Following, following_faults
from classifiers.card.model import MULTI_LABEL, PhotoModel
from classifiers.card.pictures import Examples, Guide, example_faults
from classifiers.card.serving import Serving
from classifiers.card.symptoms import Symptoms, symptom_faults
from classifiers.card.words import Words

QUALITY = ("small", "blurred", "dark", "bright", "flat")  # codes of `photo.quality`, which the bot has words for
_PYTHON_DOES_ITSELF = {"scaling": "raw", "channels": "rgb", "layout": "nhwc"}


class Screen(Strict):
    """What a photo must be to be judged; measured at the model's input size by `classifiers.photo.quality`."""

    least_side: Annotated[int, Field(ge=1)]  # pixels, of the photo as it was sent
    sharpness_above: float
    light_above: float
    light_below: float
    contrast_above: float


class Outline(Strict):
    """How the model's outline is read, and from where on a lesion's shape is called uneven (`classifiers.lesion.abcd`)."""

    above: Share = 0.5  # where the model's probability of lesion is more than this, there is lesion
    asymmetric_above: float | None = None  # None: nothing is said of it
    uneven_above: float | None = None  # the same of its border


class SingleLesion(Strict):
    """What a single lesion is, and what follows where none is outlined: no label is named surely."""

    least_part: Share  # of all that is outlined; less: several spots
    most_area: Share  # of the photo; more: skin that is changed all over
    not_this_above: float | None = None  # in place of the decision's own, where no single lesion is outlined


class PhotoDecision(Decision):
    """When a photo is sent back or turned away, besides what every decision says."""

    # For a model of several labels at once: from which probability on each of them counts as found.
    thresholds: dict[str, Share] | None = None
    not_this_above: float | None = None
    doubtful_above: float | None = None  # of `not_this`, too: from where on no label is named surely
    # In the order of the numbers of the model's output `retake`.
    retake_above: Annotated[dict[Code, float], Field(min_length=1)] | None = None
    screen: Screen | None = None
    outline: Outline | None = None  # None: as `Outline` says, if the model has one
    single_lesion: SingleLesion | None = None  # None: an outline decides nothing


class PhotoCard(Disease):
    """A disease that is judged by a photo."""

    input: Literal["photo"]
    model: PhotoModel
    decision: PhotoDecision
    serving: Serving = Serving()
    words: Words = Words()
    guide: Guide = ()  # pictures of how to take a photo, and how not
    examples: Examples = ()  # drawings of what labels tend to look like
    symptoms: Symptoms = ()  # what a person is asked below an answer: "Have you noticed anything?"
    several_photos: Literal["mean_logits"] | None = (
        None  # how photos of the same are judged together (`verdict.conclude_together`); None: each by itself
    )
    lesion_features: Literal["abcd"] | None = None  # how an outline is described, if at all (`classifiers.lesion`)
    following: Following | None = None  # None: of two photos nobody can tell what changed (`classifiers.following`)
    truth_tables: Path | None = (
        None  # the tables of labels that `checkup evaluate` reads (`classifiers.card.truth_tables`)
    )

    @property
    def multi_label(self) -> bool:
        """Whether several labels can be right at once, or none of them."""
        return self.model.scores in MULTI_LABEL

    @property
    def has_spots(self) -> bool:
        """Whether its photos show one spot each, which can be followed over time: it outlines one, or has a noun for it."""
        return not self.multi_label and (self.lesion_features is not None or self.words.subject is not None)


def photo_faults(card: Any) -> Iterator[Fault]:
    """Yield where parts of a photo card do not fit each other; `card` has the parts that are valid (`valid_parts`)."""
    yield from common_faults(card)
    yield from _places(card)
    yield from _outputs(card)
    yield from _limits(card.decision)
    yield from _thresholds(card)
    yield from _codes_without_words(card)
    yield from following_faults(card)
    yield from symptom_faults(card.symptoms)
    yield from example_faults(card.examples, [label.code for label in card.labels or () if label.code])
    if card.lesion_features and card.model and card.model.outputs and card.model.outputs.outline is None:
        yield "lesion_features", "the model has no output outline"
    if card.model and card.model.input:
        yield from _scaling(card.model.input)
        if card.model.engine == "python":
            yield from _left_to_python(card.model.input)
    if card.model and card.model.engine == "python" and card.model.sha256 and not card.model.file:
        yield "model.file", "is missing: here is its sha256"


def _places(card: Any) -> Iterator[Fault]:
    """Yield outputs that are said to be two things."""
    outputs = card.model and card.model.outputs
    taken: dict[int, str] = {}
    for name in ("scores", "class_maps", "not_this", "retake", "outline"):
        place = getattr(outputs, name, None)
        if place is not None and place in taken:
            yield f"model.outputs.{name}", f"output {place} is {taken[place]} already"
        elif place is not None:
            taken[place] = name


def _outputs(card: Any) -> Iterator[Fault]:
    """Yield limits for what the model does not put out, and what it puts out without a limit."""
    outputs, decision = card.model and card.model.outputs, card.decision
    if decision is None or outputs is None:
        return
    needs = {"not_this_above": "not_this", "doubtful_above": "not_this", "retake_above": "retake"}
    needs |= {"outline": "outline", "single_lesion": "outline"}
    for key, name in needs.items():
        if getattr(decision, key) is not None and getattr(outputs, name) is None:
            yield f"decision.{key}", f"the model has no output {name}"
    if decision.single_lesion and decision.single_lesion.not_this_above is not None and outputs.not_this is None:
        yield "decision.single_lesion.not_this_above", "the model has no output not_this"
    if decision.retake_above is None and outputs.retake is not None:
        yield "model.outputs.retake", "without decision.retake_above nobody knows what its numbers mean"


def _limits(decision: Any) -> Iterator[Fault]:
    """Yield limits that leave nothing between them, and such as are never met."""
    screen = decision and decision.screen
    if screen and None not in {screen.light_above, screen.light_below} and screen.light_above >= screen.light_below:
        yield "decision.screen.light_below", "must be more than light_above: every photo is too dark or too bright"
    limits = decision and (decision.doubtful_above, decision.not_this_above)
    if limits and None not in limits and limits[0] > limits[1]:
        yield "decision.doubtful_above", "is more than not_this_above, from where on photos are turned away"


def _codes_without_words(card: Any) -> Iterator[Fault]:
    """Yield quality codes that nobody has words for, and words for codes that no photo gets."""
    if card.words is None or card.words.retake is None:
        return
    codes, own = (card.decision and card.decision.retake_above) or {}, card.words.retake
    for code in codes:
        if code not in QUALITY and code not in own:
            yield f"decision.retake_above.{code}", f"there are no words for it: words.retake.{code} is missing"
    for code in own:
        if code not in QUALITY and code not in codes:
            yield f"words.retake.{code}", "no photo gets this code: it is none of decision.retake_above"


def _thresholds(card: Any) -> Iterator[Fault]:
    """Yield labels without a threshold, and thresholds where labels exclude each other."""
    if not card.model or not card.decision or card.model.scores is None:
        return
    thresholds = card.decision.thresholds
    if card.model.scores not in MULTI_LABEL:
        if thresholds is not None:
            yield "decision.thresholds", "only a model of several labels at once (scores: multi_label) has thresholds"
        return
    if "unsure_below" in card.decision.given:
        yield "decision.unsure_below", "several labels can be right at once: decision.thresholds say which are found"
    if thresholds is None and "thresholds" in card.decision.given:
        return  # one of them is wrong already
    codes = [label.code for label in card.labels or () if label.code is not None]
    for code in codes:
        if code not in (thresholds or {}):
            yield f"decision.thresholds.{code}", "is missing: from which probability on this label counts as found"
    for code in thresholds or {}:
        if code not in codes:
            yield f"decision.thresholds.{code}", f"no label {code}"


def _scaling(pixels: Any) -> Iterator[Fault]:
    own, channels = pixels.scaling == "own", 1 if pixels.channels == "grey" else 3
    if channels == 1 and pixels.scaling == "imagenet":
        yield "model.input.scaling", "imagenet is of three channels, here is one"
    for key in ("mean", "std"):
        numbers = getattr(pixels, key)
        if own and numbers is None:
            yield f"model.input.{key}", "is missing: own scaling is (value / 255 - mean) / std"
        elif not own and numbers is not None:
            yield f"model.input.{key}", "only own scaling (scaling: own) has one"
        elif numbers is not None and len(numbers) != channels:
            yield f"model.input.{key}", f"{len(numbers)} numbers for {channels} channels"
        elif key == "std" and numbers is not None and 0 in numbers:
            yield "model.input.std", "must not be zero"


def _left_to_python(pixels: Any) -> Iterator[Fault]:
    for key, plain in _PYTHON_DOES_ITSELF.items():
        if getattr(pixels, key) not in {plain, None}:
            yield f"model.input.{key}", "a python engine is given RGB pixels as they are, and does the rest itself"
