"""A finding as it was concluded, read back from the journal."""

from bot.handlers.services import Services
from bot.store import JournalEntry
from classifiers.card import CARE, PhotoCard
from classifiers.finding import OUTCOMES, Finding, recalled


def recall(entry: JournalEntry, card: PhotoCard) -> Finding:
    """Return the finding that a journal entry is about. Raises KeyError where the card has other labels by now."""
    return recalled(
        card,
        entry.model,
        next(outcome for outcome in OUTCOMES if outcome == entry.outcome),
        probabilities=entry.probabilities,
        care=next((care for care in CARE if care == entry.care), None),
        alarm=entry.alarm,
        reasons=entry.reasons,
    )


def card_of(entry: JournalEntry, services: Services) -> PhotoCard | None:
    """Return the card that an entry is about; None where it is gone, or has other labels or no such questions by now."""
    cards = [one.card for one in services.examiner.registry.entries if one.id == entry.disease]
    card = cards[0] if cards else None
    fits = isinstance(card, PhotoCard) and card.symptoms and set(card.codes) == set(entry.probabilities)
    return card if isinstance(card, PhotoCard) and fits else None
