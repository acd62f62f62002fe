"""How people write a number: sign, bound, pair, the flags of a laboratory's report, in any script's characters. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from classifiers.form.words import ABOUT, ABOUT_BEHIND, FLAGS, LESS, MINUS, MORE, OR_LESS, OR_MORE, OVER, POINT

Bound = Literal["<", ">"]

_SAME = {
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("·∙⋅•‧˙・。٫", "."),  # raised points, a Chinese full stop, the Arabic decimal sign
    **dict.fromkeys("’‘ʼ´`", "'"),
    **dict.fromkeys("٬،﹐", ","),
    **dict.fromkeys("⁄∕÷\\", "/"),
    **dict.fromkeys("‹〈", "<"),
    **dict.fromkeys("›〉", ">"),
    **dict.fromkeys("≤⩽≦", "<="),
    **dict.fromkeys("≥⩾≧", ">="),
}
_DRAWN = "\ufe0f\u20e3"  # make an emoji of a character: 1 on a key
_COMPATIBLE = ("<wide>", "<narrow>", "<square>")  # full-width ５, ㎎; not ² and ½, which mean something else
_LONGEST = 200  # characters; the patterns below take quadratic time
_ARROWS = "*!#↑↓⬆⬇▲▼🔺🔻🔼🔽"


def _any(words: Iterable[str]) -> str:
    """Return a pattern for any of these; what ends in a letter ends there."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + (r"(?![^\W\d_])" if word[-1].isalpha() else "") for word in longest)


_FLAG = rf"(?:{_any(FLAGS)}|[{_ARROWS}]+)"
_BRACKETED = rf"(?:\({_FLAG}\)|\[{_FLAG}\]|{_FLAG})"
_WRITTEN = re.compile(
    rf"(?:{_BRACKETED}\s*)?(?:(?P<about>{_any(ABOUT)})\s*)?"
    rf"(?:(?P<less>{_any(LESS)})|(?P<more>{_any(MORE)}))?\s*"
    rf"(?P<sign>-{{1,2}}|\+|(?:{_any(MINUS)})\s)?\s*(?P<number>[\d.,' ]*\d[.,]?)"
    rf"(?:\s*(?:{_any(OVER)})\s*(?P<second>\d+(?:[.,]\d+)?))?"
    r"\s*(?P<unit>(?!\d)[^\d\s.,].*)?",
    re.DOTALL | re.IGNORECASE,
)
_RANGE = r"(?:[<>]=?\s*[\d.,]*\d|[\d.,]*\d\s*(?:-|~|to|bis|à|a|до|;|\.\.|…)\s*[\d.,]*\d)"
# The range that a report prints behind a value: (0.4-4.0), [ref. < 5]. Any other number in brackets may be another value.
_BRACKETED_RANGE = re.compile(
    rf"(?<=\S)\s*(?:\([^()\[\]\d<>]*{_RANGE}[^()\[\]\d]*\)|\[[^()\[\]\d<>]*{_RANGE}[^()\[\]\d]*\])",
    re.IGNORECASE,
)
_BARE_RANGE = re.compile(  # 4.2 mU/L 0.4-4.0
    rf"(?P<value>.*\d.*[^\W\d])\s+(?:ref\.?|reference|range|normal|norm|n|vr|v\.r\.|норма)?[\s:]*{_RANGE}",
    re.IGNORECASE,
)
_BEHIND = (  # what stands behind a number in some languages, or often, and the sign that stands before it for the same
    (re.compile(r"\s*से\s*कम\s*"), "<"),
    (re.compile(r"\s*से\s*(?:अधिक|ज\S*)\s*"), ">"),
    (re.compile(rf"\s*(?:{_any(OR_LESS)})\s*", re.IGNORECASE), "<"),
    (re.compile(rf"\s*(?:{_any(OR_MORE)})\s*|(?<=\d)\+$", re.IGNORECASE), ">"),
    (re.compile(rf"(?<=\d)\s*(?:{_any(ABOUT_BEHIND)})\s*", re.IGNORECASE), "~"),
)
_POINT = re.compile(rf"(?<=\d)\s+(?:{_any(POINT)})\s+(?=\d)", re.IGNORECASE)
_FLAG_BEFORE = re.compile(rf"^{_BRACKETED}(?:\s+|$)", re.IGNORECASE)
_FLAG_BEHIND = re.compile(rf"(?:\s+{_BRACKETED}|[{_ARROWS}]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A number as it was written, in plain characters."""

    number: str  # digits and separators, with a minus
    unit: str = ""
    bound: Bound | None = None
    second: str | None = None  # of a pair, such as the 80 of 120/80
    about: bool = False  # "about 140", "~140"


def read_notation(text: str) -> Written | None:
    """Return the parts of a typed number; None for what is none, such as words, a date or a range."""
    if len(text) > _LONGEST:
        return None
    plain = "".join(_plain(character) for character in text).strip(' "“”«»=')
    plain = _BRACKETED_RANGE.sub(" ", plain).strip()
    plain = ranged["value"] if (ranged := _BARE_RANGE.fullmatch(plain)) else plain
    plain = re.sub(r"(?<=\d)\.$", "", plain)  # a sentence ends with a full stop
    for pattern, sign in _BEHIND:
        if behind := pattern.search(plain):
            plain = f"{sign}{plain[: behind.start()]} {plain[behind.end() :]}".strip()
    found = _WRITTEN.fullmatch(_POINT.sub(".", plain))
    if found is None or (found["second"] and (found["less"] or found["more"])):
        return None
    sign = "-" if found["sign"] and found["sign"] != "+" else ""
    bound: Bound | None = "<" if found["less"] else ">" if found["more"] else None
    return Written(
        number=sign + found["number"].strip(),
        unit=found["unit"] or "",
        bound=bound,
        second=found["second"],
        about=found["about"] is not None,
    )


def has_arrow(text: str) -> bool:
    """Return whether an arrow stands there: where a value may be negative, it may be its sign."""
    return any(character in "↑↓⬆⬇▲▼🔺🔻🔼🔽" for character in text)


def without_flags(unit: str) -> str:
    """Return what stands behind a number without a report's flags: "mU/L (H)" and "* mU/L" are "mU/L"."""
    return _FLAG_BEHIND.sub("", _FLAG_BEFORE.sub("", unit)).strip()


def _plain(character: str) -> str:
    """Return a character in its plain form: any script's digits, spaces, signs and separators; format characters go."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    if character in _SAME:
        return _SAME[character]
    if unicodedata.category(character) == "Cf" or character in _DRAWN:
        return ""
    if unicodedata.decomposition(character).startswith(_COMPATIBLE):
        return "".join(_SAME.get(one, one) for one in unicodedata.normalize("NFKC", character))
    return character
