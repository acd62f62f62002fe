"""A half-filled form: where it stands, and what an answer, a step back or a changed card does to it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from classifiers.answers import answers_of
from classifiers.card import Card
from classifiers.questions import Answer, Question, applies

RED_FLAGS, SUMMARY = "RED_FLAGS", "SUMMARY"  # steps; all others are a question's id, which has no capitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One form of one person in one chat, kept as JSON until it is finished."""

    disease: str
    run: str  # tells this form's buttons from those of an earlier one
    command: int  # the message it began with, which its result replies to
    message: int = 0  # the message that shows it
    update: int = 0  # the last one taken in: after a crash it comes again, and must not answer the next question, too
    at: str = RED_FLAGS
    answers: Mapping[str, Answer | None]  # None: "I don't know"
    said: Mapping[str, str] = field(default_factory=dict)  # numbers that were typed with a unit, as they were typed
    typed: str | None = None  # a number that waits for its unit
    units: Sequence[str] = ()  # in which that number makes sense

    def as_json(self) -> dict[str, Any]:
        """Return what `read` makes an interview of again."""
        return asdict(self)


def read(content: Mapping[str, Any] | None) -> Interview | None:
    """Return the interview that was kept; None for none, or for one of another version of this program."""
    known = {one.name for one in fields(Interview)}
    if content is None or not {"disease", "run", "command", "answers"} <= set(content) <= known:
        return None
    return Interview(**content)


def begun(card: Card, *, run: str, command: int, update: int) -> Interview:
    """Return a form before its first question."""
    at = RED_FLAGS if card.red_flags else _next(card, {})
    return Interview(disease=card.id, run=run, command=command, update=update, at=at, answers={})


def fitted(interview: Interview, card: Card) -> Interview:
    """Return the interview as far as it fits the card, which may have changed since: a reload, a new version."""
    given = {key: answer for key, answer in interview.answers.items() if answer is not None}
    right, _ = answers_of(card, given)
    unknown = {key: None for key, answer in interview.answers.items() if answer is None and _is_asked(card, key)}
    answers: dict[str, Answer | None] = {**right, **unknown}
    steps = {*([RED_FLAGS] if card.red_flags else []), *(one.id for one in to_ask(card, answers))}
    if interview.at == SUMMARY or interview.at not in steps:
        return replace(interview, answers=answers, at=_next(card, answers))
    return replace(interview, answers=answers)


def to_ask(card: Card, answers: Mapping[str, Answer | None]) -> list[Question]:
    """Return the questions that are asked, those aside that an earlier answer makes pointless."""
    known = _known(answers)
    return [question for question in card.questions if question.asked and applies(question, known)]


def settled(interview: Interview, card: Card) -> dict[str, Answer]:
    """Return the answers that count: known, and to questions that are still to be asked."""
    asked = {question.id for question in to_ask(card, interview.answers)}
    return {key: answer for key, answer in _known(interview.answers).items() if key in asked}


def answered(interview: Interview, card: Card, answer: Answer | None, *, said: str | None = None) -> Interview:
    """Return the interview with an answer to the question it is at (None: not known), at the next open one."""
    answers = {**interview.answers, interview.at: answer}
    others = {key: text for key, text in interview.said.items() if key != interview.at}
    as_typed = {**others, interview.at: said} if said else others
    return replace(interview, answers=answers, said=as_typed, at=_next(card, answers), typed=None)


def gone_on(interview: Interview, card: Card) -> Interview:
    """Return the interview at its next open question: what stands is kept."""
    return replace(interview, at=_next(card, interview.answers), typed=None)


def gone_back(interview: Interview, card: Card) -> Interview:
    """Return the interview one step back, where there is one."""
    before = steps_before(interview, card)
    return replace(interview, at=before[-1], typed=None) if before else interview


def steps_before(interview: Interview, card: Card) -> list[str]:
    """Return the steps that come before the one it is at."""
    steps = [question.id for question in to_ask(card, interview.answers)]
    before = steps[: steps.index(interview.at)] if interview.at in steps else steps
    if interview.at == RED_FLAGS:
        return []
    return [*([RED_FLAGS] if card.red_flags else []), *before]


def progress(interview: Interview, card: Card) -> tuple[int, int]:
    """Return which question it is at, from 1, and of how many."""
    steps = [question.id for question in to_ask(card, interview.answers)]
    return (steps.index(interview.at) + 1 if interview.at in steps else len(steps)), len(steps)


def _known(answers: Mapping[str, Answer | None]) -> dict[str, Answer]:
    return {key: answer for key, answer in answers.items() if answer is not None}


def _next(card: Card, answers: Mapping[str, Answer | None]) -> str:
    return next((question.id for question in to_ask(card, answers) if question.id not in answers), SUMMARY)


def _is_asked(card: Card, key: str) -> bool:
    return any(question.id == key and question.asked for question in card.questions)
