"""How the outlined spot looks, in words: a description of the picture, from which nothing is concluded."""

from bot.replies.length import joined
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.lesion.abcd import LesionFeatures

_COARSE = 5  # percent: an outline is no finer than that


def lesion_in_words(features: LesionFeatures, card: PhotoCard, texts: Texts) -> Html:
    """Return one sentence; of its shape only what the card has limits for, and nothing where the photo cuts it off."""
    limits = card.decision.outline
    parts = [texts.html("spot.size", percent=_size(features.share)), texts.html(f"spot.colours_{features.colours}")]
    if features.cut:
        parts.append(texts.html("spot.cut"))
    if limits and limits.uneven_above is not None and features.border is not None:
        parts.append(texts.html("spot.uneven" if features.border > limits.uneven_above else "spot.even"))
    if limits and limits.asymmetric_above is not None and features.asymmetry is not None:
        lopsided = features.asymmetry > limits.asymmetric_above
        parts.append(texts.html("spot.asymmetric" if lopsided else "spot.symmetric"))
    return texts.html("spot.outlined", description=joined(parts, ", "))


def _size(share: float) -> int:
    """Return a share in percent, coarsely."""
    exact = 100 * share
    return max(1, round(exact)) if exact < _COARSE else _COARSE * round(exact / _COARSE)
