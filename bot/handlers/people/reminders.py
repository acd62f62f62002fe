"""A person says when to be reminded of what they follow, and what to do about a reminder."""

from datetime import UTC, datetime

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.handlers.people.settings_page import is_owner, settings_pages, show_page
from bot.handlers.people.time_zone import time_zone
from bot.handlers.services import Handler, Services
from bot.handlers.taps import on_tap
from bot.reminders.schedule import WEEK, after_months
from bot.replies.reminders import ALL, ask_when, day_in_words, named_spot
from bot.replies.taps import AnswerReminderTap, AskReminderTap, RemindTap
from bot.sending.messages import change_buttons, reply, send, toast
from bot.store.reminders import Reminder, ReminderWish


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of the buttons about reminders."""
    return [
        on_tap(services, AskReminderTap, _asked),
        on_tap(services, RemindTap, _chosen),
        on_tap(services, AnswerReminderTap, _answered),
    ]


async def _asked(services: Services, _: Update, query: CallbackQuery, tap: AskReminderTap) -> None:
    """Ask when to remind a person of a spot, in their private chat: where they are is nobody else's business."""
    user, texts = query.from_user, services.texts_for(query.from_user)
    spot = await services.store.spots.one(tap.spot, services.person(user))
    await toast(query, None if spot else texts.plain("old_button"))
    if spot is not None:
        text, buttons = ask_when(user.id, spot.id, named_spot(spot.id, spot.place, texts), texts)
        await send(query.get_bot(), user.id, text, buttons=buttons)


async def _chosen(services: Services, _: Update, query: CallbackQuery, tap: RemindTap) -> None:
    user, is_private = query.from_user, query.message is not None and query.message.chat.type == ChatType.PRIVATE
    wish = await _wish(services, user, int(tap.months)) if tap.months != "0" else None
    is_valid = is_private and tap.owner == user.id and await _remind(services, user, tap.spot, wish)
    if await is_owner(services, query, tap.owner, is_valid=is_valid):
        await show_page(query, (await settings_pages(services, user)).reminder_chosen(wish.due if wish else None))


async def _wish(services: Services, user: User, months: int) -> ReminderWish:
    now = services.store.now().replace(microsecond=0)
    due = after_months(now, months, await time_zone(services.store, services.person(user)))
    return ReminderWish(chat=user.id, language=services.texts_for(user).lang, months=months, chosen=now, due=due)


async def _remind(services: Services, user: User, spot: int, wish: ReminderWish | None) -> bool:
    """Store what a person wishes; return whether they follow what they want to be reminded of."""
    person, one, store = services.person(user), None if spot == ALL else spot, services.store.reminders
    if wish is not None:
        return await store.choose(wish, person=person, spot=one) > 0
    await store.end(person, spot=one)
    return True


async def _answered(services: Services, _: Update, query: CallbackQuery, tap: AnswerReminderTap) -> None:
    user, sent = query.from_user, datetime.fromtimestamp(tap.sent, UTC)
    person, mine = services.person(user), tap.owner == query.from_user.id
    reminded = await services.store.reminders.sent_at(person, sent) if mine else []
    if not await is_owner(services, query, tap.owner, is_valid=bool(reminded)):
        return
    zone = await time_zone(services.store, person)
    due = await _next(services, person, reminded, tap, zone)
    texts = services.texts_for(user)
    day = day_in_words(due, texts, zone) if due else ""
    await change_buttons(query, ())
    if isinstance(query.message, Message):
        await reply(query.message, texts.html(f"reminders.{tap.act}", **({"date": day} if tap.act == "done" else {})))


async def _next(
    services: Services, person: str, reminded: list[Reminder], tap: AnswerReminderTap, zone: str | None
) -> datetime | None:
    """Store when a person is reminded again of what a reminder was about; return the first of these days."""
    now, store = services.store.now(), services.store.reminders
    if tap.act == "stop":
        for one in reminded:
            await store.end(person, spot=one.spot)
        return None
    days: dict[int, datetime] = {}
    for one in reminded:
        days[one.spot] = now + WEEK if tap.act == "later" else after_months(now, one.months, zone)
        await store.put_off([one.spot], days[one.spot])
    return min(days.values())
