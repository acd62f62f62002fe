"""How the outlined lesion looks, in words: a description of the picture, from which nothing is concluded."""

from collections.abc import Iterator

from bot.replies.own_words import FEW_WORDS, own
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.lesion.abcd import LesionFeatures

_COARSE = 5  # percent: an outline is no finer than that


def lesion_in_words(features: LesionFeatures, card: PhotoCard, texts: Texts) -> Html:
    """Return one sentence; of its shape only what the card has limits for, and nothing where the photo cuts it off."""
    size = texts.html("outline.size", percent=texts.formats.percent(_size(features.share)))
    shape = [
        own(getattr(card.words.outline, name), f"outline.{name}", texts, most=FEW_WORDS)
        for name in _shape(features, card)
    ]
    subject = own(card.words.subject, "outline.subject", texts, most=FEW_WORDS)
    description = texts.listed([size, texts.html("outline.colours", count=features.colours), *shape])
    return texts.html("outline.outlined", subject=subject, description=description)


def _shape(features: LesionFeatures, card: PhotoCard) -> Iterator[str]:
    """Yield what is said of the shape, as names of `OutlineWords`."""
    limits = card.decision.outline
    if features.cut:
        yield "cut"
    if limits and limits.uneven_above is not None and features.border is not None:
        yield "uneven" if features.border > limits.uneven_above else "even"
    if limits and limits.asymmetric_above is not None and features.asymmetry is not None:
        yield "asymmetric" if features.asymmetry > limits.asymmetric_above else "symmetric"


def _size(share: float) -> float:
    """Return a share, coarsely."""
    exact = 100 * share
    return (max(1, round(exact)) if exact < _COARSE else _COARSE * round(exact / _COARSE)) / 100
