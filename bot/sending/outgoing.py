"""A message on its way out, and the simpler messages that say the same. Pure."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.replies.buttons import Button, Rows
from bot.replies.length import MESSAGE, packed, pieces, read_units, units
from bot.texts import Html, Texts

_TAG = re.compile(r"<[^>]*>")
_SHORT = 64  # units: a text that is too long for Telegram at this length is not refused for its length


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to be sent. Numbers of messages and topics are 0 where there is none."""

    chat: int
    text: Html  # the caption, where there is a picture
    buttons: Rows = ()
    picture: bytes | None = None  # JPEG
    silent: bool = False  # without a sound on the phone
    spoiler: bool = False  # whether the picture is hidden until it is tapped
    reply_to: int = 0
    topic: int = 0
    edits: int = 0  # the message of the bot's that it takes the place of
    below_picture: bool = False  # what is edited is the caption of a picture
    repeat: bool = False  # sent anew where it stands there already, because its person said something new
    formatted: bool = True  # as HTML


def in_words(message: Outgoing) -> Outgoing:
    """Return the message without its picture."""
    return replace(message, picture=None)


def without_reply(message: Outgoing) -> Outgoing:
    """Return the message, replying to none."""
    return replace(message, reply_to=0)


def outside_topic(message: Outgoing) -> Outgoing:
    """Return the message for the group's general topic; what it replies to is not there."""
    return replace(message, topic=0, reply_to=0)


def as_new(message: Outgoing) -> Outgoing:
    """Return the message as a new one, in place of none."""
    return replace(message, edits=0)


def unformatted(message: Outgoing) -> Outgoing:
    """Return the message as plain text."""
    return replace(message, text=Html(_plain(message.text)), formatted=False) if message.formatted else message


def without_taps(message: Outgoing) -> Outgoing:
    """Return the message with its links, and without buttons that are tapped."""
    return replace(message, buttons=_only(message.buttons, lambda button: button.url is not None))


def without_links(message: Outgoing) -> Outgoing:
    """Return the message with the buttons that are tapped, and without links."""
    return replace(message, buttons=_only(message.buttons, lambda button: button.url is None))


def without_buttons(message: Outgoing) -> Outgoing:
    """Return the message without buttons."""
    return replace(message, buttons=())


def bare(message: Outgoing) -> Outgoing:
    """Return what of the message matters most: its words."""
    return without_buttons(without_reply(unformatted(as_new(message))))


def split(message: Outgoing) -> tuple[Outgoing, ...]:
    """Return shorter messages that say the same, the buttons below the last; the same where it is short already."""
    if message.picture is not None:
        picture = replace(message, text=Html(), buttons=())
        return (picture, replace(in_words(message), reply_to=0)) if message.text else (message,)
    length = read_units(message.text) if message.formatted else units(message.text)
    if length <= _SHORT:
        return (message,)
    first, *others = _pieces(message, min(MESSAGE, (length + 1) // 2))
    parts = [replace(message, text=first), *(replace(message, text=text, edits=0, reply_to=0) for text in others)]
    return (*(replace(part, buttons=()) for part in parts[:-1]), parts[-1])


def _pieces(message: Outgoing, most: int) -> list[Html]:
    """Return the text in pieces of at most `most` units: by paragraphs, by lines, or anywhere and then without tags."""
    for gap in ("\n\n", "\n"):
        blocks = [Html(block) for block in message.text.split(gap)]
        if all(read_units(block) <= most for block in blocks) and all(map(_is_closed, blocks)):
            return packed(blocks, most)
    whole = _plain(message.text) if message.formatted else message.text
    return [Texts.escaped(piece) if message.formatted else Html(piece) for piece in pieces(whole, most)]


def _is_closed(block: Html) -> bool:
    """Return whether every tag that is opened in a block is closed in it, too."""
    tags: list[str] = _TAG.findall(block)
    return 2 * sum(tag.startswith("</") for tag in tags) == len(tags)


def _plain(text: Html) -> str:
    return html.unescape(_TAG.sub("", text))


def _only(buttons: Rows, wanted: Callable[[Button], bool]) -> Rows:
    rows = [tuple(button for button in row if wanted(button)) for row in buttons]
    return tuple(row for row in rows if row)
