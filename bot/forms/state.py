"""A half-filled form: where it stands, and what an answer, a step back or a changed card does to it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from classifiers.card import FormCard
from classifiers.card.questions import Answer, Question, applies
from classifiers.form.parse import answers_of

RED_FLAGS, SUMMARY = "RED_FLAGS", "SUMMARY"  # steps; all others are a question's id, which has no capitals
_RENAMED = {"said": "as_typed"}  # so that a form begun before an upgrade can be finished after it


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """One form of one person in one chat, kept as JSON until it is finished."""

    disease: str
    chat: int = 0  # of a group the number that it had when its messages below were sent
    run: str  # tells this form's buttons from those of an earlier one
    command: int  # the message it began with, which its result replies to
    topic: int = 0  # of a group, in which that stands
    message: int = 0  # the message that shows it
    update: int = 0  # the last one taken in: after a crash it comes again, and must not answer the next question, too
    at: str = RED_FLAGS
    answers: Mapping[str, Answer | None]  # None: "I don't know"
    as_typed: Mapping[str, str] = field(default_factory=dict)  # numbers that were typed with a unit, as they were typed
    typed: str | None = None  # a number that waits for its unit
    refused: int = 0  # the message whose text was not taken: once it is corrected, it is read again
    units: Sequence[str] = ()  # in which that number makes sense

    def as_json(self) -> dict[str, Any]:
        """Return what `read` makes a state of again."""
        return asdict(self)


def read(content: Mapping[str, Any] | None) -> FormState | None:
    """Return the state that was kept; None for none, or for one of another version of this program."""
    if content is None:
        return None
    content = {_RENAMED.get(key, key): value for key, value in content.items()}
    known = {one.name for one in fields(FormState)}
    if not {"disease", "run", "command", "answers"} <= set(content) <= known:
        return None
    return FormState(**content)


def start(card: FormCard, *, run: str, command: int, topic: int = 0, update: int) -> FormState:
    """Return a form before its first question."""
    at = RED_FLAGS if card.red_flags else _next(card, {})
    return FormState(disease=card.id, run=run, command=command, topic=topic, update=update, at=at, answers={})


def in_chat(state: FormState, chat: int) -> FormState:
    """Return the state in a group of this number, without the numbers that its messages had under another one."""
    return state if state.chat in {0, chat} else replace(state, chat=chat, command=0, topic=0, message=0, refused=0)


def fit_to_card(state: FormState, card: FormCard) -> FormState:
    """Return the state as far as it fits the card, which may have changed since: a reload, a new version."""
    given = {key: answer for key, answer in state.answers.items() if answer is not None}
    right = answers_of(card, given).answers
    unknown = {key: None for key, answer in state.answers.items() if answer is None and _is_asked(card, key)}
    answers: dict[str, Answer | None] = {**right, **unknown}
    steps = {*([RED_FLAGS] if card.red_flags else []), *(one.id for one in to_ask(card, answers))}
    if state.at == SUMMARY or state.at not in steps:
        return replace(state, answers=answers, at=_next(card, answers))
    return replace(state, answers=answers)


def to_ask(card: FormCard, answers: Mapping[str, Answer | None]) -> list[Question]:
    """Return the questions that are asked, those aside that an earlier answer makes pointless."""
    known = _known(answers)
    return [question for question in card.questions if question.asked and applies(question, known)]


def countable(state: FormState, card: FormCard) -> dict[str, Answer]:
    """Return the answers that count: known, and to questions that are still to be asked."""
    asked = {question.id for question in to_ask(card, state.answers)}
    return {key: answer for key, answer in _known(state.answers).items() if key in asked}


def answered(state: FormState, card: FormCard, answer: Answer | None, *, as_typed: str | None = None) -> FormState:
    """Return the state with an answer to the question it is at (None: not known), at the next open one."""
    answers = {**state.answers, state.at: answer}
    others = {key: text for key, text in state.as_typed.items() if key != state.at}
    kept = {**others, state.at: as_typed} if as_typed else others
    return replace(state, answers=answers, as_typed=kept, at=_next(card, answers), typed=None)


def advance(state: FormState, card: FormCard) -> FormState:
    """Return the state at its next open question: what stands is kept."""
    return replace(state, at=_next(card, state.answers), typed=None)


def go_back(state: FormState, card: FormCard) -> FormState:
    """Return the state one step back, where there is one."""
    before = steps_before(state, card)
    return replace(state, at=before[-1], typed=None) if before else state


def steps_before(state: FormState, card: FormCard) -> list[str]:
    """Return the steps that come before the one it is at."""
    steps = [question.id for question in to_ask(card, state.answers)]
    before = steps[: steps.index(state.at)] if state.at in steps else steps
    if state.at == RED_FLAGS:
        return []
    return [*([RED_FLAGS] if card.red_flags else []), *before]


def progress(state: FormState, card: FormCard) -> tuple[int, int]:
    """Return which question it is at, from 1, and of how many; before the first it is at that, at the summary at the last."""
    steps = [question.id for question in to_ask(card, state.answers)]
    if state.at in steps:
        return steps.index(state.at) + 1, len(steps)
    return (1 if state.at == RED_FLAGS else len(steps)), len(steps)


def _known(answers: Mapping[str, Answer | None]) -> dict[str, Answer]:
    return {key: answer for key, answer in answers.items() if answer is not None}


def _next(card: FormCard, answers: Mapping[str, Answer | None]) -> str:
    return next((question.id for question in to_ask(card, answers) if question.id not in answers), SUMMARY)


def _is_asked(card: FormCard, key: str) -> bool:
    return any(question.id == key and question.asked for question in card.questions)
