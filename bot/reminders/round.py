"""One round of reminders: whoever is due gets one message, once, by day, and at most once a week."""

import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.reminders.schedule import WEEK, after_months, next_moment
from bot.replies.reminders import named_spot, reminder
from bot.sending.messages import send
from bot.store import Store
from bot.store.reminders import DueReminder
from bot.texts import Texts

log = logging.getLogger(__name__)

Choice = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRound:
    """What sends reminders; `zone_of` and `language_of` tell what a person (the keyed hash) chose, None where nothing."""

    bot: Bot
    store: Store
    texts: Texts
    zone_of: Choice
    language_of: Choice

    async def send_due(self, now: datetime) -> int:
        """Send all reminders that are due at this time, and return how many messages went out. Raises StoreError."""
        found = sorted(await self.store.reminders.due(now), key=lambda one: one.person)
        sent = 0
        for person, theirs in itertools.groupby(found, key=lambda one: one.person):
            sent += await self._remind(person, list(theirs), now)
        return sent

    async def _remind(self, person: str, due: list[DueReminder], now: datetime) -> bool:
        """Remind a person of what is due, or put it off; whether they were reminded."""
        zone, store = await self.zone_of(person), self.store.reminders
        still_due = []
        for one in due:
            if (later := _after_newest_photo(one, zone)) and later > now:
                await store.put_off([one.spot], later)
            else:
                still_due.append(one)
        if not still_due:
            return False
        moment = next_moment(now, zone=zone, last=due[0].last, chosen=min(one.chosen for one in due))
        if moment > now:
            await store.put_off([one.spot for one in still_due], moment)
            return False
        return await self._claim_and_send(person, still_due, now.replace(microsecond=0), zone)

    async def _claim_and_send(self, person: str, due: list[DueReminder], now: datetime, zone: str | None) -> bool:
        claimed = set(await self.store.reminders.claim(person, [one.spot for one in due], now, apart=WEEK))
        mine = [one for one in due if one.spot in claimed]
        if not mine:
            return False
        try:
            await self._send(person, mine, now)
        except (Forbidden, BadRequest) as error:
            log.info("somebody is reminded no more, the bot may not write to them: %s", type(error).__name__)
            await self.store.reminders.end(person)
            return False
        except TelegramError as error:  # it stays claimed, and is tried again once the claim is over
            log.warning("a reminder could not be sent now: %s", type(error).__name__)
            return False
        await self.store.reminders.sent({one.spot: after_months(now, one.months, zone) for one in mine}, now)
        return True

    async def _send(self, person: str, due: Sequence[DueReminder], now: datetime) -> None:
        texts = self.texts.speaking(await self.language_of(person) or due[0].language)
        spots = [named_spot(one.spot, one.place, texts) for one in due]
        text, buttons = reminder(due[0].chat, now, spots, texts)
        await send(self.bot, due[0].chat, text, buttons=buttons)


def _after_newest_photo(one: DueReminder, zone: str | None) -> datetime | None:
    """Return when a reminder is due by the photo that came since it was chosen or sent last; None where none did."""
    since = max(one.chosen, one.sent) if one.sent else one.chosen
    return after_months(one.newest, one.months, zone) if one.newest and one.newest > since else None
