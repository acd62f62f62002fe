"""A form's numbers with their units, as people write them."""

from bot.texts import Texts
from classifiers.card.questions import Number


def unit_name(question: Number, unit: str, texts: Texts) -> str:
    """Return what a unit of a question is called; its own name where the card has no other in this language."""
    names = question.unit_names.get(unit)
    return texts.localised(names) if names else unit


def quantity(question: Number, value: float, texts: Texts, *, unit: str | None = None) -> str:
    """Return a number in a unit, by default the question's own."""
    unit = question.unit if unit is None else unit
    return texts.formats.quantity(value, unit, unit_name(question, unit, texts) if unit else None)
