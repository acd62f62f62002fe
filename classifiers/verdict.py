"""From a card, scores and a look at the photo's quality to a finding. Pure: no clock, no disk, no network."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from classifiers.card import CARE, Card, Care, PhotoCard
from classifiers.photo.quality import Quality, faults_of
from classifiers.scores import Scores

WORTH_KNOWING = 0.02  # the least probability a runner-up is named with
# A model of several labels at once has findings, or nothing that stands out, in place of sure and unsure.
Outcome = Literal["sure", "unsure", "findings", "nothing_found", "retake", "not_this"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is concluded of one case. `label` and `confidence` are the likeliest label, whatever the outcome.

    Where several labels can be right at once, that is the one furthest above its threshold.
    """

    disease: str
    model: str
    outcome: Outcome
    label: str
    confidence: float
    probabilities: dict[
        str, float
    ]  # calibrated, in the card's order; summing to one unless several can be right at once
    runners_up: tuple[str, ...]  # up to two labels worth knowing, the likelier first
    found: tuple[str, ...] = ()  # of the outcome `findings`: the labels above their thresholds, the clearest first
    care: Care | None  # None where the photo says nothing: retake, not_this
    alarm: bool
    reasons: tuple[str, ...]  # codes: why this outcome and this care

    @property
    def is_judged(self) -> bool:
        """Whether the photo says anything: it is neither to be taken again nor of something else."""
        return _is_judged(self.outcome)


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


def conclude(card: Card, scores: Scores, quality: Quality | None) -> Finding:
    """Return the finding. `quality` is None for what is not a photo."""
    several = isinstance(card, PhotoCard) and card.multi_label
    bias = None if card.decision.bias is None else np.array(card.decision.bias)
    calibrate = calibrated_each if several else calibrated
    p = calibrate(scores.probabilities, temperature=card.decision.temperature, bias=bias)
    probabilities = {code: float(share) for code, share in zip(card.codes, p, strict=True)}
    if isinstance(card, PhotoCard) and card.multi_label:
        return _several(card, scores, quality, probabilities)
    return _one(card, scores, quality, probabilities)


def _one(card: Card, scores: Scores, quality: Quality | None, probabilities: dict[str, float]) -> Finding:
    """Return the finding of labels that exclude each other."""
    order = sorted(card.codes, key=lambda code: -probabilities[code])
    outcome, reasons = _outcome(card, scores, quality, probabilities[order[0]])
    alarm = _alarm(card, probabilities)
    runners_up = tuple(code for code in order[1:3] if probabilities[code] >= WORTH_KNOWING)
    care, care_reason = _care(card, outcome, order, shown=1 + len(runners_up), alarm=alarm)
    return Finding(
        disease=card.id,
        model=card.model.version,
        outcome=outcome,
        label=order[0],
        confidence=probabilities[order[0]],
        probabilities=probabilities,
        runners_up=runners_up,
        care=care,
        alarm=alarm,
        reasons=(*reasons, *care_reason),
    )


def _several(card: PhotoCard, scores: Scores, quality: Quality | None, probabilities: dict[str, float]) -> Finding:
    """Return the finding of labels of which several, or none, can be right."""
    thresholds = card.decision.thresholds or {}
    order = sorted(card.codes, key=lambda code: thresholds[code] - probabilities[code])
    found = tuple(code for code in order if probabilities[code] > thresholds[code])
    turned_away = _turned_away(card, scores, quality)
    outcome, reasons = turned_away or (("findings", ()) if found else ("nothing_found", ()))
    alarm = _alarm(card, probabilities)
    care, care_reason = _care_of_several(card, found, alarm=alarm) if turned_away is None else (None, ())
    return Finding(
        disease=card.id,
        model=card.model.version,
        outcome=outcome,
        label=order[0],
        confidence=probabilities[order[0]],
        probabilities=probabilities,
        runners_up=(),
        found=found if outcome == "findings" else (),
        care=care,
        alarm=alarm,
        reasons=(*reasons, *care_reason),
    )


def _care_of_several(card: PhotoCard, found: tuple[str, ...], *, alarm: bool) -> tuple[Care, tuple[str, ...]]:
    """Return the most urgent care of what was found, or of the alarm's labels; the least there is where neither is."""
    asked: list[tuple[Care, str]] = [(card.label(code).care, "care_label") for code in found]
    if not found:
        asked.append((CARE[0], "care_nothing_found"))
    if alarm and card.decision.alarm:
        asked += [(card.label(code).care, "care_alarm") for code in card.decision.alarm.labels]
    care, reason = max(asked, key=lambda one: CARE.index(one[0]))
    return care, (reason,)


def _outcome(card: Card, scores: Scores, quality: Quality | None, confidence: float) -> tuple[Outcome, tuple[str, ...]]:
    if isinstance(card, PhotoCard) and (turned_away := _turned_away(card, scores, quality)):
        return turned_away
    if confidence < (card.decision.unsure_below or 0):
        return "unsure", ("low_confidence",)
    return "sure", ()


def _turned_away(card: PhotoCard, scores: Scores, quality: Quality | None) -> tuple[Outcome, tuple[str, ...]] | None:
    """Return that the photo is to be taken again, or is of something else, and why; None where it can be judged."""
    if faults := _unfit(card, scores, quality):
        return "retake", faults
    limit = card.decision.not_this_above
    if limit is not None and scores.not_this is not None and scores.not_this > limit:
        return "not_this", ("unlike_training",)
    return None


def _is_judged(outcome: Outcome) -> bool:
    return outcome not in {"retake", "not_this"}


def _unfit(card: PhotoCard, scores: Scores, quality: Quality | None) -> tuple[str, ...]:
    """Return why the photo cannot be judged: by its pixels, else by what the model says of it, the most telling first."""
    decision = card.decision
    if quality and decision.screen and (faults := faults_of(quality, decision.screen)):
        return faults
    if decision.retake_above is None or scores.retake is None:
        return ()
    over = {
        code: said - above for said, (code, above) in zip(scores.retake, decision.retake_above.items(), strict=True)
    }
    found = sorted((code for code in over if over[code] > 0), key=lambda code: -over[code])
    # a photo with fewer pixels than the model looks at is unsharp because it is small
    is_small = quality is not None and quality.side < min(card.model.input.size)
    return tuple("small" if code == "blurred" and is_small else code for code in found)


def _alarm(card: Card, probabilities: dict[str, float]) -> bool:
    alarm = card.decision.alarm
    return alarm is not None and sum(probabilities[code] for code in alarm.labels) > alarm.above


def _care(
    card: Card, outcome: Outcome, order: list[str], *, shown: int, alarm: bool
) -> tuple[Care | None, tuple[str, ...]]:
    """Return how soon to have it seen and why: never less than the label asks for, an alarm or a doubt only adds."""
    if not _is_judged(outcome):
        return None, ()
    usual = card.label(order[0]).care
    asked = [(max("soon", usual, key=CARE.index), "care_unsure") if outcome == "unsure" else (usual, "care_label")]
    if alarm and card.decision.alarm:
        # the likeliest alarm label, and any other that the reply may name
        serious = [code for code in order if code in card.decision.alarm.labels]
        named = [code for code in serious if code == serious[0] or code in order[:shown]]
        asked += [(card.label(code).care, "care_alarm") for code in named]
    care, reason = max(asked, key=lambda one: CARE.index(one[0]))
    return care, (reason,)
