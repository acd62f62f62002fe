"""The data of buttons: what each kind of button says when it is tapped, written and read in one place.

Data comes back from the network, so that it may be old or forged: what is read is exactly what could have been written.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.replies import spot_taps  # noqa: F401 - their data is read here, too
from bot.replies.report import taps as report_taps  # noqa: F401 - the same
from bot.replies.tap import Entry as _Entry
from bot.replies.tap import Mark as _Mark
from bot.replies.tap import Tap
from bot.replies.tap import User as _User
from bot.replies.tap import Version as _Version
from classifiers.card import Care

AS_APP = "app"  # the language of a person's app, not one they chose
NO_ZONE = "none"  # a person's time zone is not to be known any more
NO_LABEL = "-"  # what a reviewer sees is none of the card's labels
Feedback = Literal["yes", "no", "unknown"]

_Disease = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
_Step = Annotated[str, Field(pattern=r"^(RED_FLAGS|SUMMARY|[a-z][a-z0-9_]{0,31})$")]
_Run = Annotated[str, Field(pattern=r"^[0-9a-f]{1,4}$")]
_Language = Annotated[str, Field(pattern=r"^([a-z]{2,3}(-[A-Z]{2})?|app)$")]
_Zone = Annotated[str, Field(pattern=r"^([A-Z][A-Za-z_]+(/[A-Z][A-Za-z_]+){1,2}|none)$", max_length=40)]
_Offset = Annotated[int, Field(ge=-12 * 60, le=14 * 60)]  # minutes that clocks differ from UTC
_Symptom = Annotated[str, Field(pattern=r"^(ask|none|done|[+-][a-z][a-z0-9_]{0,31})$")]
_Opinion = Annotated[int, Field(ge=1, lt=10**10)]
_Label = Annotated[str, Field(pattern=r"^(-|[a-z][a-z0-9_]{0,39})$")]
_Act = Annotated[str, Field(pattern=r"^(on|new|go|[a-z][0-9]{0,3})$")]


class ConsentTap(Tap):
    """This person agrees to this version of the text; buttons from before it was named have none."""

    kind: ClassVar[str] = "consent"
    owner: _User
    version: _Version = ""


class DiseaseTap(Tap):
    """This person's photos are about this disease."""

    kind: ClassVar[str] = "photo"
    owner: _User
    disease: _Disease


class LookAsTap(Tap):
    """The same photo is to be examined for another disease."""

    kind: ClassVar[str] = "as"
    disease: _Disease


class GuideTap(Tap):
    """Somebody wants to see how a photo for this disease is taken."""

    kind: ClassVar[str] = "guide"
    disease: _Disease


class ExamplesTap(Tap):
    """Somebody wants to see drawings of what this disease's labels look like."""

    kind: ClassVar[str] = "look"
    disease: _Disease


class ForgetTap(Tap):
    """What is kept about this person is to be deleted, or not."""

    kind: ClassVar[str] = "forget"
    owner: _User
    choice: Literal["yes", "no"]


class LanguageTap(Tap):
    """This person wants to be spoken to in this language, or in that of their app."""

    kind: ClassVar[str] = "lang"
    owner: _User
    language: _Language


class SettingsTap(Tap):
    """This person wants to see a page of their settings."""

    kind: ClassVar[str] = "set"
    owner: _User
    page: Literal["top", "language", "zone", "clock", "reminders", "kept"]


class SetLanguageTap(Tap):
    """As LanguageTap, on the page of the settings."""

    kind: ClassVar[str] = "setlang"
    owner: _User
    language: _Language


class ClockTap(Tap):
    """This person's clock differs from UTC by so many minutes now."""

    kind: ClassVar[str] = "clock"
    owner: _User
    minutes: _Offset


class ZoneTap(Tap):
    """This person lives by the clocks of this time zone, or it is not to be known."""

    kind: ClassVar[str] = "zone"
    owner: _User
    zone: _Zone


class AskReminderTap(Tap):
    """The person whose spot this is wants to say when to be reminded of it."""

    kind: ClassVar[str] = "askrem"
    spot: _Entry


class RemindTap(Tap):
    """This person wants to be reminded of a followed spot (0: of all) every so many months; 0: not at all."""

    kind: ClassVar[str] = "remind"
    owner: _User
    spot: Annotated[int, Field(ge=0, lt=2**63)]
    months: Literal["0", "1", "2", "3", "6"]


class AnswerReminderTap(Tap):
    """What this person does about the reminder that was sent at this second of Unix time."""

    kind: ClassVar[str] = "again"
    owner: _User
    sent: Annotated[int, Field(ge=0, lt=2**40)]
    act: Literal["done", "later", "stop"]


class FeedbackTap(Tap):
    """Feedback on a journal entry; "ask" only opens the choice."""

    kind: ClassVar[str] = "fb"
    entry: _Entry
    value: Literal["ask", "yes", "no", "unknown"]


class DifferentTap(Tap):
    """The photos that a journal entry is about show different things."""

    kind: ClassVar[str] = "df"
    entry: _Entry


class SymptomsTap(Tap):
    """What a person notices, about a journal entry: a symptom is on ("+bleeding") or off, or none, or that was all.

    "ask" only opens the choice.
    """

    kind: ClassVar[str] = "sy"
    entry: _Entry
    act: _Symptom


class FormTap(Tap):
    """A form's button: whose it is, of which form and step (or which disease to start), and what to do."""

    kind: ClassVar[str] = "q"
    owner: _User
    run: _Run
    at: _Step
    act: _Act


class AskDoctorTap(Tap):
    """Reviewers are to be asked about a journal entry."""

    kind: ClassVar[str] = "ask"
    entry: _Entry
    photo: _Mark = ""


class PersonOpinionTap(Tap):
    """The person of a second opinion agrees that it is sent, does not, or takes it back."""

    kind: ClassVar[str] = "so"
    opinion: _Opinion
    act: Literal["send", "no", "back"]


class ReviewTap(Tap):
    """A reviewer takes a second opinion, gives it back, or wants to see the labels, or the first buttons again."""

    kind: ClassVar[str] = "rv"
    opinion: _Opinion
    act: Literal["take", "give", "labels", "start"]


class ReviewLabelTap(Tap):
    """A reviewer chooses a label; how soon it is to be seen is asked next."""

    kind: ClassVar[str] = "rl"
    opinion: _Opinion
    label: _Label


class ReviewAnswerTap(Tap):
    """A reviewer's whole answer."""

    kind: ClassVar[str] = "ra"
    opinion: _Opinion
    label: _Label
    care: Care


_KINDS: dict[str, type[Tap]] = {tap.kind: tap for tap in Tap.__subclasses__()}


def read_tap(data: str | None) -> Tap | None:
    """Return what a tapped button says; None for data that no button of ours has."""
    kind, *parts = (data or "").split(":")
    tap = _KINDS[kind].from_parts(parts) if kind in _KINDS else None
    return tap if tap is not None and tap.data == data else None  # " 7", "+7" and "٧" are read as 7, but not written so
