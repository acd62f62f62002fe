"""What the cards of photo diseases and of forms share: texts by language, labels, the alarm, what was measured."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, HttpUrl, Tag

Care = Literal["routine", "soon", "urgent"]
CARE: tuple[Care, ...] = ("routine", "soon", "urgent")  # how soon to have it seen, from the least to the most
Share = Annotated[float, Field(ge=0, le=1)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
DiseaseId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
FIGURES = (  # whose names the bot has words for
    "balanced_accuracy",
    "area_under_roc",
    "alarm_sensitivity",
    "alarm_specificity",
    "calibration_error",
    "not_this_rejected",
    "wrongly_rejected",
)
RESERVED = (
    "start",
    "help",
    "about",
    "diseases",
    "spots",
    "report",
    "language",
    "settings",
    "privacy",
    "export",
    "forget",
    "cancel",
    "reload",
)  # the chat's own commands


class Strict(BaseModel):
    """A part of a card: no unknown keys, nothing that changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _in_english(text: dict[str, Any]) -> dict[str, Any]:
    if not str(text.get("en", "")).strip():
        raise ValueError("must have English (en), which every language falls back to")
    return text


def _https(url: HttpUrl) -> HttpUrl:
    if url.scheme != "https":
        raise ValueError("must begin with https://")
    return url


def _link_kind(link: Any) -> str:
    return "urls" if isinstance(link, dict) else "url"


def _free(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"/{name} is a command of the chat already: choose another")
    return name


Text = Annotated[dict[str, str], AfterValidator(_in_english)]  # by language
Link = Annotated[HttpUrl, AfterValidator(_https)]
Links = Annotated[dict[str, Link], AfterValidator(_in_english)]  # by language
FreeId = Annotated[DiseaseId, AfterValidator(_free)]


class Label(Strict):
    """One answer the model can give: what it is called, what to know of it and how soon to have it seen."""

    code: Code
    title: Text
    about: Text
    link: Annotated[Annotated[Link, Tag("url")] | Annotated[Links, Tag("urls")], Discriminator(_link_kind)]
    care: Care

    @property
    def links(self) -> dict[str, str]:
        """The pages to read on, by language; English is among them."""
        return {
            lang: str(url) for lang, url in (self.link if isinstance(self.link, dict) else {"en": self.link}).items()
        }


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
    """One measured figure, a share of one, and its 95 % interval."""

    name: Code  # one of FIGURES, or a name of the card's own
    title: Text | None = None  # what a name of the card's own means
    on: Text  # what it was measured on
    value: Share
    interval: tuple[Share, Share]
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
    licence: Text | None = None  # of the model
    labels: Annotated[list[Label], Field(min_length=2)]
    evidence: Evidence | None = None
    reviewed: dict[str, bool] = Field(default_factory=dict)  # languages with a file in `words/`: has a person read it?

    @property
    def codes(self) -> tuple[str, ...]:
        """The labels' codes, in the order of the model's scores."""
        return tuple(label.code for label in self.labels)

    def label(self, code: str) -> Label:
        """Return the label with this code, one of `codes`."""
        return next(label for label in self.labels if label.code == code)
