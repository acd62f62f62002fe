"""Background tasks: signs of life, old rows, late second opinions, the wiped disk, reloads, a lost model server, all menus."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import Bot

from bot.handlers.errors import described
from bot.handlers.opinions.late_opinions import look_after_opinions
from bot.handlers.people.language_choice import KEY as LANGUAGE
from bot.handlers.people.time_zone import time_zone
from bot.handlers.profile import announce
from bot.handlers.reload import reload
from bot.handlers.services import Services
from bot.reminders.round import ReminderRound
from bot.store import RELOAD, TURN, Store, StoreError
from bot.texts import ENGLISH, Texts
from bot.updates.processor import UpdateProcessor
from bot.updates.queue import UpdateQueue

log = logging.getLogger(__name__)

_HOUR, _MINUTE = 60 * 60, 60
_OFTEN = 10.0  # seconds between two looks for what nobody told of
_SOON = 5.0  # seconds
_BETWEEN = 0.5  # seconds
_TAKE_BACK = 2.0  # seconds between two questions to a model server that did not answer
_READ_AGAIN = 2.0  # seconds between two looks whether another program still reads


async def kept_up(chore: Callable[[], Awaitable[None]], *, pause: float = _SOON) -> None:
    """Do a chore that never ends; where an error that nobody thought of ends it, say so and begin anew."""
    while True:
        try:
            await chore()
        except Exception as error:
            log.error("what runs beside the updates failed, and begins anew in %g s: %s", pause, described(error))
        await asyncio.sleep(pause)


async def expire_hourly(store: Store) -> None:
    """Now and every hour, remove what is unfinished for a week, from the disk too; of several replicas one does it."""
    while True:
        await store.replicas.leads.wait()
        try:
            expired = await store.expire(now=store.now())
        except StoreError as error:
            log.error("what is unfinished for a week could not be removed, trying again in an hour: %s", error)
        else:
            if expired.updates:
                log.warning("%d updates were unfinished for a week and are emptied", expired.updates)
        await asyncio.sleep(_HOUR)


async def look_after_opinions_hourly(bot: Bot, services: Services) -> None:
    """Now and every hour, tell of second opinions that are late, and take away what is over; of several replicas one does."""
    while True:
        await services.store.replicas.leads.wait()
        try:
            await look_after_opinions(services, bot, now=services.store.now())
        except StoreError as error:
            log.error("late second opinions could not be read, trying again in an hour: %s", error)
        await asyncio.sleep(_HOUR)


async def stay_a_replica(store: Store, queue: UpdateQueue, processor: UpdateProcessor, reload: asyncio.Event) -> None:
    """Give signs of life, and do what other replicas tell."""
    heard = {TURN: queue.wake, RELOAD: reload.set}
    await store.replicas.stay(heard=lambda notice: heard[notice](), lost=processor.drop_all)


async def remind_by_day(bot: Bot, services: Services, *, pause: float = _MINUTE) -> None:
    """Now and every minute, send the reminders that are due; of several replicas one does it."""
    reminders = reminder_round(bot, services.store, services.texts)
    while True:
        await services.store.replicas.leads.wait()
        try:
            while await reminders.send_due(services.store.now()):
                pass  # there may be more than are read at once
        except StoreError as error:
            log.error("reminders that are due could not be read, trying again in a minute: %s", error)
        await asyncio.sleep(pause)


def reminder_round(bot: Bot, store: Store, texts: Texts) -> ReminderRound:
    """Return what sends reminders to people, in their language and by their clock."""

    async def language_of(person: str) -> str | None:
        return await store.people.choice(person, LANGUAGE)

    async def zone_of(person: str) -> str | None:
        return await time_zone(store, person)

    return ReminderRound(bot=bot, store=store, texts=texts, zone_of=zone_of, language_of=language_of)


async def refresh_often(queue: UpdateQueue) -> None:
    """Again and again, take what waits in the database and nobody told of: what `checkup inbox retry` let wait again."""
    while True:
        await asyncio.sleep(_OFTEN)
        try:
            await queue.refresh()
        except StoreError as error:
            log.error("what waits in the database could not be read, trying again soon: %s", error)


async def wipe_when_free(store: Store, *, pause: float = _READ_AGAIN) -> None:
    """Remove from the disk what was deleted while another program was reading it, as soon as that is done."""
    while True:
        try:
            await store.wipe_when_due()
        except StoreError as error:
            log.error("what was deleted could not be removed from the disk, trying again: %s", error)
        await asyncio.sleep(pause)


async def announce_translations(bot: Bot, services: Services, *, after: float = _SOON) -> None:
    """Set commands and description in every language but English whenever they are due: later than anything that is urgent.

    One language after another, with a pause: all at once, they would keep updates waiting for a quarter of a second.
    """
    while True:
        await services.menus_due.wait()
        services.menus_due.clear()
        await asyncio.sleep(after)
        for lang in services.texts.languages:
            if lang != ENGLISH:
                await announce(bot, services, [lang])
                await asyncio.sleep(_BETWEEN)


async def take_back(bot: Bot, services: Services, *, pause: float = _TAKE_BACK) -> None:
    """Again and again, ask the model server for the diseases that it did not answer for; what it answers is offered again."""
    while True:
        await asyncio.sleep(pause)
        if back := await services.examiner.ask_again():
            log.info("the model server answers again: %s", ", ".join(back))
            await announce(bot, services)
            services.menus_due.set()


async def reload_on(requested: asyncio.Event, bot: Bot, services: Services) -> None:
    """Reload the registry each time `requested` is set."""
    while True:
        await requested.wait()
        requested.clear()
        await reload(services, bot)
