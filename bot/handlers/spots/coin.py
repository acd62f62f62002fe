"""How large a followed spot is, by a coin beside it: its person taps which coin lies there; the size alone is kept."""

from telegram import CallbackQuery, Update

from bot.handlers.photos.fetch import fetch
from bot.handlers.services import Handler, Services
from bot.handlers.spots.subject import Subject, subject_of
from bot.handlers.taps import on_tap
from bot.replies.change import grown_in_words, millimetres
from bot.replies.coins import coin_rows, country_rows
from bot.replies.length import joined
from bot.replies.spot_taps import CoinTap
from bot.sending.messages import edit_tapped, reply, toast
from bot.store import SpotPhoto
from classifiers.card import PhotoCard
from classifiers.errors import Fault, Refusal
from classifiers.following.coin import find_coin
from classifiers.following.coins import Coin, all_coins, coins_of
from classifiers.following.size import Size, scale_of_coin, size_of, size_of_plus_minus
from classifiers.outline import mask_over
from classifiers.plugin import Examination

_OUTLINE_DOUBT = 0.05  # of a diameter by the outline alone, where no card says how far it may be off


def handlers(services: Services) -> list[Handler]:
    """Return the handler of the choice of a coin."""
    return [on_tap(services, CoinTap, _tapped)]


async def _tapped(services: Services, _: Update, query: CallbackQuery, tap: CoinTap) -> None:
    texts = services.texts_for(query.from_user)
    coin = all_coins().get(tap.at)
    if coin is None and tap.at not in {"ask", "all"} and not coins_of(tap.at):
        await toast(query, texts.plain("old_button"))
        return
    subject = await subject_of(services, query, tap.entry)
    if subject is None:
        return
    await toast(query)
    if tap.at == "ask":
        rows = country_rows(tap.entry, texts, every=False)
        await reply(subject.message, texts.html("coin.where"), buttons=rows)
    elif tap.at == "all":
        await edit_tapped(query, texts.html("coin.where"), buttons=country_rows(tap.entry, texts, every=True))
    elif coin is None:
        await edit_tapped(query, texts.html("coin.which"), buttons=coin_rows(tap.entry, tap.at, texts))
    else:
        await _measure(services, query, subject, tap.entry, coin)


async def _measure(services: Services, query: CallbackQuery, subject: Subject, entry: int, coin: Coin) -> None:
    """Look for the coin in the photo; say and keep how large the spot is, or say that there is no coin."""
    texts = services.texts_for(query.from_user)
    try:
        photo = await fetch(services, subject.request.file)
        card, examination = await services.examiner.look_again(photo, disease=subject.entry.disease)
    except (Refusal, Fault):
        await edit_tapped(query, texts.html("coin.none"))
        return
    size = await services.examiner.workers.run(_size, card, examination, coin)
    if size is None:
        await edit_tapped(query, texts.html("coin.none"))
        return
    spots, person = services.store.spots, services.person(query.from_user)
    await spots.measure(person, entry, size=size.diameter, uncertainty=size.plus_minus)
    measured = texts.html(
        "coin.measured", size=millimetres(size.diameter, texts), uncertainty=millimetres(size.plus_minus, texts)
    )
    spot = await spots.with_entry(person, entry)
    found = await spots.one(spot, person) if spot is not None else None
    before = _size_before(found.photos, entry) if found else None
    grown = [grown_in_words(before, size, texts)] if before else []
    await edit_tapped(query, joined([measured, *grown], " "))


def _size(card: PhotoCard, examination: Examination, coin: Coin) -> Size | None:
    """Return the size of the outlined lesion; None where there is none, or no coin beside it."""
    photo = examination.photo.image
    lesion = mask_over(card, examination, photo.size)
    found = None if lesion is None else find_coin(photo, lesion)
    if lesion is None or found is None:
        return None
    doubt = card.following.outline_doubt if card.following else _OUTLINE_DOUBT
    return size_of(lesion, scale_of_coin(found, coin.diameter), outline_doubt=doubt)


def _size_before(photos: tuple[SpotPhoto, ...], entry: int) -> Size | None:
    """Return the size of the newest measured photo before this entry's; `photos` stand newest first."""
    taken = next((one.taken for one in photos if one.entry == entry), None)
    for one in photos:
        if taken is not None and one.taken <= taken and one.entry != entry and one.size and one.uncertainty:
            return size_of_plus_minus(one.size, one.uncertainty)
    return None
