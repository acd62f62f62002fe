"""Second opinions that nobody has answered for two days, and those of which nobody has spoken for two weeks."""

import logging
from datetime import datetime, timedelta

from telegram import Bot
from telegram.error import Forbidden, TelegramError

from bot.handlers.errors import described
from bot.handlers.opinions.group_moved import show_in_new_group
from bot.handlers.opinions.opinion_steps import (
    NobodyToAsk,
    group_is_gone,
    remove,
    show_again,
    tell_group,
    tell_person,
    texts_of_person,
    texts_of_reviewers,
)
from bot.handlers.services import Services
from bot.handlers.tell_admins import tell_admins
from bot.store import SecondOpinion

log = logging.getLogger(__name__)

PATIENCE = timedelta(days=2)  # that people and admins are told of
KEPT = timedelta(days=14)  # after the last word


async def look_after_opinions(services: Services, bot: Bot, *, now: datetime) -> None:
    """Tell people, reviewers and admins of what is late, each time once, and take away what is over. Raises StoreError."""
    for late in await services.store.opinions.late(now=now, patience=PATIENCE):
        if await _is_told(services, bot, late, now):
            await _remind(services, bot, late)
    await show_in_new_group(services, bot)  # where nobody told of its moving, but a call failed
    for over in await services.store.opinions.over(now=now, keep=KEPT):
        try:
            await remove(services, bot, over)
        except TelegramError as error:
            log.warning("a second opinion could not be taken away, trying again: %s", described(error))


async def _is_told(services: Services, bot: Bot, late: SecondOpinion, now: datetime) -> bool:
    """Tell its person; where they cannot be told now, they are told the next time."""
    texts = await texts_of_person(services, late)
    try:
        await tell_person(services, bot, late, texts.html("opinion.late"))
    except Forbidden:
        await remove(services, bot, late)
        return False
    except TelegramError as error:
        log.warning("somebody could not be told that a second opinion is late: %s", described(error))
        await services.store.opinions.is_late_still(late.id, since=now - PATIENCE)
        return False
    return True


async def _remind(services: Services, bot: Bot, late: SecondOpinion) -> None:
    """Let others take it, and tell reviewers and admins."""
    try:
        if late.state == "waits":
            await show_again(services, bot, late, state=late.state)
        await tell_group(services, bot, late, texts_of_reviewers(services).html("review.waits_again"))
    except NobodyToAsk:
        await group_is_gone(services, bot, [late])
        await tell_admins(services, bot, "review.group_gone")
    except TelegramError as error:
        log.warning("the reviewers could not be told that a second opinion is late: %s", described(error))
    else:
        await tell_admins(services, bot, "review.late", number=str(late.id))
