"""How people write a number: sign, bound, pair, the flags of a laboratory's report, in any script's characters. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

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
_COMPATIBLE = ("<wide>", "<narrow>", "<square>")  # full-width ５, ㎎; not ² and ½, which mean something else
_LESS = [
    "<=",
    "=<",
    "<",
    "less than",
    "lower than",
    "under",
    "below",
    "up to",
    "at most",
    "max",
    "menos de",
    "menor de",
]
_LESS += ["menor que", "inferior a", "moins de", "inférieur à", "менее", "меньше", "до", "unter", "weniger als"]
_LESS += ["abaixo de", "no máximo", "até", "kurang dari", "di bawah", "أقل من", "دون"]
_MORE = [">=", "=>", ">", "more than", "greater than", "higher than", "over", "above", "at least", "min", "más de"]
_MORE += [
    "mayor de",
    "mayor que",
    "superior a",
    "plus de",
    "supérieur à",
    "более",
    "больше",
    "свыше",
    "über",
    "mehr als",
]
_MORE += ["mais de", "maior que", "acima de", "pelo menos", "lebih dari", "di atas", "أكثر من", "أكبر من"]
_OVER = ["/", "x", "×", "over", "on", "by", "sur", "sobre", "por", "su", "auf", "zu", "на", "على"]
_FLAG = r"(?:h{1,2}|l{1,2}|hi|lo|high|low|abnormal|[*!#↑↓⬆⬇▲▼]+\ufe0f?)"
_BRACKETED = rf"(?:\({_FLAG}\)|\[{_FLAG}\]|{_FLAG})"


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in words)


_WRITTEN = re.compile(
    rf"(?:{_BRACKETED}\s*)?"
    rf"(?:(?P<less>{_any(_LESS)})|(?P<more>{_any(_MORE)}))?\s*"
    r"(?P<sign>-{1,2}|\+|minus\s)?\s*(?P<number>[\d.,' ]*\d[.,]?)"
    rf"(?:\s*(?:{_any(_OVER)})\s*(?P<second>\d+(?:[.,]\d+)?))?"
    r"\s*(?P<unit>(?!\d)[^\d\s.,].*)?",
    re.DOTALL | re.IGNORECASE,
)
# The range that a report prints behind a value: (0.4-4.0), [ref. < 5]. Any other number in brackets may be another value.
_REFERENCE = re.compile(
    r"\s*[(\[]\s*(?:ref\.?|reference|norm(?:al)?)?[\s:]*(?:[<>]=?\s*[\d.,]+|[\d.,]+\s*(?:-|to)\s*[\d.,]+)[^()\[\]\d]*[)\]]$",
    re.IGNORECASE,
)
_BOUND_BEHIND = re.compile(r"\s*से\s*(?:(?P<less>कम)|अधिक|ज\S*)\s*")  # in Hindi the bound comes after the number
_FLAG_BEFORE = re.compile(rf"^{_BRACKETED}(?:\s+|$)", re.IGNORECASE)
_FLAG_BEHIND = re.compile(rf"(?:\s+{_BRACKETED}|[*!#↑↓⬆⬇▲▼]+\ufe0f?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A number as it was written, in plain characters."""

    number: str  # digits and separators, with a minus
    unit: str = ""
    bound: Bound | None = None
    second: str | None = None  # of a pair, such as the 80 of 120/80


def read_notation(text: str) -> Written | None:
    """Return the parts of a typed number; None for what is none, such as words, a date or a range."""
    plain = "".join(_plain(character) for character in text).strip()
    plain = re.sub(r"(?<=\d)\.$", "", _REFERENCE.sub("", plain))  # a sentence ends with a full stop
    behind = _BOUND_BEHIND.search(plain)
    if behind:
        plain = f"{'<' if behind['less'] else '>'}{plain[: behind.start()]} {plain[behind.end() :]}".strip()
    found = _WRITTEN.fullmatch(plain)
    if found is None or (found["second"] and (found["less"] or found["more"])):
        return None
    sign = "-" if (found["sign"] or "").lower() in {"-", "--", "minus "} else ""
    bound: Bound | None = "<" if found["less"] else ">" if found["more"] else None
    return Written(number=sign + found["number"].strip(), unit=found["unit"] or "", bound=bound, second=found["second"])


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
    if unicodedata.category(character) == "Cf":
        return ""
    if unicodedata.decomposition(character).startswith(_COMPATIBLE):
        return "".join(_SAME.get(one, one) for one in unicodedata.normalize("NFKC", character))
    return character
