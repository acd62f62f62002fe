"""The choice of what a spot is measured by: a coin beside it, or a dermatoscope's field of a width that its person taps."""

import numpy as np
from PIL import Image
from telegram import CallbackQuery, Update

from bot.handlers.photos.fetch import fetch
from bot.handlers.services import Handler, Services
from bot.handlers.spots.measure import FindScale, Ruler, measure
from bot.handlers.spots.subject import Subject, subject_of
from bot.handlers.taps import on_tap
from bot.replies.coins import coin_rows, country_rows, field_rows
from bot.replies.spot_taps import CoinTap, FieldTap
from bot.sending.messages import edit_tapped, reply, toast
from classifiers.errors import Fault, Refusal
from classifiers.following.coin import find_coin
from classifiers.following.coins import Coin, all_coins, coins_of
from classifiers.following.field import SIDE, find_field
from classifiers.following.size import Scale, scale_of_coin, scale_of_field


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of the choice of a coin, and of a field's width."""
    return [on_tap(services, CoinTap, _coin), on_tap(services, FieldTap, _field)]


async def _coin(services: Services, _: Update, query: CallbackQuery, tap: CoinTap) -> None:
    texts = services.texts_for(query.from_user)
    coin = all_coins().get(tap.at)
    if coin is None and tap.at not in {"ask", "all"} and not coins_of(tap.at):
        await toast(query, texts.plain("old_button"))
        return
    subject = await subject_of(services, query, tap)
    if subject is None:
        return
    await toast(query)
    if tap.at == "ask" and await _shows_field(services, subject):
        await reply(subject.message, texts.html("coin.field"), buttons=field_rows(subject.of, texts))
    elif tap.at == "ask":
        rows = country_rows(subject.of, texts, every=False)
        await reply(subject.message, texts.html("coin.where"), buttons=rows)
    elif tap.at == "all":
        await edit_tapped(query, texts.html("coin.where"), buttons=country_rows(subject.of, texts, every=True))
    elif coin is None:
        await edit_tapped(query, texts.html("coin.which"), buttons=coin_rows(subject.of, tap.at, texts))
    else:
        ruler = Ruler(scale=_by_coin(coin), measured="coin.measured", none="coin.none")
        await measure(services, query, subject, tap.entry, ruler)


async def _field(services: Services, _: Update, query: CallbackQuery, tap: FieldTap) -> None:
    subject = await subject_of(services, query, tap)
    if subject is None:
        return
    await toast(query)
    if not tap.wide:
        await edit_tapped(query, services.texts_for(query.from_user).html("coin.field_unknown"))
        return
    ruler = Ruler(scale=_by_field(tap.wide), measured="coin.field_measured", none="coin.field_none")
    await measure(services, query, subject, tap.entry, ruler)


async def _shows_field(services: Services, subject: Subject) -> bool:
    """Return whether the photo was taken through a dermatoscope whose round field is all in it."""
    try:
        photo = await services.examiner.open(await fetch(services, subject.request.file), least=SIDE)
    except (Refusal, Fault):
        return False
    return await services.examiner.workers.run(find_field, photo) is not None


def _by_coin(coin: Coin) -> FindScale:
    def scale(photo: Image.Image, lesion: np.ndarray) -> Scale | None:
        found = find_coin(photo, lesion)
        return None if found is None else scale_of_coin(found, coin.diameter)

    return scale


def _by_field(wide: int) -> FindScale:
    def scale(photo: Image.Image, _: np.ndarray) -> Scale | None:
        found = find_field(photo)
        return None if found is None else scale_of_field(found, wide)

    return scale
