"""What a card says in its own words, or the bot in words that fit any photo where the card is silent."""

from collections.abc import Mapping

from bot.replies.length import clipped
from bot.texts import Html, Texts

# Units of what a card says: with all fixed words it has room in a caption.
PARAGRAPH, SENTENCE, FEW_WORDS = 330, 140, 40


def own(words: Mapping[str, str] | None, key: str, texts: Texts, *, most: int = SENTENCE, **facts: object) -> Html:
    """Return the card's `words`, clipped to `most` units, else the text at `key`, which is given the facts."""
    return texts.html(key, **facts) if words is None else Texts.escaped(clipped(texts.localised(words), most))


def own_plain(words: Mapping[str, str] | None, key: str, texts: Texts, *, most: int = SENTENCE, **facts: object) -> str:
    """Return the same where it is no HTML yet: part of a sentence, or of the bot's profile."""
    return texts.plain(key, **facts) if words is None else clipped(texts.localised(words), most)
