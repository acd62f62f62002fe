"""What the bot asks people to send, made of the diseases on offer: /help, the bot's profile, and every invitation. Pure."""

from typing import Literal

from bot.replies.length import clipped, joined, packed
from bot.replies.own_words import own, own_plain
from bot.replies.spots import can_follow
from bot.texts import Html, Texts
from classifiers.card import PhotoCard
from classifiers.registry import Registry

DESCRIPTION, SHORT_DESCRIPTION = 512, 120  # characters that Telegram shows of a bot
_TITLE, _TITLES, _TIP = 60, 300, 200  # units
_TIPS = 8  # lines


def invitation(
    key: Literal["consent.next", "start.again", "hint.text", "hint.command"], registry: Registry, texts: Texts
) -> Html:
    """Return the text at `key`: what to send a photo of, or that there are only questions."""
    if only_asks(registry):
        return texts.html(f"{key}_form")
    return texts.html(key, photo=_photo_and_tip(registry, texts))


def profile_description(registry: Registry, texts: Texts) -> str:
    """Return what a chat with the bot shows before it begins."""
    return _fitting("profile.description", DESCRIPTION, registry, texts)


def profile_short_description(registry: Registry, texts: Texts) -> str:
    """Return what the bot's profile shows, and what is sent with a link to it."""
    return _fitting("profile.short_description", SHORT_DESCRIPTION, registry, texts)


def help_messages(registry: Registry, texts: Texts) -> list[Html]:
    """Return, as messages, how to take a good photo of what there is to look at, and what else can be done."""
    cards, kind = _photo_cards(registry), _kind(registry)
    about_photos = [
        texts.html("help.photo", photo=_photo(registry, texts)),
        *_tips(cards, texts),
        texts.html("help.files"),
        texts.html("help.several") if any(card.several_photos for card in cards) else Html(),
    ]
    seen_anyway = dict.fromkeys(own(card.words.seen_anyway, "reply.seen_anyway", texts) for card in cards)
    return packed(
        [
            *(about_photos if kind != "form" else ()),
            *([texts.html("help.form" if kind == "form" else "help.forms")] if kind != "photo" else ()),
            joined([texts.html("help.spots") if can_follow(registry) else Html(), texts.html("help.commands")], "\n"),
            *(seen_anyway or [texts.html("help.seen_anyway")]),
        ]
    )


def privacy(registry: Registry, texts: Texts, *, asks: bool) -> list[Html]:
    """Return, as messages, what is kept of people; of spots and second opinions where spots can be followed, doctors asked."""
    kept = [("privacy.text", True), ("privacy.spots", can_follow(registry)), ("privacy.opinions", asks)]
    return packed([*(texts.html(key) for key, is_said in kept if is_said), texts.html("privacy.yours")])


def only_asks(registry: Registry) -> bool:
    """Return whether there are only questions here, and nothing to send a photo of."""
    return _kind(registry) == "form"


def _photo_cards(registry: Registry) -> list[PhotoCard]:
    return [entry.card for entry in registry.entries if entry.enabled and isinstance(entry.card, PhotoCard)]


def _kind(registry: Registry) -> Literal["photo", "form", "both"]:
    """Return what people are asked for. A disease that is not available just now counts: it comes back."""
    inputs = {entry.card.input for entry in registry.entries if entry.enabled and entry.card}
    return "both" if len(inputs) == 2 else "form" if inputs == {"form"} else "photo"


def _photo(registry: Registry, texts: Texts) -> str:
    """Return what to send: "a photo of …", of one disease or of two; "a photo" where more would make it too long."""
    photos = [
        own_plain(card.words.photo, "photo.of", texts, disease=clipped(texts.localised(card.title), _TITLE))
        for card in _photo_cards(registry)
    ]
    if len(photos) == 2:
        return texts.formats.listed(photos, either=True)
    return photos[0] if len(photos) == 1 else texts.plain("photo.any")


def _photo_and_tip(registry: Registry, texts: Texts) -> str:
    cards, photo = _photo_cards(registry), _photo(registry, texts)
    tip = cards[0].words.tip if len(cards) == 1 else None
    return texts.plain("photo.tip", photo=photo, tip=clipped(texts.localised(tip), _TIP)) if tip else photo


def _fitting(key: str, most: int, registry: Registry, texts: Texts) -> str:
    """Return a text of the profile; it names only "a photo" where saying of what would make it longer than `most`."""
    kept = texts.plain("profile.kept_form" if only_asks(registry) else "profile.kept_photo")
    for photo in (_photo(registry, texts), texts.plain("photo.any")):
        text = texts.plain(key, send=texts.plain(f"profile.send_{_kind(registry)}", photo=photo), kept=kept)
        if len(text) <= most:
            break
    return text


def _tips(cards: list[PhotoCard], texts: Texts) -> list[Html]:
    """Return how to take a good photo, for all diseases that have the same to say of it at once."""
    titles_by_tips: dict[Html, list[str]] = {}
    for card in cards:
        lines = [_tip(texts.localised(tip), texts) for tip in card.words.tips[:_TIPS]]
        tips = joined(lines, "\n") or texts.html("help.tips")
        titles_by_tips.setdefault(tips, []).append(clipped(texts.localised(card.title), _TITLE))
    if len(titles_by_tips) == 1:
        return [joined([texts.html("help.good_photo"), *titles_by_tips], "\n")]
    return [
        joined([texts.html("help.good_photo_for", diseases=clipped(texts.formats.listed(titles), _TITLES)), tips], "\n")
        for tips, titles in titles_by_tips.items()
    ]


def _tip(tip: str, texts: Texts) -> Html:
    """Return one line; what stands before its colon is what it is about."""
    about, colon, rest = clipped(tip, _TIP).partition(": ")
    return texts.html("help.tip_about", about=about, tip=rest) if colon else texts.html("help.tip", tip=about)
