"""Text from right to left in which names, numbers and Latin words do not tumble: Unicode's isolates (UAX #9)."""

import re
import unicodedata

LATIN, EITHER, END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_WORD = r"[A-Za-z0-9À-ɏµ]+"
# A command, a bound, a number or Latin words, with the signs that hold them together: /start, <0.01, 120/80, mg/dL, 95%.
_RUN = re.compile(rf"(?:/(?=[A-Za-z])|[<>≤≥](?=\d)|[-−+](?=\d))?{_WORD}(?:[ .,:/+–_@-]?{_WORD})*%?")
_MARK = "\N{RIGHT-TO-LEFT MARK}"
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_NOT_WORDS = re.compile(r"(<[^>]*>|\{[^}]*\}|&#?\w+;)")  # tags, names of facts and references in a template


def isolated(fact: str) -> str:
    """Return what is put into a text from elsewhere, so that it keeps its own direction and nobody else's."""
    return f"{EITHER}{fact}{END}" if fact else fact


def own_name(name: str) -> str:
    """Return a name as people chose it for a text from left to right: one from right to left is kept apart.

    Signs that would turn what stands behind it around are left out.
    """
    kept = "".join(one for one in name if unicodedata.bidirectional(one) not in _TURNS)
    return isolated(kept) if _tells_direction(kept) else kept


def with_isolated_latin(words: str) -> str:
    """Return plain words from right to left with everything from left to right kept together."""
    return _RUN.sub(rf"{LATIN}\g<0>{END}", words)


def right_to_left(template: str) -> str:
    """Return a text with HTML and names of facts, which stay as they are, in the same way.

    A line that is made of facts and signs alone begins with a mark, or nothing would tell its direction.
    """
    return "\n".join(_line(line) for line in template.split("\n"))


def without_isolates(text: str) -> str:
    """Return a text without any of these signs, to compare it with what somebody typed."""
    return text.translate(dict.fromkeys(map(ord, (LATIN, EITHER, END, "\N{RIGHT-TO-LEFT ISOLATE}", _MARK))))


def closed(text: str) -> str:
    """Return a text that was cut off with every isolate ended that is open."""
    return text + END * max(0, text.count(LATIN) + text.count(EITHER) - text.count(END))


def _line(line: str) -> str:
    parts = _NOT_WORDS.split(line)
    kept = "".join(part if at % 2 else with_isolated_latin(part) for at, part in enumerate(parts))
    return f"{_MARK}{kept}" if "{" in line and not _tells_direction(line) else kept


def _tells_direction(line: str) -> bool:
    """Return whether a line has a letter from right to left: an Arabic comma is none."""
    return any(unicodedata.bidirectional(one) in {"R", "AL"} for one in line)
