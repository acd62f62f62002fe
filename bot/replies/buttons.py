"""Buttons under a message as plain records, and what a tap on a feedback button says."""

from dataclasses import dataclass

from bot.texts import Texts

LOOK_AS = "as"  # what the data of "look at it as …" buttons begins with
FEEDBACK = ("yes", "no", "unknown")  # what the journal keeps; "ask" only opens the choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: a link to follow (`url`) or something to tap (`data`, at most 64 bytes)."""

    text: str
    url: str | None = None
    data: str | None = None


Rows = tuple[tuple[Button, ...], ...]


def feedback_button(entry: int, texts: Texts) -> Button:
    """Return "Was this right?" about a journal entry."""
    return Button(text=texts.plain("button.feedback"), data=f"fb:{entry}:ask")


def look_as_button(disease: str, title: str, texts: Texts) -> Button:
    """Return "Look at it as …" for another disease."""
    return Button(text=texts.plain("button.look_as", disease=title), data=f"{LOOK_AS}:{disease}")


def feedback_rows(entry: int, texts: Texts) -> Rows:
    """Return the choice that "Was this right?" turns into."""
    return (
        tuple(Button(text=texts.plain(f"button.feedback_{value}"), data=f"fb:{entry}:{value}") for value in FEEDBACK),
    )


def read_feedback(data: str) -> tuple[int, str] | None:
    """Return entry and value ("ask" or one of FEEDBACK) of a tapped button; None for data that is none of ours."""
    kind, _, rest = data.partition(":")
    entry, _, value = rest.partition(":")
    if kind != "fb" or not (entry.isascii() and entry.isdigit()) or value not in (*FEEDBACK, "ask"):
        return None
    return int(entry), value
