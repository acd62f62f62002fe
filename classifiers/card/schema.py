"""The card: all the medicine of one disease, read from its `card.yaml` and checked as a whole."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, HttpUrl, ValidationError

from classifiers.card.contradictions import contradictions, file_faults
from classifiers.card.model import Model
from classifiers.card.questions import OneQuestion, Question, RedFlag
from classifiers.card.strict import Strict, Text
from classifiers.card.yaml_file import read_yaml
from classifiers.errors import CardFaults

CARE = ("routine", "soon", "urgent")  # how soon to have it seen, from the least to the most
Care = Literal["routine", "soon", "urgent"]
Unfit = Literal[
    "blurred", "dark", "bright", "flat"
]  # what may be wrong with a photo; `classifiers.photo.quality` adds small
Share = Annotated[float, Field(ge=0, le=1)]


def _https(url: HttpUrl) -> HttpUrl:
    if url.scheme != "https":
        raise ValueError("must begin with https://")
    return url


_IN_OUR_WORDS = {
    "extra_forbidden": "there is no such key",
    "missing": "is missing",
    "model_type": "must be lines of key: value",
    "url_parsing": "must be a link that begins with https://",
    "union_tag_invalid": "kind must be number, choice or yes_no",
    "union_tag_not_found": "kind is missing: number, choice or yes_no",
}  # pydantic's kinds of fault that every author of a card will meet

Link = Annotated[HttpUrl, AfterValidator(_https)]


class Label(Strict):
    """One answer the model can give: what it is called, what to know of it and how soon to have it seen."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    about: Text
    link: Link
    care: Care


class Alarm(Strict):
    """Labels that must not be missed: when their probabilities add up to more than `above`, the finding is an alarm."""

    labels: Annotated[list[str], Field(min_length=1)]
    above: Share


class Screen(Strict):
    """What a photo must be to be judged; measured at the model's input size by `classifiers.photo.quality`."""

    least_side: Annotated[int, Field(ge=1)]  # pixels, of the photo as it was sent
    sharpness_above: float
    light_above: float
    light_below: float
    contrast_above: float


class Outline(Strict):
    """How the model's outline is read, and from where on a spot's shape is said to be uneven (`classifiers.lesion.abcd`)."""

    above: Share = 0.5  # where the model's chance of lesion is more than this, there is lesion
    asymmetric_above: float | None = None  # None: nothing is said of it
    uneven_above: float | None = None  # the same of its border


class Decision(Strict):
    """Numbers chosen on validation data by `training`, never by hand."""

    temperature: Annotated[float, Field(gt=0)] = 1.0
    bias: list[float] | None = None  # one per label, added to the log-probabilities before the temperature
    unsure_below: Share
    not_this_above: float | None = None
    retake_above: Annotated[dict[Unfit, float], Field(min_length=1)] | None = (
        None  # in the order of the output's numbers
    )
    alarm: Alarm | None = None
    screen: Screen | None = None
    outline: Outline | None = None  # None: as `Outline` says, if the model has one


class Figure(Strict):
    """One measured figure and its 95 % interval."""

    name: Literal[
        "balanced_accuracy",
        "area_under_roc",
        "alarm_sensitivity",
        "alarm_specificity",
        "calibration_error",
        "not_this_rejected",
        "wrongly_rejected",
    ]
    on: Text  # what it was measured on
    value: float
    interval: tuple[float, float]
    n: Annotated[int, Field(ge=1)]


class Evidence(Strict):
    """What was measured, on what, when and by which command."""

    measured: str
    data: Text
    command: str
    figures: list[Figure]


class Card(Strict):
    """One disease."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]  # also the bot's command
    input: Literal["photo", "form"]
    title: Text
    knows: Text  # what the model can and cannot tell, in plain words
    model: Model
    labels: Annotated[list[Label], Field(min_length=2)]
    decision: Decision
    red_flags: Annotated[tuple[RedFlag, ...], Field(max_length=12)] = ()
    questions: Annotated[tuple[OneQuestion, ...], Field(max_length=60)] = ()  # in the order they are asked; of a form
    evidence: Evidence | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The labels' codes, in the order of the model's scores."""
        return tuple(label.code for label in self.labels)

    def label(self, code: str) -> Label:
        """Return the label with this code, one of `codes`."""
        return next(label for label in self.labels if label.code == code)

    def question(self, at: str) -> Question:
        """Return the question with this id, one of the form's."""
        return next(question for question in self.questions if question.id == at)


def read_card(path: Path) -> Card:
    """Return the card at `path`, its model file checked and made absolute. Raises CardFaults with every fault there is."""
    content, faults = read_yaml(path)
    if content is None and faults:
        raise CardFaults(faults)
    card = None
    try:
        card = Card.model_validate(content)
    except ValidationError as error:
        faults += faults_of(path, error)
    faults += [f"{path}: {fault}" for fault in (*contradictions(content), *file_faults(content, path.parent))]
    if card is None or faults:
        raise CardFaults(faults)
    file = (path.parent / card.model.file).resolve() if card.model.file else None
    return card.model_copy(update={"model": card.model.model_copy(update={"file": file})})


def faults_of(path: Path, error: ValidationError) -> list[str]:
    """Return pydantic's faults as `path: place: what is wrong` lines."""
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        parts = [part for part in fault["loc"] if part != "[key]"]
        if parts[:1] == ["questions"]:
            parts = parts[:2] + parts[3:]  # pydantic names the question's kind behind its number
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
        message = _IN_OUR_WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        if "[key]" in fault["loc"]:
            message = "this key is no text: put it in quotes"  # YAML takes no, the code of Norwegian, for false
        lines.append(f"{path}: {place}: {message}" if place else f"{path}: {message}")
    return lines
