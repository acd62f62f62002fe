"""The one error handler: logs what failed without anybody's text or secrets, and returns the update to the queue."""

import logging
import traceback
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.handlers.services import App, Context, Services
from bot.replies import apology
from bot.sending.messages import reply, send
from bot.sending.retry import least_pause
from bot.store import StoreError
from bot.texts import Texts
from bot.workers import Busy
from classifiers.errors import CodedError

log = logging.getLogger(__name__)


def install(application: App, services: Services) -> None:
    """Handle every exception that leaves a handler."""

    async def failed(update: object, context: Context) -> None:
        error = context.error
        if not isinstance(error, Exception):
            return
        if not isinstance(update, Update):
            log.error("%s", described(error))
        elif isinstance(error, Forbidden):
            log.info("update %d: the person has blocked the bot, or it was removed from the group", update.update_id)
        elif isinstance(error, Busy):
            log.info("update %d comes again in a moment: too many wait for its disease", update.update_id)
            services.updates.failed(update, error)
        else:
            level = logging.ERROR if least_pause(error) is None else logging.WARNING  # what may pass is nobody's fault
            log.log(level, "update %d failed: %s", update.update_id, described(error))
            services.updates.failed(update, error)

    application.add_error_handler(failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideNotice:
    """Tells the person that their message could not be answered, and every admin that an update was set aside."""

    bot: Bot
    texts: Texts
    admins: frozenset[int]

    async def __call__(self, update: Update) -> None:
        """Send the notices about one update; one that cannot be sent is logged."""
        message = update.message or update.edited_message  # not that of a tap: it is the bot's own
        if message is not None:
            user = update.effective_user
            texts = self.texts.speaking(user.language_code if user else None)
            try:
                await reply(message, apology("set_aside", texts))
            except TelegramError as error:
                log.warning("update %d: its person could not be told: %s", update.update_id, described(error))
        for admin in sorted(self.admins):
            text = self.texts.html("fault.for_admins", update=update.update_id)
            try:
                await send(self.bot, admin, text)
            except TelegramError as error:
                log.warning("update %d: admin %d could not be told: %s", update.update_id, admin, described(error))


def described(error: BaseException) -> str:
    """Return an error for the log: its type and traceback, and its message only where that is known to quote nobody.

    An error of the Bot API is one line: the method (which is its note), the type and Telegram's description.

    An exception of a library may quote its input: a person's text, or a URL with the token.
    """
    safe = isinstance(error, (CodedError, StoreError, TelegramError)) and not isinstance(error, InvalidToken)
    name = type(error).__name__
    message = ": ".join([*getattr(error, "__notes__", ()), name, str(error)]) if safe else name
    places = "".join(traceback.format_tb(error.__traceback__)) if not safe else ""
    cause = error.__cause__
    because = f"\ncaused by {described(cause)}" if cause is not None and not safe else ""
    return f"{message}\n{places}{because}".strip()
