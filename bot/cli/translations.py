"""What of the bot and of its cards is not translated, or not reviewed by a person, by language."""

from collections.abc import Iterator

from bot.texts import ENGLISH, Texts
from classifiers.card.translations import untranslated
from classifiers.registry import Registry


def translations(registry: Registry) -> Iterator[str]:
    """Yield a line for each language: texts that are said in English, and files that no person has reviewed."""
    texts = Texts.load()
    cards = [entry.card for entry in registry.entries if entry.card]
    for lang, language in texts.languages.items():
        if lang == ENGLISH:
            continue
        missing = {"bot/texts": len(texts.known(ENGLISH) - texts.known(lang))}
        missing |= {card.id: len(untranslated(card, lang)) for card in cards}
        said_in_english = ", ".join(f"{number} of {place}" for place, number in missing.items() if number)
        unread = [] if language.reviewed else ["bot/texts"]
        unread += [card.id for card in cards if card.reviewed.get(lang) is False]
        not_reviewed = f"{len(unread)} files not reviewed ({', '.join(unread)})" if unread else "all reviewed"
        yield f"{lang}: {said_in_english or 'nothing'} is missing, {not_reviewed}"
