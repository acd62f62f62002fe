"""A finding as it was concluded, read back from the journal."""

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
