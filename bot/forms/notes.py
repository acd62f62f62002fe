"""What is said of an answer to a form: why it cannot be taken and what to type instead, or as what it was taken. Pure."""

from bot.replies.length import clipped
from bot.replies.numbers import number
from bot.texts import Html, Texts
from classifiers.card.questions import Number
from classifiers.errors import CodedError
from classifiers.form.typed import TypedNumber

_TYPED = 60  # units of what was typed that are said again
_NUMBERS = ("low", "high", "example")


def refused_answer(error: CodedError, texts: Texts) -> Html:
    """Return why an answer was not taken; `error` is a Refusal of `classifiers.form.parse`."""
    facts: dict[str, object] = dict(error.facts)
    facts |= {name: number(float(str(facts[name])), texts) for name in _NUMBERS if name in facts}
    facts["unit"] = f" {facts['unit']}" if facts.get("unit") else ""
    for name in ("units", "readings"):
        listed = facts.get(name)
        if isinstance(listed, list):
            facts[name] = ", ".join(number(one, texts) if isinstance(one, float) else one for one in listed)
    return texts.html(f"refusal.{error.code}", **facts)


def said_of_number(question: Number, taken: TypedNumber, typed: str, texts: Texts) -> Html | None:
    """Return as what a number was taken that is not literally what was typed; None where it is."""
    unit = f" {question.unit}" if question.unit else ""
    facts = {"typed": clipped(typed, _TYPED), "taken": f"{number(taken.value, texts)}{unit}"}
    if taken.of_pair and question.first_of is not None:
        return texts.html("form.taken_first", name=clipped(texts.localised(question.first_of), _TYPED), **facts)
    return texts.html("form.taken_bound", **facts) if taken.bound else None
