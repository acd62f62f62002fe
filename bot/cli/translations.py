"""What of the bot and of its cards is not translated, or not reviewed by a person, by language."""

from collections.abc import Collection, Iterator

from bot.texts import ENGLISH, Texts
from classifiers.card.translations import untranslated
from classifiers.registry import Registry

_NAMED = 3  # places that a line names; the rest is counted


def translations(registry: Registry) -> Iterator[str]:
    """Yield a line for each language: texts that are said in English, and files that no person has reviewed."""
    texts = Texts.load()
    cards = [entry.card for entry in registry.entries if entry.card]
    for lang, language in texts.languages.items():
        if lang == ENGLISH:
            continue
        missing: dict[str, Collection[str]] = {"bot/texts": texts.known(ENGLISH) - texts.known(lang)}
        missing |= {card.id: untranslated(card, lang) for card in cards}
        in_english = ", ".join(_counted(places, of) for of, places in missing.items() if places)
        unread = [] if language.reviewed else ["bot/texts"]
        unread += [card.id for card in cards if card.reviewed.get(lang) is False]
        reviewed = f"not reviewed: {', '.join(unread)}" if unread else "all reviewed"
        yield f"{lang}: {f'still in English: {in_english}' if in_english else 'all translated'}; {reviewed}"


def _counted(places: Collection[str], of: str) -> str:
    """Return how many texts are missing, and where the first of them belong."""
    more = ", …" if len(places) > _NAMED else ""
    return f"{len(places)} of {of} ({', '.join(sorted(places)[:_NAMED])}{more})"
