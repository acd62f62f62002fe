"""A finding: what is concluded from one case, and which labels it names. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from classifiers.card import Card, Care, PhotoCard

# Why no label is named surely, whatever the probabilities: no single lesion is outlined, or the photo is somewhat strange.
NO_SINGLE_LESION, SOMEWHAT_UNLIKE = "no_single_lesion", "somewhat_unlike_training"
WORTH_KNOWING = 0.02  # the least probability a runner-up is named with
# A multi-label model has findings, or nothing that stands out, in place of sure and unsure.
Outcome = Literal["sure", "unsure", "findings", "nothing_found", "retake", "not_this"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is concluded from one case. `label` and `confidence` are the likeliest label, whatever the outcome.

    Of a multi-label model, `label` is the one furthest above its threshold, or least below it.
    """

    disease: str
    model: str
    outcome: Outcome
    label: str
    confidence: float
    probabilities: dict[str, float]  # calibrated, in the card's order, summing to one unless the model is multi-label
    runners_up: tuple[str, ...]  # up to two labels worth knowing, the likelier first
    found: tuple[
        str, ...
    ] = ()  # of the outcome `findings`: the labels above their thresholds, the furthest above first
    care: Care | None  # None if the photo cannot be judged: retake, not_this
    alarm: bool
    reasons: tuple[str, ...]  # codes: why this outcome and this care

    @property
    def is_judged(self) -> bool:
        """Return whether the photo could be judged: it is neither to be taken again nor of something else."""
        return is_judged(self.outcome)

    @property
    def is_doubted(self) -> bool:
        """Return whether the photo was judged, but may show none of the labels."""
        return bool({NO_SINGLE_LESION, SOMEWHAT_UNLIKE} & set(self.reasons))


def recalled(
    card: Card,
    model: str,
    outcome: Outcome,
    *,
    probabilities: dict[str, float],
    care: Care | None,
    alarm: bool,
    reasons: Sequence[str],
) -> Finding:
    """Return the finding of which these are known: just concluded, or read from the journal.

    Raises KeyError where the card has other labels by now.
    """
    likeliest, above = ranked(card, probabilities)
    return Finding(
        disease=card.id,
        model=model,
        outcome=outcome,
        label=likeliest[0],
        confidence=probabilities[likeliest[0]],
        probabilities=probabilities,
        runners_up=() if thresholds(card) else named(card, probabilities)[1:],
        found=above if outcome == "findings" else (),
        care=care,
        alarm=alarm,
        reasons=tuple(reasons),
    )


def thresholds(card: Card) -> dict[str, float] | None:
    """Return from which probability on each label of a multi-label model counts as found; None where labels exclude each other."""
    return card.decision.thresholds if isinstance(card, PhotoCard) and card.multi_label else None


def ranked(card: Card, probabilities: dict[str, float]) -> tuple[list[str], tuple[str, ...]]:
    """Return the labels, the likeliest first, and those of a multi-label model above their thresholds, the furthest first.

    A tie goes to the card's order.
    """
    least = thresholds(card)
    likeliest = sorted(card.codes, key=lambda code: (least[code] if least else 0) - probabilities[code])
    return likeliest, tuple(code for code in likeliest if least and probabilities[code] > least[code])


def named(card: Card, probabilities: dict[str, float]) -> tuple[str, ...]:
    """Return the labels that an answer may name: those found, or the likeliest and its runners-up."""
    likeliest, above = ranked(card, probabilities)
    if thresholds(card):
        return above
    return likeliest[0], *(code for code in likeliest[1:3] if probabilities[code] >= WORTH_KNOWING)


def is_judged(outcome: Outcome) -> bool:
    """Return whether a photo with this outcome could be judged."""
    return outcome not in {"retake", "not_this"}
