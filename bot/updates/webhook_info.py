"""Where Telegram brings the bot's updates, as getWebhookInfo tells it, and what that means for whoever reads the log."""

import logging
from urllib.parse import urlsplit

from telegram import Bot

log = logging.getLogger(__name__)


async def remove_webhook(bot: Bot) -> None:
    """Remove the bot's webhook, where it has one. Raises TelegramError."""
    info = await bot.get_webhook_info()
    if info.url:
        log.warning(
            "updates were brought to a webhook on %s until now: it is removed, since CHECKUP_WEBHOOK is not set",
            host_of(info.url),
        )
        await bot.delete_webhook()


def said_of_another(found: str, *, ours: str) -> str | None:
    """Return what to do where updates go to another place than ours while we wait for them; None where they do not."""
    if found == ours:
        return None
    if not found:
        return (
            "another program has removed this bot's webhook, and asks for its updates itself: stop it and start this one "
            "again, or give it its own bot"
        )
    return (
        f"another program has set a webhook on {host_of(found)} for this bot, and updates go there: stop it and start "
        "this one again, or give it its own bot"
    )


def host_of(url: str) -> str:
    """Return a URL's host, which the log may have: paths may be secret."""
    return urlsplit(url).hostname or "an unknown host"
