"""How long a text is for Telegram, and making one fit: limits count UTF-16 units, after the HTML is read."""

import html
import re
from collections.abc import Iterable

from bot.texts import Html
from bot.texts.direction import closed

CAPTION, MESSAGE = 1024, 4096
GAP = Html("\n\n")
_TAG = re.compile(r"<[^>]*>")


def units(text: str) -> int:
    """Return the length of plain text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def read_units(text: Html) -> int:
    """Return the length of HTML as Telegram counts it: without tags, references read."""
    return units(html.unescape(_TAG.sub("", text)))


def clipped(text: str, most: int) -> str:
    """Return plain text of at most `most` units, with an ellipsis where something was cut off."""
    if units(text) <= most:
        return text
    cut = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
    whole = closed(cut)
    return whole if units(whole) <= most else clipped(text, 2 * most - units(whole))


def pieces(text: str, most: int) -> list[str]:
    """Return plain text in pieces of at most `most` units, between words where there are any."""
    found = []
    while units(text) > most:
        piece = text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
        space = max(piece.rfind(" "), piece.rfind("\n"))
        found.append(piece[:space] if space > 0 else piece)
        text = text[len(found[-1]) :]
    return [piece.strip() for piece in (*found, text) if piece.strip()]


def joined(paragraphs: Iterable[Html], gap: str = GAP) -> Html:
    """Return the paragraphs that are not empty, one below the other."""
    return Html(gap.join(paragraph for paragraph in paragraphs if paragraph))


def packed(blocks: Iterable[Html], most: int = MESSAGE) -> list[Html]:
    """Return as few messages as hold all blocks, none of which is longer than a message."""
    messages: list[Html] = []
    for block in blocks:
        if messages and read_units(both := joined([messages[-1], block])) <= most:
            messages[-1] = both
        else:
            messages.append(block)
    return messages
