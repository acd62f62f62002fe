"""A form's answers become a finding, with the effect of each answer and the questions worth answering."""

import time
from dataclasses import dataclass

import numpy as np

from classifiers.card import FormCard
from classifiers.card.questions import Answer, Answers, Choice, Question, applies, input_width
from classifiers.plugin import FormPlugin, scored
from classifiers.verdict import Finding, calibrated, conclude

_LITTLE = 0.05  # log-odds: a smaller effect, at most 1.25 percentage points, is not named
_WORTH_ASKING = 0.005  # nats of mean log loss: a question worth less is not named


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How far one answer moved the finding: the log-odds of its label minus those without this answer."""

    question: str
    log_odds: float  # above 0: it speaks for the label


@dataclass(frozen=True, slots=True, kw_only=True)
class FormExamination:
    """One scored form. `milliseconds` are from answers to finding, without the effects."""

    answers: Answers
    finding: Finding
    effects: tuple[Effect, ...]  # of the answers given, the strongest first
    surer_with: tuple[str, ...]  # questions not answered that are worth most, the best first
    milliseconds: float


def examine_form(plugin: FormPlugin, answers: Answers) -> FormExamination:
    """Score one form and conclude its finding; `answers` are as `classifiers.form.parse` returns them. Raises Fault."""
    started = time.perf_counter()
    finding = conclude(plugin.card, scored(plugin, as_input(plugin.card, answers)), None)
    milliseconds = 1000 * (time.perf_counter() - started)
    return FormExamination(
        answers=dict(answers),
        finding=finding,
        effects=_effects(plugin, answers, finding),
        surer_with=_surer_with(plugin.card, answers),
        milliseconds=milliseconds,
    )


def as_input(card: FormCard, answers: Answers) -> np.ndarray:
    """Return float32 (numbers,): the input of every question as in `classifiers.card.questions`, in the card's order."""
    return np.concatenate([_encoded(question, answers.get(question.id)) for question in card.questions])


def _encoded(question: Question, answer: Answer | None) -> np.ndarray:
    if isinstance(question, Choice):
        return np.array([option.value == answer for option in question.options], dtype=np.float32)
    if answer is None:
        return np.zeros(input_width(question), dtype=np.float32)
    return np.array([float(answer), 1.0], dtype=np.float32)


def _effects(plugin: FormPlugin, answers: Answers, finding: Finding) -> tuple[Effect, ...]:
    """Return the effects by leaving out each answer in turn (Robnik-Šikonja and Kononenko 2008): exact for any model."""
    whole = _log_odds(finding.probabilities[finding.label])
    effects = []
    for question in answers:
        without = {other: answer for other, answer in answers.items() if other != question}
        change = whole - _log_odds(_share(plugin, without, finding.label))
        if abs(change) >= _LITTLE:
            effects.append(Effect(question=question, log_odds=change))
    return tuple(sorted(effects, key=lambda effect: -abs(effect.log_odds)))


def _share(plugin: FormPlugin, answers: Answers, label: str) -> float:
    """Return the calibrated probability of a label."""
    decision, scores = plugin.card.decision, scored(plugin, as_input(plugin.card, answers))
    bias = None if decision.bias is None else np.array(decision.bias)
    p = calibrated(scores.probabilities, temperature=decision.temperature, bias=bias)
    return float(p[plugin.card.codes.index(label)])


def _log_odds(share: float) -> float:
    within = min(max(share, 1e-6), 1 - 1e-6)
    return float(np.log(within / (1 - within)))


def _surer_with(card: FormCard, answers: Answers) -> tuple[str, ...]:
    missing = [question for question in card.questions if question.asked and question.id not in answers]
    worth = {question.id: question.worth or 0.0 for question in missing if applies(question, answers)}
    return tuple(sorted((one for one in worth if worth[one] >= _WORTH_ASKING), key=lambda one: -worth[one]))
