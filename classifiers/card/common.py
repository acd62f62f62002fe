"""What the cards of photo diseases and of forms share: texts by language, labels, the alarm, what was measured."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl

Care = Literal["routine", "soon", "urgent"]
CARE: tuple[Care, ...] = ("routine", "soon", "urgent")  # how soon to have it seen, from the least to the most
Share = Annotated[float, Field(ge=0, le=1)]
DiseaseId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
RESERVED = ("start", "help", "about", "diseases", "privacy", "forget", "cancel", "reload")  # the chat's own commands


class Strict(BaseModel):
    """A part of a card: no unknown keys, nothing that changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _in_english(text: dict[str, str]) -> dict[str, str]:
    if not text.get("en", "").strip():
        raise ValueError("must have English (en), which every language falls back to")
    return text


def _https(url: HttpUrl) -> HttpUrl:
    if url.scheme != "https":
        raise ValueError("must begin with https://")
    return url


def _free(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"/{name} is a command of the chat already: choose another")
    return name


Text = Annotated[dict[str, str], AfterValidator(_in_english)]  # by language
Link = Annotated[HttpUrl, AfterValidator(_https)]
FreeId = Annotated[DiseaseId, AfterValidator(_free)]


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


class Decision(Strict):
    """Numbers chosen on validation data by `training`, never by hand."""

    temperature: Annotated[float, Field(gt=0)] = 1.0
    bias: list[float] | None = None  # one for each label, added to the log-probabilities before the temperature
    unsure_below: Share | None = None  # needed unless the labels do not exclude each other
    alarm: Alarm | None = None


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


class Disease(Strict):
    """What every card says."""

    id: FreeId  # also the bot's command
    title: Text
    knows: Text  # what the model can and cannot tell, in plain words
    labels: Annotated[list[Label], Field(min_length=2)]
    evidence: Evidence | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The labels' codes, in the order of the model's scores."""
        return tuple(label.code for label in self.labels)

    def label(self, code: str) -> Label:
        """Return the label with this code, one of `codes`."""
        return next(label for label in self.labels if label.code == code)
