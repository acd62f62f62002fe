"""Telegram's HTML becomes plain text and entities.

An entity is {"type", "offset", "length", …}; offsets and lengths count UTF-16 units, as everywhere in the Bot API.
Errors are Telegram's: `Bad Request: can't parse entities: <what> at byte offset <n>`.
"""

from __future__ import annotations

import dataclasses
import html
import re
from typing import Any

from bot.local.wire.errors import ApiError, bad

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_PLAIN = re.compile(r"&?[^<&]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_WEB_LINK = re.compile(r"(?i)(?:https?://|tg://|mailto:|tel:)\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"']*[^\s<>\"'.,:;!?)])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{2,31})"
)


def units(text: str) -> int:
    """Return the length in UTF-16 units, which is what Telegram's limits and offsets count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """Return the piece of the text that an entity covers."""
    if text.isascii():
        return text[offset : offset + length]
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


@dataclasses.dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    found: Entity


@dataclasses.dataclass(slots=True)
class _Reader:
    """The state of reading one text: where we are in the source, and what is open."""

    source: str
    at: int = 0
    length: int = 0
    text: list[str] = dataclasses.field(default_factory=list)
    open: list[_Open] = dataclasses.field(default_factory=list)
    entities: list[Entity] = dataclasses.field(default_factory=list)

    def add(self, piece: str) -> None:
        self.text.append(piece)
        self.length += units(piece)

    def fault(self, what: str, at: int | None = None) -> ApiError:
        place = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad(f"can't parse entities: {what}{place}")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text without its tags, trimmed, and its entities. Raises ApiError 400 for what Telegram refuses."""
    reader = _Reader(source)
    while reader.at < len(source):
        character = source[reader.at]
        if character == "<":
            (_end_tag if source.startswith("</", reader.at) else _start_tag)(reader)
        elif character == "&" and (reference := _REFERENCE.match(source, reader.at)):
            reader.add(html.unescape(reference.group()))
            reader.at = reference.end()
        else:
            plain = _PLAIN.match(source, reader.at)
            assert plain is not None  # noqa: S101 — the pattern matches anything
            reader.add(plain.group())
            reader.at = plain.end()
    if reader.open:
        raise reader.fault(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].tag}"')
    return trimmed("".join(reader.text), reader.entities)


def _start_tag(reader: _Reader) -> None:
    begin = reader.at
    close = reader.source.find(">", begin)
    if close < 0:
        raise reader.fault("Unclosed start tag", begin)
    name, _, rest = reader.source[begin + 1 : close].partition(" ")
    tag = name.strip().lower()
    if tag not in TAGS:
        raise reader.fault(f'Unsupported start tag "{tag}"', begin)
    attributes = _attributes(rest)
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise reader.fault('Tag "span" must have class "tg-spoiler"', begin)
    found: Entity = {"type": TAGS[tag]}
    if tag == "a":
        found["url"] = attributes.get("href", "")
    if tag == "blockquote" and "expandable" in attributes:
        found["type"] = "expandable_blockquote"
    if tag == "code" and attributes.get("class", "").startswith("language-"):
        found["language"] = attributes["class"].removeprefix("language-")
    reader.open.append(_Open(tag, reader.length, found))
    reader.at = close + 1


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        found[name.lower()] = html.unescape(double or single or bare)
    return found


def _end_tag(reader: _Reader) -> None:
    begin = reader.at
    close = reader.source.find(">", begin)
    if close < 0:
        raise reader.fault("Unclosed end tag", begin)
    if not reader.open:
        raise reader.fault("Unexpected end tag", begin)
    tag = reader.source[begin + 2 : close].strip().lower()
    opened = reader.open.pop()
    if tag and tag != opened.tag:
        unmatched = reader.fault("Unmatched end tag", begin)
        raise ApiError(400, f'{unmatched.description}, expected "</{opened.tag}>", found "</{tag}>"')
    reader.at = close + 1
    _close(reader, opened)


def _close(reader: _Reader, opened: _Open) -> None:
    found, length = opened.found, reader.length - opened.offset
    if not length:
        return
    entity: Entity = {"type": found["type"], "offset": opened.offset, "length": length}
    if opened.tag == "a":
        entity["url"] = found["url"] or cut("".join(reader.text), opened.offset, length)
        if not _WEB_LINK.fullmatch(entity["url"]):
            return  # Telegram shows the words of a link it does not trust, without the link
    if opened.tag == "code" and reader.open and reader.open[-1].tag == "pre":
        reader.open[-1].found.update(found | {"type": "pre"})  # <pre><code class="language-…"> is one block
        return
    if "language" in found and entity["type"] == "pre":
        entity["language"] = found["language"]
    reader.entities.append(entity)


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return text and entities without white space at either end, outer entities before inner ones."""
    lead = units(text) - units(text.lstrip())
    text = text.strip()
    whole = units(text)
    kept: list[Entity] = []
    for entity in entities:
        begin = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] - lead + entity["length"], whole)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return text, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Return the entities and those that Telegram finds by itself: links, /commands and @mentions."""
    shut = [e for e in entities if e["type"] in ("code", "pre", "text_link")]
    found: list[Entity] = []
    for match in _FOUND.finditer(text):
        offset, length = units(text[: match.start()]), units(match.group())
        if all(offset + length <= e["offset"] or e["offset"] + e["length"] <= offset for e in shut):
            found.append({"type": str(match.lastgroup), "offset": offset, "length": length})
    return sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))


def formatted(text: str, parse_mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """Return the text of a call as it will stand in the chat, and its entities. Raises ApiError 400."""
    mode = (parse_mode or "").lower()
    if mode == "html":
        plain, marked = parse_html(text)
    elif not mode:
        plain, marked = trimmed(text, entities or [])
    elif mode in ("markdown", "markdownv2"):
        raise bad("the local server reads HTML only, not Markdown: set parse_mode to HTML")
    else:
        raise bad("unsupported parse_mode")
    return plain, with_found(plain, marked)
