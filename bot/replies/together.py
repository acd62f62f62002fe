"""What is said of several photos that were looked at together: how many count, which one is outlined, and why others do not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.replies.buttons import Button, Rows
from bot.replies.length import joined
from bot.replies.own_words import FEW_WORDS, own_plain
from bot.replies.taps import DifferentTap
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.finding import Finding

_LINES = 3  # reasons that are named, each with its photos; the rest share one
_REST = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """Photos that were looked at together. Photos are numbered from 1 in the order they were sent."""

    photos: int  # all, with those of an answer before
    used: int
    outlined: int | None  # the number of the one that is shown, None where there is no other
    unused: Sequence[tuple[int, str]] = ()  # each by its number, and why, as a code
    is_joint: bool = True  # whether there are several that could be looked at each by itself


def in_words(looked: LookedAt, texts: Texts) -> Html:
    """Return how many photos count, if any, and a line for each reason why others do not."""
    if not looked.used:  # the heading says that nothing can be judged
        return unused_in_words(looked.unused, texts)
    key = "together.all" if looked.used == looked.photos else "together.some"
    first = [texts.html(key, count=looked.photos, used=looked.used)]
    if looked.outlined is not None:
        first.append(texts.html("together.outlined", number=looked.outlined))
    return joined([joined(first, " "), unused_in_words(looked.unused, texts)], "\n")


def unused_in_words(unused: Sequence[tuple[int, str]], texts: Texts) -> Html:
    """Return a line for each reason, with the numbers of its photos."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, code in unused:
        numbers[code if f"unused.{code}" in texts.known("en") else _REST].append(number)
    while len(numbers) > _LINES:
        fewest = min((code for code in numbers if code != _REST), key=lambda code: len(numbers[code]))
        numbers[_REST] = sorted([*numbers[_REST], *numbers.pop(fewest)])
    lines = [
        texts.html(
            "together.unused",
            count=len(of),
            numbers=texts.listed([str(number) for number in of]),
            why=texts.plain(f"unused.{code}"),
        )
        for code, of in sorted(numbers.items(), key=lambda one: one[1])
        if of
    ]
    return joined(lines, "\n")


def why_unused(finding: Finding) -> str:
    """Return why a photo does not count, as a code."""
    if finding.outcome == "not_this":
        return "not_this"
    return next((code for code in finding.reasons if not code.startswith("care_")), _REST)


def different_button(entry: int, card: PhotoCard, texts: Texts) -> Rows:
    """Return "Are these different spots?", in the card's words if it has any."""
    words = own_plain(card.words.different, "button.different", texts, most=FEW_WORDS)
    return ((Button(text=words, data=DifferentTap(entry=entry).data),),)
