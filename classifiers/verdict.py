"""The decision: from a card, scores and the photo's quality to a finding. Pure: no clock, no disk, no network."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from classifiers.card import CARE, Card, Care, PhotoCard
from classifiers.lesion.segment import Lesion
from classifiers.photo.quality import Quality, faults_of
from classifiers.scores import Scores

# Why no label is named surely, whatever the probabilities: no single lesion is outlined, or the photo is somewhat strange.
NO_SINGLE_LESION, SOMEWHAT_UNLIKE = "no_single_lesion", "somewhat_unlike_training"
WORTH_KNOWING = 0.02  # the least probability a runner-up is named with
# A multi-label model has findings, or nothing that stands out, in place of sure and unsure.
Outcome = Literal["sure", "unsure", "findings", "nothing_found", "retake", "not_this"]


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
        return _is_judged(self.outcome)

    @property
    def is_doubted(self) -> bool:
        """Return whether the photo was judged, but may show none of the labels."""
        return bool({NO_SINGLE_LESION, SOMEWHAT_UNLIKE} & set(self.reasons))


def calibrated(probabilities: np.ndarray, *, temperature: float, bias: np.ndarray | None = None) -> np.ndarray:
    """Return float64 (…, labels) after a bias per label and temperature scaling (Guo et al. 2017)."""
    logits = (np.log(np.maximum(probabilities.astype(np.float64), 1e-30)) + (0 if bias is None else bias)) / temperature
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def calibrated_each(probabilities: np.ndarray, *, temperature: float, bias: np.ndarray | None = None) -> np.ndarray:
    """Return float64 (…, labels), each label's own probability after a bias and temperature scaling of its logit."""
    p = probabilities.astype(np.float64).clip(1e-12, 1 - 1e-12)
    logits = (np.log(p) - np.log1p(-p) + (0 if bias is None else bias)) / temperature
    return np.asarray(1 / (1 + np.exp(-logits)))


def conclude(card: Card, scores: Scores, quality: Quality | None, lesion: Lesion | None = None) -> Finding:
    """Return the finding. `quality` is None for a form, `lesion` where none was outlined (`classifiers.lesion`)."""
    thresholds = card.decision.thresholds if isinstance(card, PhotoCard) and card.multi_label else None
    probabilities = _probabilities(card, scores, independent=thresholds is not None)
    # The likeliest label first, or the one furthest above its threshold; a tie goes to the card's order.
    ranked = sorted(card.codes, key=lambda code: (thresholds[code] if thresholds else 0) - probabilities[code])
    above = tuple(code for code in ranked if thresholds and probabilities[code] > thresholds[code])
    seen = _Seen(scores=scores, quality=quality, lesion=lesion)
    outcome, reasons = _outcome(card, seen, confidence=probabilities[ranked[0]], above=above)
    runners_up = () if thresholds else tuple(one for one in ranked[1:3] if probabilities[one] >= WORTH_KNOWING)
    alarm = _alarm(card, probabilities)
    named = above if thresholds else (ranked[0], *runners_up)
    care, care_reasons = _care(card, outcome, ranked, named, alarm=alarm)
    return Finding(
        disease=card.id,
        model=card.model.version,
        outcome=outcome,
        label=ranked[0],
        confidence=probabilities[ranked[0]],
        probabilities=probabilities,
        runners_up=runners_up,
        found=above if outcome == "findings" else (),
        care=care,
        alarm=alarm,
        reasons=(*reasons, *care_reasons),
    )


