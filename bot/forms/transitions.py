"""What a tap or a text does to a half-filled form: the next state, and what to do then. Pure."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.forms.notes import refused_answer, said_of_number
from bot.forms.state import RED_FLAGS, SUMMARY, FormState, advance, answered, go_back
from bot.texts import Html, Texts
from bot.texts.direction import without_isolates
from classifiers.card import FormCard
from classifiers.card.questions import Answer, Choice, Number, Question, YesNo
from classifiers.errors import Refusal, UnitUnclear
from classifiers.form.typed import typed_number
from classifiers.form.words import is_not_known, said, yes_or_no

_LONGEST = 100  # characters that an answer may have
Then = Literal["ask", "change", "score", "report", "emergency", "cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The form after an answer, what comes then, and what is said of the answer: why it was not taken, or as what."""

    state: FormState
    then: Then = "ask"
    note: Html | None = None


def tapped_answer(state: FormState, card: FormCard, act: str, texts: Texts) -> Transition:
    """Return what tapping a button of the step it is at leads to; an act that the step does not have changes nothing."""
    match act:
        case "x":
            return Transition(state=state, then="cancel")
        case "b":
            return Transition(state=go_back(state, card))
        case "k":
            return Transition(state=advance(state, card))
    if state.at == RED_FLAGS:
        return _red_flags(state, card, act)
    if state.at == SUMMARY:
        return _summary(state, card, act)
    return _question(state, card, card.question(state.at), act, texts)


def typed_answer(state: FormState, card: FormCard, text: str, texts: Texts) -> Transition:
    """Return what a text leads to: the answer to the question it is at, or a note on what to type or tap instead."""
    text = text.strip()[:_LONGEST]
    if state.at in {RED_FLAGS, SUMMARY}:
        return _yes_or_no(state, card, text) or Transition(state=state, note=texts.html("form.tap"))
    question = card.question(state.at)
    if question.skippable and is_not_known(text):
        return Transition(state=answered(state, card, None))
    if isinstance(question, Number):
        return _number(state, card, question, text, texts)
    titles = {said(without_isolates(title)): value for title, value in _titles(question, texts).items()}
    answer = titles.get(said(text), yes_or_no(text) if isinstance(question, YesNo) else None)
    if answer is None:
        return Transition(state=state, note=texts.html("form.tap"))
    return Transition(state=answered(state, card, answer))


def _yes_or_no(state: FormState, card: FormCard, text: str) -> Transition | None:
    """Return what yes or no leads to where nothing else can be typed; None for anything else."""
    yes = yes_or_no(text)
    if state.at == RED_FLAGS and yes is not None:
        return _red_flags(state, card, "y" if yes else "n")
    return _summary(state, card, "go") if state.at == SUMMARY and yes else None


def _red_flags(state: FormState, card: FormCard, act: str) -> Transition:
    if act == "y":
        return Transition(state=state, then="emergency")
    return Transition(state=advance(state, card) if act == "n" else state)


def _summary(state: FormState, card: FormCard, act: str) -> Transition:
    if act == "go":
        return Transition(state=state, then="score")
    if act == "p":
        return Transition(state=state, then="report")
    if act == "c":
        return Transition(state=state, then="change")
    at = _index(act, "c", len(card.questions))
    return Transition(state=state if at is None else replace(state, at=card.questions[at].id))


def _question(state: FormState, card: FormCard, question: Question, act: str, texts: Texts) -> Transition:
    if act == "s" and question.skippable:
        return Transition(state=answered(state, card, None))
    if isinstance(question, YesNo) and act in {"y", "n"}:
        return Transition(state=answered(state, card, act == "y"))
    if isinstance(question, Choice) and (at := _index(act, "o", len(question.options))) is not None:
        return Transition(state=answered(state, card, question.options[at].value))
    if isinstance(question, Number) and (at := _index(act, "u", 1 + len(question.units))) is not None:
        unit = [question.unit or "", *(unit.name for unit in question.units)][at]
        return _number(state, card, question, f"{state.typed or ''} {unit}", texts)
    return Transition(state=state)


def _number(state: FormState, card: FormCard, question: Number, text: str, texts: Texts) -> Transition:
    try:
        taken = typed_number(question, text)
    except UnitUnclear as unclear:
        waiting = replace(state, typed=text, units=unclear.units)
        return Transition(state=waiting, note=refused_answer(unclear, question, texts))
    except Refusal as refused:
        return Transition(state=replace(state, typed=None), note=refused_answer(refused, question, texts))
    literal = not taken.of_pair and (taken.bound or taken.about or any(letter.isalpha() for letter in text))
    after = answered(state, card, taken.value, as_typed=text.strip() if literal else None)
    return Transition(state=after, note=said_of_number(question, taken, text.strip(), texts))


def _titles(question: Question, texts: Texts) -> dict[str, Answer]:
    if isinstance(question, Choice):
        return {texts.localised(option.title): option.value for option in question.options}
    return {texts.plain("form.said_yes"): True, texts.plain("form.said_no"): False}


def _index(act: str, kind: str, most: int) -> int | None:
    """Return the number behind the letter of an act, where it is one of 0 … most - 1."""
    rest = act.removeprefix(kind)
    at = int(rest) if act.startswith(kind) and rest.isascii() and rest.isdigit() else most
    return at if at < most else None
