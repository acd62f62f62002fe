"""The decision: from a card, scores and the photo's quality to a finding. Pure: no clock, no disk, no network."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classifiers.card import CARE, Card, Care, PhotoCard, Symptom
from classifiers.finding import (
    NO_SINGLE_LESION,
    SOMEWHAT_UNLIKE,
    Finding,
    Outcome,
    is_judged,
    named,
    ranked,
    recalled,
    thresholds,
)
from classifiers.lesion.segment import Lesion
from classifiers.photo.quality import Quality, faults_of
from classifiers.scores import Scores
from classifiers.several import mean_of_logits

__all__ = [
    "Finding",
    "Outcome",
    "calibrated",
    "calibrated_each",
    "conclude",
    "conclude_together",
    "raised_care",
    "raises_alarm",
]


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
    probabilities = _probabilities(card, scores)
    likeliest, above = ranked(card, probabilities)
    seen = _Seen(scores=scores, quality=quality, lesion=lesion)
    outcome, reasons = _outcome(card, seen, confidence=probabilities[likeliest[0]], above=above)
    return _finding(card, outcome, reasons, probabilities)


def conclude_together(card: PhotoCard, findings: Sequence[Finding]) -> tuple[Finding, tuple[int, ...]]:
    """Return what photos of the same say together, and the places of those that count for it; there is at least one.

    Those count that could be judged, and of them, where there are any, those that leave no doubt: their mean is taken in
    the logits. It is never calmer than one of them alone, nor than a doubted one that raises the alarm. Where none could
    be judged, all are to be taken again, unless each shows something else.
    """
    judged = [at for at, finding in enumerate(findings) if finding.is_judged]
    used = [at for at in judged if not findings[at].is_doubted] or judged
    counted = [findings[at] for at in used] or findings
    p = np.array([[finding.probabilities[code] for code in card.codes] for finding in counted])
    together = mean_of_logits(p, independent=thresholds(card) is not None)
    probabilities = {code: float(share) for code, share in zip(card.codes, together, strict=True)}
    if not used:
        outcome: Outcome = "retake" if any(one.outcome == "retake" for one in findings) else "not_this"
        return _finding(card, outcome, _most_frequent(findings, outcome), probabilities), ()
    likeliest, above = ranked(card, probabilities)
    doubts = _most_frequent(counted, "unsure")[:1] if all(one.is_doubted for one in counted) else ()
    outcome, reasons = _named_outcome(card, doubts, confidence=probabilities[likeliest[0]], above=above)
    alone = [one for at, one in enumerate(findings) if at in used or (one.is_judged and one.alarm)]
    return _never_calmer(_finding(card, outcome, reasons, probabilities), alone), tuple(used)


def _never_calmer(together: Finding, alone: Sequence[Finding]) -> Finding:
    """Return the finding with at least the alarm and the care of each photo alone; all of them could be judged."""
    alarm = any(one.alarm for one in (together, *alone))
    care = max((one.care for one in (together, *alone) if one.care), key=CARE.index)
    if care == together.care:
        return replace(together, alarm=alarm)
    others = (code for code in together.reasons if not code.startswith("care_"))
    return replace(together, alarm=alarm, care=care, reasons=(*others, "care_one_photo"))


def raised_care(card: PhotoCard, care: Care | None, said: Collection[str]) -> tuple[Care | None, tuple[Symptom, ...]]:
    """Return how soon to have it seen once its person has said what they notice, and the symptoms that raised it.

    `said` are codes of the card's symptoms. It is never less than `care`; nothing else of a finding changes.
    """
    least = -1 if care is None else CARE.index(care)
    raising = [one for one in card.symptoms if one.code in said and CARE.index(one.care) > least]
    if not raising:
        return care, ()
    most = max((one.care for one in raising), key=CARE.index)
    return most, tuple(one for one in raising if one.care == most)


def _finding(card: Card, outcome: Outcome, reasons: Sequence[str], probabilities: dict[str, float]) -> Finding:
    """Return the finding with this outcome, its alarm and its care."""
    alarm = raises_alarm(card, probabilities)
    care, care_reasons = _care(card, outcome, probabilities, alarm=alarm)
    reasons = (*reasons, *care_reasons)
    version = card.model.version
    return recalled(card, version, outcome, probabilities=probabilities, care=care, alarm=alarm, reasons=reasons)


def _most_frequent(findings: Sequence[Finding], outcome: Outcome) -> tuple[str, ...]:
    """Return why findings had this outcome, the most frequent reason first."""
    counted = Counter(code for one in findings if one.outcome == outcome for code in one.reasons)
    return tuple(code for code, _ in counted.most_common() if not code.startswith("care_"))


def _probabilities(card: Card, scores: Scores) -> dict[str, float]:
    """Return the calibrated probability of each label, in the card's order."""
    decision = card.decision
    bias = None if decision.bias is None else np.array(decision.bias)
    calibrate = calibrated_each if thresholds(card) else calibrated
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
        return _named_outcome(card, _doubts(card, seen), confidence=confidence, above=above)
    return _named_outcome(card, (), confidence=confidence, above=above)


def _named_outcome(
    card: Card, doubts: tuple[str, ...], *, confidence: float, above: tuple[str, ...]
) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome of what could be judged, and why."""
    if isinstance(card, PhotoCard) and card.multi_label:
        return ("findings" if above else "nothing_found"), ()
    if doubts:
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


def raises_alarm(card: Card, probabilities: Mapping[str, float]) -> bool:
    """Return whether the labels that must not be missed are together likelier than the card's threshold."""
    alarm = card.decision.alarm
    return alarm is not None and sum(probabilities[code] for code in alarm.labels) > alarm.above


def _care(
    card: Card, outcome: Outcome, probabilities: dict[str, float], *, alarm: bool
) -> tuple[Care | None, tuple[str, ...]]:
    """Return how soon to have it seen and why: never less than a named label asks for, an alarm or a doubt only adds."""
    if not is_judged(outcome):
        return None, ()
    answered = named(card, probabilities)
    asked = _usual_care(card, outcome, answered)
    if alarm and card.decision.alarm:
        # the likeliest alarm label, and any other that the reply may name
        serious = [code for code in ranked(card, probabilities)[0] if code in card.decision.alarm.labels]
        asked += [(card.label(code).care, "care_alarm") for code in serious if code == serious[0] or code in answered]
    care, reason = max(asked, key=lambda one: CARE.index(one[0]))
    return care, (reason,)


def _usual_care(card: Card, outcome: Outcome, answered: tuple[str, ...]) -> list[tuple[Care, str]]:
    """Return what the outcome asks for without an alarm, and why."""
    match outcome:
        case "findings":
            return [(card.label(code).care, "care_findings") for code in answered]
        case "nothing_found":
            return [(min((label.care for label in card.labels), key=CARE.index), "care_nothing_found")]
        case "unsure":
            return [(max("soon", card.label(answered[0]).care, key=CARE.index), "care_unsure")]
        case _:
            return [(card.label(answered[0]).care, "care_label")]
