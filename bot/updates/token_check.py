"""Whether the token is refused for good: some servers and proxies answer 401 or 404 for a moment."""

import logging

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.retry import RetryPolicy, retry

log = logging.getLogger(__name__)

DOUBT = RetryPolicy(attempts=5)  # how often a refused token is tried again before it is believed


async def is_refused(bot: Bot) -> bool:
    """Return whether getMe says so, too, again and again."""
    try:
        await retry(bot.get_me, policy=DOUBT, least_pause=_least_pause, on_pause=_log)
    except InvalidToken:
        return True
    except TelegramError:
        return False
    return False


def _least_pause(error: Exception) -> float | None:
    return 0.0 if isinstance(error, InvalidToken) else None


def _log(_: Exception, pause: float) -> None:
    log.warning("the token seems to be refused, asking again in %.1f s", pause)
