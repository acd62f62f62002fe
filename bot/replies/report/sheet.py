"""One page of a report as plain records: what stands on it, not where."""

import html
import re
from dataclasses import dataclass

from bot.texts import Html

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photo (JPEG) with what stands below it; `jpeg` is None where Telegram has it no more."""

    jpeg: bytes | None
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a page: a title, then lines, then the rows of a table, all of which have as many cells."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page: a heading, a line below it, pictures, the first of which is the largest, and blocks."""

    heading: str
    below: str
    pictures: tuple[Picture, ...] = ()
    blocks: tuple[Block, ...] = ()


def printed(text: Html | str) -> str:
    """Return what is sent as HTML as it is printed: without tags. Signs of direction stay: a PDF follows them, too."""
    return html.unescape(_TAG.sub("", text)) if isinstance(text, Html) else text
