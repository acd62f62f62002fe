"""The card of a disease that is asked as questions."""

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from classifiers.card.checks import Fault, common_faults
from classifiers.card.common import Decision, Disease
from classifiers.card.model import FormModel
from classifiers.card.questions import OneQuestion, Question, RedFlag, cleaned
from classifiers.card.serving import Serving
from classifiers.card.units import unit_key


class FormCard(Disease):
    """A disease that is asked as questions."""

    input: Literal["form"]
    model: FormModel
    decision: Decision
    serving: Serving = Serving()
    red_flags: Annotated[tuple[RedFlag, ...], Field(max_length=12)] = ()
    questions: Annotated[tuple[OneQuestion, ...], Field(min_length=1, max_length=60)]  # in the order they are asked

    def question(self, at: str) -> Question:
        """Return the question with this id, one of the form's."""
        return next(question for question in self.questions if question.id == at)


def form_faults(card: Any) -> Iterator[Fault]:
    """Yield where parts of a form's card do not fit each other; `card` has the parts that are valid (`valid_parts`)."""
    yield from common_faults(card)
    questions = card.questions or ()
    if questions and not any(question.asked is not False for question in questions):
        yield "questions", "none of them is asked"
    earlier: dict[str, Any] = {}
    for at, question in enumerate(questions):
        place = f"questions[{at}]"
        if question.id in earlier:
            yield f"{place}.id", f"{question.id} stands twice"
        for where, fault in (*_number(question), *_options(question), *_condition(question, earlier)):
            yield f"{place}.{where}", fault
        if question.id is not None:
            earlier[question.id] = question
    ids = [flag.id for flag in card.red_flags or ()]
    for at, its_id in enumerate(ids):
        if its_id is not None and its_id in ids[:at]:
            yield f"red_flags[{at}].id", f"{its_id} stands twice"


def _number(question: Any) -> Iterator[Fault]:
    if question.kind != "number":
        return
    low, high = question.range or (-math.inf, math.inf)
    if low >= high:
        yield "range", "the first must be less than the second"
    elif question.example is not None and not low <= question.example <= high:
        yield "example", f"{question.example:g} is not in the range"
    names = [question.unit, *(unit.name for unit in question.units or ())]
    for at, name in enumerate(names[1:]):
        if names[0] is None:
            yield f"units[{at}].name", "there is no unit that it could be turned into"
        elif name is not None and unit_key(name) in [unit_key(str(other)) for other in names[: at + 1]]:
            yield f"units[{at}].name", f"{name} stands twice"


def _options(question: Any) -> Iterator[Fault]:
    """Yield options that cannot be told apart in the name of the model's input."""
    taken: dict[str, str] = {}
    for at, option in enumerate((question.kind == "choice" and question.options) or ()):
        if option.value is None:
            continue
        key = cleaned(option.value)
        if key in taken:
            yield f"options[{at}].value", f"{option.value} is the same as {taken[key]} in its letters and digits"
        taken.setdefault(key, option.value)


def _condition(question: Any, earlier: dict[str, Any]) -> Iterator[Fault]:
    for other, wanted in (question.only_if or {}).items():
        if other not in earlier:
            yield f"only_if.{other}", "no earlier question has this id"
        elif earlier[other].kind == "number":
            yield f"only_if.{other}", "a number has no options"
        elif earlier[other].kind == "choice" and wanted not in [one.value for one in earlier[other].options or ()]:
            yield f"only_if.{other}", f"{wanted} is none of its options"
        elif earlier[other].kind == "yes_no" and wanted not in {"yes", "no"}:
            yield f"only_if.{other}", 'must be "yes" or "no", in quotes'
