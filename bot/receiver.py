"""Who receives updates, as the settings say: the bot asks for them, or Telegram brings them."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from telegram import Bot
from yarl import URL

from bot.settings import Settings
from bot.store import Store
from bot.updates.certificate import Certificate, WrongCertificate, read_certificate
from bot.updates.intake import Intake
from bot.updates.polling import Polling
from bot.updates.webhook import CannotReceive, Webhook, WebhookAddress


class Receiver(Protocol):
    """Has updates taken in from `start` to `stop`."""

    refused: asyncio.Event  # set once the server refuses the token

    @property
    def hears_telegram(self) -> bool:
        """Whether the server answered lately."""
        ...

    async def start(self) -> None:
        """Begin. Raises CannotReceive, InvalidToken."""
        ...

    async def stop(self) -> None:
        """Take nothing more in."""
        ...


def receiver(settings: Settings, bot: Bot, intake: Intake, store: Store, *, kinds: Sequence[str]) -> Receiver:
    """Return who receives the bot's updates of these kinds. Raises CannotReceive."""
    if settings.webhook is None:
        return Polling(bot, intake, kinds=kinds, replicas=store.replicas)
    address = WebhookAddress(
        url=settings.webhook,
        host=settings.host,
        port=settings.port,
        secret=store.webhook_secret(settings.webhook),
        certificate=_certificate(settings, host=URL(settings.webhook).host or ""),
    )
    return Webhook(bot, intake, address=address, kinds=kinds)


def _certificate(settings: Settings, *, host: str) -> Certificate:
    if settings.certificate is None:
        return Certificate()
    try:
        return read_certificate(settings.certificate, settings.certificate_key, host=host)
    except WrongCertificate as error:
        raise CannotReceive(f"CHECKUP_CERTIFICATE: {error}") from error
