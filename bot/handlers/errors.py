"""The one error handler: what went wrong is logged without anybody's words or secrets, and the update comes again."""

import logging
import traceback

from telegram import Bot, Update
from telegram.constants import ParseMode
from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.handlers.services import App, Context, Services
from bot.replies import apology
from bot.sending.messages import say
from bot.store import StoreError
from bot.workers import Busy
from classifiers.errors import CodedError

log = logging.getLogger(__name__)


def install(application: App, services: Services) -> None:
    """Let every exception that leaves a handler end here."""

    async def failed(update: object, context: Context) -> None:
        error = context.error
        if not isinstance(error, Exception):
            return
        if not isinstance(update, Update):
            log.error("%s", told(error))
        elif isinstance(error, Forbidden):
            log.info("update %d: the person has blocked the bot, or it was removed from the group", update.update_id)
        elif isinstance(error, Busy):
            log.info("update %d comes again in a moment: too many wait for its disease", update.update_id)
            services.updates.failed(update, error)
        else:
            log.error("update %d failed: %s", update.update_id, told(error))
            services.updates.failed(update, error)

    application.add_error_handler(failed)


async def tell_set_aside(bot: Bot, services: Services, update: Update) -> None:
    """Tell the person that their message stays without an answer, and every admin that there is something to mend."""
    message = update.message or update.edited_message  # not a query's: that message is the bot's own
    if message is not None:
        try:
            await say(message, apology("set_aside", services.words(update.effective_user)))
        except TelegramError as error:
            log.warning("update %d: the person could not be told: %s", update.update_id, told(error))
    for admin in sorted(services.settings.admins):
        text = services.texts.say("fault.for_admins", update=update.update_id)
        try:
            await bot.send_message(admin, text, parse_mode=ParseMode.HTML)
        except TelegramError as error:
            log.warning("update %d: admin %d could not be told: %s", update.update_id, admin, told(error))


def told(error: BaseException) -> str:
    """Return an error for the log: kinds and places, and words only where they are known to be nobody's.

    A library's exception may quote what it stumbled on: a person's text, a token in a URL.
    """
    safe = isinstance(error, (CodedError, StoreError, TelegramError)) and not isinstance(error, InvalidToken)
    name = type(error).__name__
    words = f"{name}: {error}" if safe else name
    places = "".join(traceback.format_tb(error.__traceback__)) if not safe else ""
    cause = error.__cause__
    because = f"\ncaused by {told(cause)}" if cause is not None and not safe else ""
    return f"{words}\n{places}{because}".strip()
