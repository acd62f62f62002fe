"""Text and entities become HTML that is safe to put into the chat page."""

from __future__ import annotations

import html
import re

from bot.local.wire.entities import Entity, cut, units

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
    "spoiler": ('<span class="tg-spoiler">', "</span>"),
}


def safe_html(text: str, entities: list[Entity]) -> str:
    """Return the text as HTML with only the tags of the page's contract; every other character is escaped.

    Entities that overlap without nesting are cut at the end of the outer one, so the result is always well formed.
    """
    ordered = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    return _render(text, ordered, 0, units(text))


def _render(text: str, entities: list[Entity], begin: int, end: int) -> str:
    pieces: list[str] = []
    at = begin
    rest = entities
    while rest:
        entity, rest = rest[0], rest[1:]
        first = max(entity["offset"], at)
        last = min(entity["offset"] + entity["length"], end)
        if last <= first:
            continue
        inner = [other for other in rest if other["offset"] < last]
        rest = [other for other in rest if other["offset"] >= last]
        before, after = _tags(entity, cut(text, entity["offset"], entity["length"]))
        pieces += [_escaped(text, at, first), before, _render(text, inner, first, last), after]
        at = last
    return "".join([*pieces, _escaped(text, at, end)])


def _escaped(text: str, begin: int, end: int) -> str:
    return html.escape(cut(text, begin, end - begin))


def _tags(entity: Entity, words: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in ("url", "text_link"):
        link = entity.get("url") or words
        if not re.match(r"(?i)[a-z][a-z0-9+.-]*:", link):
            link = f"https://{link}"
        if re.match(r"(?i)(https?://|tg://|mailto:|tel:)", link):
            return f'<a href="{html.escape(link)}" target="_blank" rel="noopener noreferrer">', "</a>"
    return _TAGS.get(kind, ("", ""))
