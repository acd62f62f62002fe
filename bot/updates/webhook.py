"""Webhook: Telegram brings updates to a port of ours, and is asked every minute whether it still does."""

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from telegram import Bot, InputFile, WebhookInfo
from telegram.error import BadRequest, InvalidToken, TelegramError
from yarl import URL

from bot import metrics
from bot.listener import Listener
from bot.updates.certificate import Certificate
from bot.updates.intake import Intake
from bot.updates.token_check import is_refused
from bot.updates.webhook_info import host_of, said_of_another
from bot.updates.webhook_requests import WebhookRequests

log = logging.getLogger(__name__)

CONNECTIONS = 40  # that Telegram may use at once; it never brings two updates of one chat at once
ASK = 60.0  # seconds between two looks at what Telegram says of the webhook


class CannotReceive(Exception):
    """Why updates cannot be brought here, in a sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAddress:
    """Where Telegram brings updates (`url`), where that arrives here, and the secret by which it is known."""

    url: str
    host: str
    port: int
    secret: str = field(repr=False)
    certificate: Certificate


class Webhook:
    """Listens for updates, and takes them in as they come."""

    def __init__(self, bot: Bot, intake: Intake, *, address: WebhookAddress, kinds: Sequence[str]) -> None:
        """Have updates of these kinds brought to this address."""
        self.refused = asyncio.Event()  # set once the server refuses the token
        self._bot, self._address, self._kinds = bot, address, list(kinds)
        self._requests = WebhookRequests(intake, path=URL(address.url).raw_path, secret=address.secret)
        tls = address.certificate.tls
        self._listener = Listener(self._requests.app(), host=address.host, port=address.port, tls=tls)
        self._last_error: datetime | None = None  # by the server's clock, of what was told or happened before
        self._is_cut_off = False  # Telegram has updates, and could not bring them
        self._asking: asyncio.Task[None] | None = None
        self._answered = -math.inf  # when the server answered last

    @property
    def hears_telegram(self) -> bool:
        """Whether the server answered lately."""
        return time.monotonic() - self._answered < 3 * ASK

    async def start(self) -> None:
        """Listen, and tell Telegram. Raises CannotReceive, InvalidToken."""
        await self._listen()
        before = await self._bot.get_webhook_info()
        self._last_error = before.last_error_date
        if before.url and before.url != self._address.url:
            log.warning("updates were brought to another webhook, on %s, until now", host_of(before.url))
        await self._set()
        self._answered = time.monotonic()
        metrics.up.labels("webhook").set(1)
        log.info("updates are brought to %s, which arrives at %s", host_of(self._address.url), self._listener.address)
        self._asking = asyncio.create_task(self._ask_often())

    async def stop(self) -> None:
        """Listen no more. Telegram keeps the webhook, and brings what comes meanwhile once somebody listens again."""
        if self._asking:
            self._asking.cancel()
        await self._listener.stop()

    async def _listen(self) -> None:
        address = self._address
        try:
            await self._listener.start()
        except OSError as error:
            place = f"{address.host}:{address.port}"
            raise CannotReceive(
                f"{place} cannot be listened on ({error.strerror}): choose others with CHECKUP_HOST and CHECKUP_PORT"
            ) from error

    async def _set(self) -> None:
        """Say where to bring updates; those that wait there already are not dropped."""
        upload = self._address.certificate.upload
        try:
            await self._bot.set_webhook(
                self._address.url,
                certificate=InputFile(upload, filename="certificate.pem") if upload else None,
                max_connections=CONNECTIONS,
                allowed_updates=self._kinds,
                secret_token=self._address.secret,
            )
        except BadRequest as error:
            raise CannotReceive(f"CHECKUP_WEBHOOK is not taken: {error}") from error

    async def _ask_often(self) -> None:
        while not self.refused.is_set():
            await asyncio.sleep(ASK)
            try:
                self._tell_of(await self._bot.get_webhook_info())
                self._answered = time.monotonic()
            except InvalidToken:
                if await is_refused(self._bot):
                    self.refused.set()
            except TelegramError as error:
                log.warning("what Telegram says of the webhook is not known: %s", error)

    def _tell_of(self, info: WebhookInfo) -> None:
        """Tell whoever reads the log, or watches, of what is wrong with the webhook, if anything is."""
        if told := said_of_another(info.url, ours=self._address.url):
            log.error("%s", told)
        waiting, came, self._requests.taken = info.pending_update_count, self._requests.taken, 0
        if has_failed := bool(info.last_error_date and info.last_error_date != self._last_error):
            self._last_error = info.last_error_date
            log.warning("Telegram could not bring an update, and %d wait there: %s", waiting, info.last_error_message)
        self._is_cut_off = waiting > 0 and not came and (has_failed or self._is_cut_off)
        metrics.up.labels("webhook").set(not told and not self._is_cut_off)
        if self._requests.turned_away:
            log.warning("%d requests without the webhook's secret were turned away", self._requests.turned_away)
            self._requests.turned_away = 0
