"""/settings: what a person has set, in one message that changes as they tap."""

from telegram import CallbackQuery, Update
from telegram.constants import ChatType
from telegram.ext import CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.people import language_choice
from bot.handlers.people.settings_page import is_owner, settings_pages, show_page
from bot.handlers.people.time_zone import set_time_zone
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies.taps import AS_APP, NO_ZONE, ClockTap, SetLanguageTap, SettingsTap, ZoneTap
from bot.replies.zones import ZONES
from bot.sending.messages import reply


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /settings and of its buttons."""

    async def settings(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        if message.chat.type != ChatType.PRIVATE:
            await reply(message, services.texts_for(user).html("export.in_private"))
            return
        text, buttons = (await settings_pages(services, user)).page("top")
        await reply(message, text, buttons=buttons)

    return [
        CommandHandler("settings", settings, filters=COMMAND),
        on_tap(services, SettingsTap, _page),
        on_tap(services, SetLanguageTap, _language),
        on_tap(services, ClockTap, _clock),
        on_tap(services, ZoneTap, _zone),
    ]


async def _page(services: Services, _: Update, query: CallbackQuery, tap: SettingsTap) -> None:
    if await is_owner(services, query, tap.owner):
        await show_page(query, (await settings_pages(services, query.from_user)).page(tap.page))


async def _clock(services: Services, _: Update, query: CallbackQuery, tap: ClockTap) -> None:
    if await is_owner(services, query, tap.owner):
        await show_page(query, (await settings_pages(services, query.from_user)).places(tap.minutes))


async def _language(services: Services, _: Update, query: CallbackQuery, tap: SetLanguageTap) -> None:
    is_known = tap.language == AS_APP or tap.language in services.texts.languages
    if await is_owner(services, query, tap.owner, is_valid=is_known):
        language = None if tap.language == AS_APP else tap.language
        await language_choice.choose_language(services.store, query.from_user.id, language)
        await show_page(query, (await settings_pages(services, query.from_user)).page("top"))


async def _zone(services: Services, _: Update, query: CallbackQuery, tap: ZoneTap) -> None:
    if await is_owner(services, query, tap.owner, is_valid=tap.zone in (*ZONES, NO_ZONE)):
        zone = None if tap.zone == NO_ZONE else tap.zone
        await set_time_zone(services.store, services.person(query.from_user), zone)
        await show_page(query, (await settings_pages(services, query.from_user)).page("top"))
