"""/spots lists the spots that a person follows; each opens to its photos, takes new ones, and can be stopped."""

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.handlers.filters import COMMAND
from bot.handlers.people.consent import consent_buttons, has_consented
from bot.handlers.services import Context, Handler, Services
from bot.handlers.spots.awaited import await_photo
from bot.handlers.spots.naming import spot_command, spot_in
from bot.handlers.spots.strip import card_of, finding_in_words, show_strip
from bot.handlers.taps import on_tap
from bot.replies import Rows
from bot.replies.places import place_name
from bot.replies.spot_taps import SpotsTap, SpotTap, StripTap
from bot.replies.spots import SpotLine, spot_list, stop_rows
from bot.sending.messages import edit_tapped, reply, send, toast
from bot.store import Spot
from bot.texts import Html


class _SpotCommand(filters.MessageFilter):
    """The command, or the link, that names a followed spot: /spot_12."""

    def filter(self, message: Message) -> bool:
        return spot_in(message.text) is not None


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /spots, of a spot's own command, and of the buttons below both."""

    async def spots(update: Update, _: Context) -> None:
        if update.effective_message and update.effective_user:
            await _list(services, update.effective_message, update.effective_user)

    async def spot(update: Update, _: Context) -> None:
        if update.effective_message and update.effective_user:
            await _open(services, update.effective_message, update.effective_user)

    return [
        CommandHandler("spots", spots, filters=COMMAND),
        MessageHandler(filters.COMMAND & COMMAND & _SpotCommand(), spot),
        on_tap(services, SpotsTap, _turn_page),
        on_tap(services, StripTap, _show),
        on_tap(services, SpotTap, _act),
    ]


async def _list(services: Services, message: Message, user: User) -> None:
    texts = services.texts_for(user)
    if message.chat.type != ChatType.PRIVATE:
        await reply(message, texts.html("spots.in_private"))
        return
    text, buttons = await _page(services, user, 0)
    await reply(message, text, buttons=buttons)


async def _page(services: Services, user: User, page: int) -> tuple[Html, Rows]:
    texts = services.texts_for(user)
    lines = [
        SpotLine(
            spot=one.id,
            place=one.place,
            date=one.taken,
            finding=finding_in_words(card_of(services, one.disease), one, texts),
        )
        for one in await services.store.spots.listed(services.person(user))
    ]
    return spot_list(lines, user.id, page, texts)


async def _open(services: Services, message: Message, user: User) -> None:
    """Show the spot that a command or link names; a link may bring people who have not consented to anything."""
    texts, named = services.texts_for(user), spot_in(message.text) or 0
    if message.chat.type != ChatType.PRIVATE:
        await reply(message, texts.html("spots.in_private"))
    elif await services.store.spots.one(named, services.person(user)) is None and not await has_consented(
        services, user
    ):
        await reply(message, texts.html("consent.ask"), buttons=consent_buttons(user, texts))
    else:
        await show_strip(services, message.get_bot(), user, named)


async def _turn_page(services: Services, _: Update, query: CallbackQuery, tap: SpotsTap) -> None:
    user, texts = query.from_user, services.texts_for(query.from_user)
    if not _is_private(query) or tap.owner != user.id:
        await toast(query, texts.plain("not_yours"))
        return
    await toast(query)
    text, buttons = await _page(services, user, tap.page)
    if isinstance(query.message, Message) and not query.message.photo:
        await edit_tapped(query, text, buttons=buttons)
    else:
        await send(query.get_bot(), user.id, text, buttons=buttons)


async def _show(services: Services, _: Update, query: CallbackQuery, tap: StripTap) -> None:
    if await _tapped_spot(services, query, tap.spot):
        await toast(query)
        page = query if tap.how == "turn" else None
        await show_strip(services, query.get_bot(), query.from_user, tap.spot, page=tap.page, instead_of=page)


async def _act(services: Services, _: Update, query: CallbackQuery, tap: SpotTap) -> None:
    spot = await _tapped_spot(services, query, tap.spot)
    if spot is None:
        return
    await toast(query)
    user, texts = query.from_user, services.texts_for(query.from_user)
    named = {"command": spot_command(spot.id), "place": place_name(spot.place, texts)}
    match tap.act:
        case "new":
            await await_photo(services, user, spot.id, now=services.store.now())
            await send(query.get_bot(), user.id, texts.html("spots.send_now", **named))
        case "ask":
            await send(
                query.get_bot(), user.id, texts.html("spots.stop_ask", **named), buttons=stop_rows(spot.id, texts)
            )
        case "stop":
            await services.store.spots.stop(spot.id, services.person(user))
            await edit_tapped(query, texts.html("spots.stopped"))
        case "keep":
            await edit_tapped(query, texts.html("spots.kept"))


async def _tapped_spot(services: Services, query: CallbackQuery, spot: int) -> Spot | None:
    """Return the person's spot that a button in their private chat names; say so where there is none."""
    found = await services.store.spots.one(spot, services.person(query.from_user)) if _is_private(query) else None
    if found is None:
        await toast(query, services.texts_for(query.from_user).plain("spots.gone"))
    return found


def _is_private(query: CallbackQuery) -> bool:
    return query.message is not None and query.message.chat.type == ChatType.PRIVATE
