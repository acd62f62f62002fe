"""The questions of a form: what is asked, which answers there are, and how the model takes them.

A card with `input: form` lists its questions in the order they are asked:

    red_flags:                        # asked first, all at once; yes to any: "call an ambulance", and no score
      - id: chest_pain_now
        text: {en: "Crushing chest pain that does not go away"}
    questions:
      - id: cholesterol
        kind: number                  # number | choice | yes_no
        title: {en: "Total cholesterol"}       # a few words for the summary; the text where it is left out
        text: {en: "What is your total cholesterol?"}
        help: {en: "It stands on a blood test report."}
        unit: mg/dL                   # of `range`, `example` and the model; left out where a number has none
        range: [50, 700]              # what is believed; anything else is asked again
        example: 190
        units:                        # others it may be typed in: value in `unit` = typed * factor + offset
          - {name: mmol/L, factor: 38.67}    # other spellings of a unit (mg%, ммоль/л) are known: classifiers/card/units.py
          - {name: g/L, factor: 100, bare: false}  # never what a number without a unit is in; true unless said otherwise
        called: [TC, total]           # what may be typed before it, besides its title: "TC 190", "total: 190"
        first_of: {en: "the upper one"}        # it may be typed as the larger first one of two, 120/80: what it is called
        worth: 0.04                   # how much surer it makes the model on average; measured by training
      - id: sex
        kind: choice
        text: {en: "Which sex were you assigned at birth?"}
        options:
          - {value: M, title: {en: "Male"}}
          - {value: F, title: {en: "Female"}}
        skippable: false              # no "I don't know"; true unless said otherwise
      - id: pregnant
        kind: yes_no
        text: {en: "Are you pregnant?"}
        only_if: {sex: F}             # asked unless an earlier answer is known to be another
      - id: query_hypothyroid
        kind: yes_no
        text: {en: "Does your doctor suspect an underactive thyroid?"}
        asked: false                  # an input of the model that nobody is asked for: always missing in the chat

What the model (LiteRT) must offer: a signature with one named input for each question and no other, float32.

    number   `<id>`                     (1, 2)  [value in `unit`, 1], or [0, 0] when it is missing
    yes_no   `<id>`                     (1, 2)  [1 for yes or 0 for no, 1], or [0, 0] when it is missing
    choice   `<id>__<option>__<option>` (1, n)  1 at the answer, 0 elsewhere; all 0 when it is missing

Options stand in the name in the card's order, each with only its letters and digits (`sex__M__F`), so that a card whose
options have another order than the model's is refused. Inputs are found by name: their order does not matter.
Standardising and filling what is missing is the model's own work. Its output `model.outputs.scores` is (1, labels).
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from classifiers.card.common import Strict, Text

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=32)]
Answer = float | bool | str  # number: in the question's unit; yes_no: True or False; choice: the option's value


class Unit(Strict):
    """A unit a number may be typed in: value in the question's unit = typed * factor + offset."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    factor: Annotated[float, Field(gt=0)]
    offset: float = 0.0
    bare: bool = True  # whether a number without a unit may be in it


class Option(Strict):
    """One answer to choose."""

    value: Annotated[str, Field(pattern=r"[A-Za-z0-9]", max_length=20)]
    title: Text


class _Asked(Strict):
    """What all questions have."""

    id: Id
    title: Text | None = None
    text: Text
    help: Text | None = None
    skippable: bool = True
    asked: bool = True
    only_if: dict[Id, str] = Field(default_factory=dict)  # earlier question → its value, "yes" or "no" for yes_no
    worth: Annotated[float, Field(ge=0)] | None = (
        None  # nats: how far the answer lowers the mean log loss on validation
    )


class Number(_Asked):
    """A number, typed with or without its unit."""

    kind: Literal["number"]
    unit: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    range: tuple[float, float]  # least and most that is believed, in `unit`
    example: float
    units: tuple[Unit, ...] = ()
    called: tuple[
        Annotated[str, Field(min_length=1, max_length=30)], ...
    ] = ()  # may be typed before it, as its title may
    unit_names: dict[str, Text] = Field(default_factory=dict)  # what units are called where that is not their own name
    first_of: Text | None = None  # it may be typed as the first of two numbers, the larger one: what that one is called


class Choice(_Asked):
    """One of a few options."""

    kind: Literal["choice"]
    options: Annotated[list[Option], Field(min_length=2, max_length=12)]


class YesNo(_Asked):
    """Yes or no."""

    kind: Literal["yes_no"]


Question = Number | Choice | YesNo
Answers = Mapping[str, Answer]  # by question; one that is missing is unknown
OneQuestion = Annotated[Question, Field(discriminator="kind")]


class RedFlag(Strict):
    """A sign of an emergency, asked for before anything else."""

    id: Id
    text: Text


def input_name(question: Question) -> str:
    """Return the name of the model's input for a question."""
    if isinstance(question, Choice):
        return "__".join([question.id, *(cleaned(option.value) for option in question.options)])
    return question.id


def input_width(question: Question) -> int:
    """Return how many numbers the model takes for a question."""
    return len(question.options) if isinstance(question, Choice) else 2


def applies(question: Question, answers: Answers) -> bool:
    """Return whether a question is one to ask: no earlier answer is known to be another than it needs."""
    known = {other: answers[other] for other in question.only_if if other in answers}
    return all(_as_written(answer) == question.only_if[other] for other, answer in known.items())


def _as_written(answer: Answer) -> str:
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else str(answer)


def cleaned(value: str) -> str:
    """Return an option's value as it can stand in the name of an input."""
    return re.sub(r"[^A-Za-z0-9]", "", value)
