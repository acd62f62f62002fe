"""What a disease and its labels are called, as long as fits in a caption or on a button."""

from bot.replies.length import clipped
from bot.texts import Texts
from classifiers.card import Card, Label

_TITLE = 60  # units: three titles and all fixed words leave room in a caption


def disease_title(card: Card, texts: Texts) -> str:
    """Return what a disease is called."""
    return clipped(texts.localised(card.title), _TITLE)


def title(label: Label, texts: Texts) -> str:
    """Return what a label is called."""
    return clipped(texts.localised(label.title), _TITLE)
