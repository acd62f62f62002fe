"""Values from JSON become answers; a number in a text is read as the chat reads it."""

from dataclasses import dataclass, field
from typing import Any

from classifiers.card import FormCard
from classifiers.card.questions import Answer, Choice, Number, Question, YesNo
from classifiers.errors import NotAnAnswer, OutOfRange, Refusal, UnknownQuestion, WrongType
from classifiers.form.typed import TypedNumber, facts_of, is_in, typed_number
from classifiers.form.words import is_not_known

_YES_NO = {"Y": True, "N": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswers:
    """The answers in an object from JSON, every fault with the id it stands under, and the numbers that were texts."""

    answers: dict[str, Answer] = field(default_factory=dict)
    faults: list[tuple[str, Refusal]] = field(default_factory=list)
    typed: dict[str, TypedNumber] = field(default_factory=dict)


def answers_of(card: FormCard, values: dict[str, Any]) -> ReadAnswers:
    """Return what an object from JSON says, null being unknown."""
    questions = {question.id: question for question in card.questions}
    read = ReadAnswers()
    for its_id, value in values.items():
        try:
            if its_id not in questions:
                raise UnknownQuestion
            question = questions[its_id]
            if isinstance(value, str) and question.skippable and is_not_known(value):
                continue
            if isinstance(question, Number) and isinstance(value, str):
                read.typed[its_id] = typed_number(question, value)
                read.answers[its_id] = read.typed[its_id].value
            elif value is not None:
                read.answers[its_id] = answer_of(question, value)
        except Refusal as fault:
            read.faults.append((its_id, fault))
    return read


def answer_of(question: Question, value: Any) -> Answer:
    """Return the answer that a value from JSON is. Raises WrongType, OutOfRange, NotAnAnswer."""
    match question:
        case Number():
            return _number(question, value)
        case Choice():
            return _option(question, value)
        case YesNo():
            return _yes_no(value)


def _number(question: Number, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongType(expected="a number, or a text with one", found=_shown(value))
    if not is_in(question, value):  # NaN is in no range
        raise OutOfRange(found=value, **facts_of(question))
    return float(value)


def _option(question: Choice, value: Any) -> str:
    if not isinstance(value, str):
        raise WrongType(expected="a text", found=_shown(value))
    options = [option.value for option in question.options]
    if value not in options:
        raise NotAnAnswer(expected=options, found=_shown(value))
    return value


def _yes_no(value: Any) -> bool:
    if isinstance(value, str) and value in _YES_NO:
        return _YES_NO[value]
    if isinstance(value, bool | int | float) and value in {0, 1}:
        return bool(value)
    raise WrongType(expected="true or false, 1 or 0, Y or N", found=_shown(value))


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
