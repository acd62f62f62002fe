"""What is said of an answer to a form: why it cannot be taken and what to type instead, or as what it was taken. Pure."""

from bot.replies.length import clipped
from bot.replies.numbers import quantity, unit_name
from bot.texts import Html, Texts
from classifiers.card.questions import Number
from classifiers.errors import CodedError
from classifiers.form.typed import TypedNumber

_TYPED = 60  # units of what was typed that are said again


def refused_answer(error: CodedError, question: Number, texts: Texts) -> Html:
    """Return why an answer was not taken; `error` is a Refusal of `classifiers.form.parse`."""
    facts: dict[str, object] = dict(error.facts)
    unit = str(facts.pop("unit", "")) or None
    if "low" in facts:
        facts["low"] = texts.formats.number(float(str(facts["low"])))
        facts["high"] = quantity(question, float(str(facts["high"])), texts, unit=unit)
    if "example" in facts:
        example = float(str(facts["example"]))
        named = quantity(question, example, texts, unit=unit)
        facts["example"] = named if error.code == "unknown_unit" else texts.formats.number(example)
    for name in ("units", "readings"):
        listed = facts.get(name)
        if isinstance(listed, list):
            facts[name] = texts.listed([_reading(one, question, texts) for one in listed], either=True)
    return texts.html(f"refusal.{error.code}", **facts)


def said_of_number(question: Number, taken: TypedNumber, typed: str, texts: Texts) -> Html | None:
    """Return as what a number was taken that is not literally what was typed; None where it is."""
    facts = {"typed": clipped(typed, _TYPED), "taken": quantity(question, taken.value, texts)}
    if taken.of_pair and question.first_of is not None:
        return texts.html("form.taken_first", name=clipped(texts.localised(question.first_of), _TYPED), **facts)
    if taken.bound:
        return texts.html("form.taken_bound", **facts)
    return texts.html("form.taken_about", **facts) if taken.about else None


def _reading(one: object, question: Number, texts: Texts) -> str:
    """Return a number that was meant, or the name of a unit."""
    return texts.formats.number(one) if isinstance(one, float) else unit_name(question, str(one), texts)