def _probabilities(card: Card, scores: Scores, *, independent: bool) -> dict[str, float]:
    """Return the calibrated probability of each label, in the card's order."""
    decision = card.decision
    bias = None if decision.bias is None else np.array(decision.bias)
    calibrate = calibrated_each if independent else calibrated
    p = calibrate(scores.probabilities, temperature=decision.temperature, bias=bias)
    return {code: float(share) for code, share in zip(card.codes, p, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a case showed, but for its probabilities."""

    scores: Scores
    quality: Quality | None
    lesion: Lesion | None


def _outcome(card: Card, seen: _Seen, *, confidence: float, above: tuple[str, ...]) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome and why; `above` are a multi-label model's labels above their thresholds."""
    if isinstance(card, PhotoCard):
        if turned_away := _turned_away(card, seen):
            return turned_away
        if card.multi_label:
            return ("findings" if above else "nothing_found"), ()
        if doubts := _doubts(card, seen):
            return "unsure", doubts
    if confidence < (card.decision.unsure_below or 0):
        return "unsure", ("low_confidence",)
    return "sure", ()


def _turned_away(card: PhotoCard, seen: _Seen) -> tuple[Outcome, tuple[str, ...]] | None:
    """Return `retake` or `not_this` and the reasons; None if the photo can be judged."""
    if faults := _unfit(card, seen.scores, seen.quality):
        return "retake", faults
    limit = _not_this_above(card, seen.lesion)
    if limit is not None and seen.scores.not_this is not None and seen.scores.not_this > limit:
        return "not_this", ("unlike_training",)
    return None


def _doubts(card: PhotoCard, seen: _Seen) -> tuple[str, ...]:
    """Return why the photo may show none of the labels, though it can be judged."""
    if not _is_single_lesion(card, seen.lesion):
        return (NO_SINGLE_LESION,)
    above, said = card.decision.doubtful_above, seen.scores.not_this
    return (SOMEWHAT_UNLIKE,) if above is not None and said is not None and said > above else ()


def _not_this_above(card: PhotoCard, lesion: Lesion | None) -> float | None:
    single = card.decision.single_lesion
    if single and single.not_this_above is not None and not _is_single_lesion(card, lesion):
        return single.not_this_above
    return card.decision.not_this_above


def _is_single_lesion(card: PhotoCard, lesion: Lesion | None) -> bool:
    """Return whether one lesion is outlined, rather than none, several, or nearly all of the photo; true if it is not asked."""
    single = card.decision.single_lesion
    if single is None:
        return True
    return lesion is not None and lesion.part >= single.least_part and lesion.mask.mean() <= single.most_area


def _is_judged(outcome: Outcome) -> bool:
    return outcome not in {"retake", "not_this"}


def _unfit(card: PhotoCard, scores: Scores, quality: Quality | None) -> tuple[str, ...]:
    """Return why the photo cannot be judged, by its pixels, else by the model's output; the most telling first."""
    decision = card.decision
    if quality and decision.screen and (faults := faults_of(quality, decision.screen)):
        return faults
    if decision.retake_above is None or scores.retake is None:
        return ()
    over = {
        code: badness - above
        for badness, (code, above) in zip(scores.retake, decision.retake_above.items(), strict=True)
    }
    found = sorted((code for code in over if over[code] > 0), key=lambda code: -over[code])
    # a photo with fewer pixels than the model's input is blurred because it is small
    is_small = quality is not None and quality.side < min(card.model.input.size)
    return tuple("small" if code == "blurred" and is_small else code for code in found)


def _alarm(card: Card, probabilities: dict[str, float]) -> bool:
    alarm = card.decision.alarm
    return alarm is not None and sum(probabilities[code] for code in alarm.labels) > alarm.above


def _care(
    card: Card, outcome: Outcome, ranked: list[str], named: tuple[str, ...], *, alarm: bool
) -> tuple[Care | None, tuple[str, ...]]:
    """Return how soon to have it seen and why: never less than a named label asks for, an alarm or a doubt only adds."""
    if not _is_judged(outcome):
        return None, ()
    asked = _usual_care(card, outcome, named)
    if alarm and card.decision.alarm:
        # the likeliest alarm label, and any other that the reply may name
        serious = [code for code in ranked if code in card.decision.alarm.labels]
        asked += [(card.label(code).care, "care_alarm") for code in serious if code == serious[0] or code in named]
    care, reason = max(asked, key=lambda one: CARE.index(one[0]))
    return care, (reason,)


def _usual_care(card: Card, outcome: Outcome, named: tuple[str, ...]) -> list[tuple[Care, str]]:
    """Return what the outcome asks for without an alarm, and why."""
    match outcome:
        case "findings":
            return [(card.label(code).care, "care_findings") for code in named]
        case "nothing_found":
            return [(min((label.care for label in card.labels), key=CARE.index), "care_nothing_found")]
        case "unsure":
            return [(max("soon", card.label(named[0]).care, key=CARE.index), "care_unsure")]
        case _:
            return [(card.label(named[0]).care, "care_label")]
