"""Buttons under a message as plain records."""

from dataclasses import dataclass
from typing import get_args

from bot.replies.spot_taps import FollowTap
from bot.replies.tap import OfPhoto, Tap
from bot.replies.taps import AskDoctorTap, Feedback, FeedbackTap, LookAsTap, read_tap
from bot.texts import Texts

FEEDBACK: tuple[Feedback, ...] = get_args(Feedback)  # what the journal keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: a link to follow (`url`) or something to tap (`data`, at most 64 bytes)."""

    text: str
    url: str | None = None
    data: str | None = None


Row = tuple[Button, ...]
Rows = tuple[Row, ...]


def replaced(rows: Rows, kind: type[Tap], by: Rows) -> Rows:
    """Return the rows with `by` in place of those with buttons of one kind; at the end where there are none.

    So a button that asks something turns into its choice, and the other rows stay as they are.
    """
    at = next((place for place, row in enumerate(rows) if _has(row, kind)), len(rows))
    return (*rows[:at], *by, *(row for row in rows[at:] if not _has(row, kind)))


def _has(row: Row, kind: type[Tap]) -> bool:
    return any(isinstance(read_tap(button.data), kind) for button in row)


def feedback_button(entry: int, texts: Texts) -> Button:
    """Return "Was this right?" about a journal entry."""
    return Button(text=texts.plain("button.feedback"), data=FeedbackTap(entry=entry, value="ask").data)


def follow_button(of: OfPhoto, texts: Texts) -> Button:
    """Return "Follow this spot" about a journal entry."""
    return Button(text=texts.plain("button.follow"), data=FollowTap(**of._asdict(), how="ask").data)


def look_as_button(disease: str, title: str, texts: Texts) -> Button:
    """Return "Look at it as …" for another disease."""
    return Button(text=texts.plain("button.look_as", disease=title), data=LookAsTap(disease=disease).data)


def ask_doctor_button(of: OfPhoto, texts: Texts) -> Button:
    """Return "Ask a doctor" about a journal entry."""
    return Button(text=texts.plain("button.ask_doctor"), data=AskDoctorTap(**of._asdict()).data)


def feedback_rows(entry: int, texts: Texts) -> Rows:
    """Return the choice that "Was this right?" turns into."""
    return (
        tuple(
            Button(text=texts.plain(f"button.feedback_{value}"), data=FeedbackTap(entry=entry, value=value).data)
            for value in FEEDBACK
        ),
    )
