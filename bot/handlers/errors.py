"""The one error handler: logs what failed without anybody's text or secrets, and returns the update to the queue."""

import logging
import traceback

from telegram import Update
from telegram.error import Forbidden, InvalidToken, TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.handlers.services import App, Context, Services
from bot.sending.retry import may_pass
from bot.store import StoreError, UpdateForgotten
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
            log.info("update %d is done: nobody is there to be answered (%s)", update.update_id, error.message)
        elif isinstance(error, UpdateForgotten):
            log.info("update %d is forgotten: its person had all of theirs removed", update.update_id)
        elif isinstance(error, Busy):
            log.info("update %d comes again in a moment: too many wait for its disease", update.update_id)
            services.updates.failed(update, error)
        elif services.updates.delivery(update).is_answered:
            log.warning("update %d is answered, but not to the end: %s", update.update_id, described(error))
        else:
            level = logging.WARNING if may_pass(error) else logging.ERROR
            log.log(level, "update %d failed: %s", update.update_id, described(error))
            services.updates.failed(update, error)
        raise ApplicationHandlerStop  # no other handler takes what one has failed at

    application.add_error_handler(failed)


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
