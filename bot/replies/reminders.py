"""Reminders in words and buttons: when to be reminded, the reminder itself, and what was answered to it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.replies.buttons import Button, Rows
from bot.replies.length import joined
from bot.replies.places import place_name
from bot.replies.taps import AnswerReminderTap, AskReminderTap, RemindTap
from bot.texts import Html, Texts

Months = Literal["0", "1", "2", "3", "6"]  # that people choose among; 0: no reminder
_MONTHS: tuple[Months, ...] = ("1", "2", "3", "6")
_LINES = 20  # spots that one reminder names
ALL = 0  # in the place of a spot: all that the person follows


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpot:
    """A followed spot as people know it: its command and its place on the body."""

    command: str
    place: str


def named_spot(spot: int, place: str, texts: Texts) -> NamedSpot:
    """Return what a followed spot is called."""
    return NamedSpot(command=f"/spot_{spot}", place=place_name(place, texts))


def remind_button(spot: int, texts: Texts) -> Button:
    """Return the button that asks when to be reminded of a spot."""
    return Button(text=texts.plain("button.remind"), data=AskReminderTap(spot=spot).data)


def ask_when(owner: int, spot: int, named: NamedSpot | None, texts: Texts) -> tuple[Html, Rows]:
    """Return the question when to be reminded of a spot, or, where none is named, of all that the person follows."""
    if named is None:
        asked = texts.html("reminders.ask_all")
    else:
        asked = texts.html("reminders.ask", command=named.command, place=named.place)
    choices = tuple(_choice(owner, spot, months, texts.formats.quantity(int(months), "months")) for months in _MONTHS)
    none = _choice(owner, spot, "0", texts.plain("button.remind_none"))
    return asked, (choices[:2], choices[2:], (none,))


def reminder(owner: int, sent: datetime, spots: Sequence[NamedSpot], texts: Texts) -> tuple[Html, Rows]:
    """Return the reminder that is sent at this time, of these spots, and its buttons."""
    lines = [texts.html("reminders.line", command=one.command, place=one.place) for one in spots[:_LINES]]
    if len(spots) > _LINES:
        lines.append(Html("…"))
    text = joined([texts.html("reminders.due"), joined(lines, "\n"), texts.html("reminders.how")])
    batch = int(sent.timestamp())
    rows = tuple(
        (
            Button(
                text=texts.plain(f"button.remind_{act}"),
                data=AnswerReminderTap(owner=owner, sent=batch, act=act).data,
            ),
        )
        for act in ("done", "later", "stop")
    )
    return text, rows


def day_in_words(moment: datetime, texts: Texts, zone: str | None) -> str:
    """Return the day of a moment, by the clock of the person's time zone."""
    return texts.formats.date(f"{moment.astimezone(ZoneInfo(zone) if zone else UTC):%Y-%m-%d}")


def _choice(owner: int, spot: int, months: Months, text: str) -> Button:
    return Button(text=text, data=RemindTap(owner=owner, spot=spot, months=months).data)
