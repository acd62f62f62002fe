"""The reviewers' group has another number: what they were asked is shown to them there anew, with whoever has it."""

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.handlers.errors import described
from bot.handlers.opinions.opinion_steps import NobodyToAsk, group_is_gone
from bot.handlers.opinions.shown_case import post
from bot.handlers.services import Services
from bot.handlers.tell_admins import tell_admins

log = logging.getLogger(__name__)


async def show_in_new_group(services: Services, bot: Bot) -> None:
    """Show what has been shown under a number that is no longer the group's. Harmless when done before. Raises StoreError."""
    for opinion in await services.store.opinions.unshown():
        try:
            await post(services, bot, opinion)
        except NobodyToAsk:
            await group_is_gone(services, bot, [opinion])
            await tell_admins(services, bot, "review.group_gone")
        except TelegramError as error:
            log.warning("a second opinion could not be shown to the group that moved: %s", described(error))
