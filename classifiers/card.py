"""The card: all the medicine of one disease, read from its `card.yaml` and checked as a whole."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from classifiers.contradictions import contradictions, file_faults
from classifiers.errors import CardFaults
from classifiers.resize import Resize
from classifiers.strict_yaml import read_yaml

CARE = ("routine", "soon", "urgent")  # how soon to have it seen, from the least to the most
Care = Literal["routine", "soon", "urgent"]
Share = Annotated[float, Field(ge=0, le=1)]
Place = Annotated[int, Field(ge=0)]


def _in_english(text: dict[str, str]) -> dict[str, str]:
    if not text.get("en", "").strip():
        raise ValueError("must have English (en), which every language falls back to")
    return text


def _https(url: HttpUrl) -> HttpUrl:
    if url.scheme != "https":
        raise ValueError("must begin with https://")
    return url


_IN_OUR_WORDS = {
    "extra_forbidden": "there is no such key",
    "missing": "is missing",
    "model_type": "must be lines of key: value",
}  # pydantic's kinds of fault that every author of a card will meet

Text = Annotated[dict[str, str], AfterValidator(_in_english)]  # by language
Link = Annotated[HttpUrl, AfterValidator(_https)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Input(_Strict):
    """How a photo becomes the model's input."""

    size: tuple[Annotated[int, Field(ge=8, le=2048)], Annotated[int, Field(ge=8, le=2048)]]  # height, width
    resize: Resize = "stretch"
    scaling: Literal["raw", "zero_to_one", "minus_one_to_one", "imagenet"] = "raw"
    channels: Literal["rgb", "bgr"] = "rgb"
    layout: Literal["nhwc", "nchw"] = "nhwc"


class Outputs(_Strict):
    """Which of the model's outputs is what."""

    scores: Place = 0
    attention: Place | None = None  # class maps (height, width, labels): where the model saw each label
    not_this: Place | None = None  # one number, larger the less the photo is of what the model knows


class Model(_Strict):
    """The weights, and how to talk to them."""

    engine: Literal["litert"]
    file: Path
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    version: Annotated[str, Field(min_length=1)]
    input: Input
    outputs: Outputs = Outputs()
    scores: Literal["logits", "probabilities", "sigmoid"] = (
        "probabilities"  # sigmoid: one number, the chance of the second label
    )


class Label(_Strict):
    """One answer the model can give: what it is called, what to know of it and how soon to have it seen."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    about: Text
    link: Link
    care: Care


class Alarm(_Strict):
    """Labels that must not be missed: when their probabilities add up to more than `above`, the finding is an alarm."""

    labels: Annotated[list[str], Field(min_length=1)]
    above: Share


class Screen(_Strict):
    """What a photo must be to be judged; measured at the model's input size by `classifiers.screen`."""

    least_side: Annotated[int, Field(ge=1)]  # pixels, of the photo as it was sent
    sharpness_above: float
    light_above: float
    light_below: float
    contrast_above: float


class Decision(_Strict):
    """Numbers chosen on validation data by `training`, never by hand."""

    temperature: Annotated[float, Field(gt=0)] = 1.0
    bias: list[float] | None = None  # one per label, added to the log-probabilities before the temperature
    unsure_below: Share
    not_this_above: float | None = None
    alarm: Alarm | None = None
    screen: Screen | None = None


class Figure(_Strict):
    """One measured figure and its 95 % interval."""

    name: Literal[
        "balanced_accuracy",
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


class Evidence(_Strict):
    """What was measured, on what, when and by which command."""

    measured: str
    data: Text
    command: str
    figures: list[Figure]


class Card(_Strict):
    """One disease."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]  # also the bot's command
    input: Literal["photo"]
    title: Text
    knows: Text  # what the model can and cannot tell, in plain words
    model: Model
    labels: Annotated[list[Label], Field(min_length=2)]
    decision: Decision
    evidence: Evidence | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The labels' codes, in the order of the model's scores."""
        return tuple(label.code for label in self.labels)

    def label(self, code: str) -> Label:
        """Return the label with this code, one of `codes`."""
        return next(label for label in self.labels if label.code == code)


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
    file = (path.parent / card.model.file).resolve()
    return card.model_copy(update={"model": card.model.model_copy(update={"file": file})})


def faults_of(path: Path, error: ValidationError) -> list[str]:
    """Return pydantic's faults as `path: place: what is wrong` lines."""
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        parts = [part for part in fault["loc"] if part != "[key]"]
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
        message = _IN_OUR_WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        if "[key]" in fault["loc"]:
            message = "this key is no text: put it in quotes"  # YAML takes no, the code of Norwegian, for false
        lines.append(f"{path}: {place}: {message}" if place else f"{path}: {message}")
    return lines
