"""What a tap or a text does to a half-filled form. Pure."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.interview import RED_FLAGS, SUMMARY, Interview, answered, gone_back, gone_on
from bot.replies import refused_answer
from bot.texts import Html, Texts
from classifiers.answers import typed_number
from classifiers.card import Card
from classifiers.errors import Refusal, UnitUnclear
from classifiers.questions import Answer, Choice, Number, Question, YesNo

_LONGEST = 100  # signs that an answer may have
Then = Literal["ask", "change", "score", "emergency", "cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The form after an answer, what comes then, and what was wrong where it could not be taken."""

    interview: Interview
    then: Then = "ask"
    note: Html | None = None


def tapped_answer(interview: Interview, card: Card, act: str, texts: Texts) -> Answered:
    """Return what tapping a button of the step it is at leads to; an act that the step does not have changes nothing."""
    match act:
        case "x":
            return Answered(interview=interview, then="cancel")
        case "b":
            return Answered(interview=gone_back(interview, card))
        case "k":
            return Answered(interview=gone_on(interview, card))
    if interview.at == RED_FLAGS:
        return _red_flags(interview, card, act)
    if interview.at == SUMMARY:
        return _summary(interview, card, act)
    return _question(interview, card, card.question(interview.at), act, texts)


def typed_answer(interview: Interview, card: Card, text: str, texts: Texts) -> Answered:
    """Return what a text leads to: the answer to the question it is at, or a note on what to type or tap instead."""
    text = text.strip()[:_LONGEST]
    if interview.at in {RED_FLAGS, SUMMARY}:
        return Answered(interview=interview, note=texts.say("form.tap"))
    question = card.question(interview.at)
    if isinstance(question, Number):
        return _number(interview, card, question, text, texts)
    for title, value in _titles(question, texts).items():
        if text.casefold() == title.casefold():
            return Answered(interview=answered(interview, card, value))
    return Answered(interview=interview, note=texts.say("form.tap"))


def _red_flags(interview: Interview, card: Card, act: str) -> Answered:
    if act == "y":
        return Answered(interview=interview, then="emergency")
    return Answered(interview=gone_on(interview, card) if act == "n" else interview)


def _summary(interview: Interview, card: Card, act: str) -> Answered:
    if act == "go":
        return Answered(interview=interview, then="score")
    if act == "c":
        return Answered(interview=interview, then="change")
    at = _index(act, "c", len(card.questions))
    return Answered(interview=interview if at is None else replace(interview, at=card.questions[at].id))


def _question(interview: Interview, card: Card, question: Question, act: str, texts: Texts) -> Answered:
    if act == "s" and question.skippable:
        return Answered(interview=answered(interview, card, None))
    if isinstance(question, YesNo) and act in {"y", "n"}:
        return Answered(interview=answered(interview, card, act == "y"))
    if isinstance(question, Choice) and (at := _index(act, "o", len(question.options))) is not None:
        return Answered(interview=answered(interview, card, question.options[at].value))
    if isinstance(question, Number) and (at := _index(act, "u", 1 + len(question.units))) is not None:
        unit = [question.unit or "", *(unit.name for unit in question.units)][at]
        return _number(interview, card, question, f"{interview.typed or ''} {unit}", texts)
    return Answered(interview=interview)


def _number(interview: Interview, card: Card, question: Number, text: str, texts: Texts) -> Answered:
    try:
        value = typed_number(question, text)
        said = text.strip() if any(sign.isalpha() for sign in text) else None
        return Answered(interview=answered(interview, card, value, said=said))
    except UnitUnclear as unclear:
        waiting = replace(interview, typed=text, units=unclear.units)
        return Answered(interview=waiting, note=refused_answer(unclear, texts))
    except Refusal as refused:
        return Answered(interview=replace(interview, typed=None), note=refused_answer(refused, texts))


def _titles(question: Question, texts: Texts) -> dict[str, Answer]:
    if isinstance(question, Choice):
        return {texts.of(option.title): option.value for option in question.options}
    return {texts.plain("form.said_yes"): True, texts.plain("form.said_no"): False}


def _index(act: str, kind: str, most: int) -> int | None:
    """Return the number behind the letter of an act, where it is one of 0 … most - 1."""
    rest = act.removeprefix(kind)
    at = int(rest) if act.startswith(kind) and rest.isascii() and rest.isdigit() else most
    return at if at < most else None
