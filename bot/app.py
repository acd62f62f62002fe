"""The composition root: what the running process is made of, and how it starts and stops."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.ext import Application, ExtBot, Updater
from telegram.request import HTTPXRequest

from bot.consultation import Clinic
from bot.handlers import announce, register
from bot.handlers.faults import tell_set_aside
from bot.handlers.services import App, Services
from bot.inbox import AT_ONCE, Inbox, Turns
from bot.local.server import LocalServer
from bot.settings import HOME, Settings
from bot.store import Store, StoreError
from bot.telegram_limits import Patience
from bot.texts import Texts
from bot.workers import Workers
from classifiers.registry import Registry, read_registry

log = logging.getLogger(__name__)

UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY)
LOCAL_TOKEN = "1:local"  # noqa: S105 - opens only the local server, which only this machine can reach
HOUR = 60 * 60


class CannotStart(Exception):
    """Why the bot cannot start, in a sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """The running bot."""

    username: str
    inbox: Inbox


async def run(settings: Settings) -> None:
    """Answer on the Bot API server of the settings until the process is told to stop. Raises CannotStart."""
    if settings.token is None:
        raise CannotStart(
            "There is no token. Get one from @BotFather on Telegram and give it as CHECKUP_TOKEN, in the environment or in "
            "a file named .env. To try the bot without Telegram: checkup demo"
        )
    async with answering(settings, api=settings.api, token=settings.token.get_secret_value()) as checkup:
        log.info("answering as @%s; Ctrl+C stops", checkup.username)
        await _told_to_stop()


async def demo(settings: Settings, *, open_to_network: bool = False) -> None:
    """Answer on a local chat page until the process is told to stop. Raises CannotStart."""
    host = "0.0.0.0" if open_to_network else "127.0.0.1"  # noqa: S104 - only when asked for
    server = LocalServer(
        folder=HOME / "local", host=host, port=settings.port, open_to_network=open_to_network, token=LOCAL_TOKEN
    )
    try:
        await server.start()
    except OSError as error:
        raise CannotStart(
            f"Port {settings.port} cannot be used ({error.strerror}): choose another with CHECKUP_PORT"
        ) from error
    try:
        async with answering(settings, api=server.url, token=LOCAL_TOKEN):
            print(f"The chat is at {server.url}  (Ctrl+C stops)", flush=True)  # noqa: T201 - this is what the command says
            await _told_to_stop()
    finally:
        await server.stop()


@contextlib.asynccontextmanager
async def answering(
    settings: Settings, *, api: str, token: str, registry: Registry | None = None
) -> AsyncIterator[Checkup]:
    """The bot, answering while the block runs. What is being handled is finished first. Raises CannotStart."""
    registry = registry or _checked(settings.registry)
    workers = Workers()
    try:
        store = await opened(settings)
        try:
            async with _answering(
                settings, api, token, store, Clinic(registry=registry, workers=workers, store=store)
            ) as checkup:
                yield checkup
        finally:
            await store.close()
    finally:
        workers.close()


@contextlib.asynccontextmanager
async def _answering(settings: Settings, api: str, token: str, store: Store, clinic: Clinic) -> AsyncIterator[Checkup]:
    bot = ExtBot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=4 * AT_ONCE, read_timeout=30, write_timeout=30, media_write_timeout=60
        ),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=30),
        rate_limiter=Patience(),
    )
    texts = Texts.load()
    inbox = Inbox(store, bot, set_aside=lambda update: tell_set_aside(bot, services, update))
    updater = Updater(bot, update_queue=inbox)
    services = Services(settings=settings, clinic=clinic, store=store, texts=texts, inbox=inbox)
    application = Application.builder().updater(updater).concurrent_updates(Turns(inbox)).build()
    register(application, services)
    await _connect(application, api)
    tidying = asyncio.create_task(_tidy(store))
    try:
        await announce(bot, services)
        left = await inbox.recover()
        if left:
            log.info("%d updates were left unanswered: answering them first", left)
        await application.start()
        await updater.start_polling(timeout=20, allowed_updates=list(UPDATES), bootstrap_retries=-1)
        yield Checkup(username=bot.username, inbox=inbox)
    finally:
        tidying.cancel()
        if updater.running:
            await updater.stop()
        if application.running:
            await application.stop()
        await application.shutdown()


async def _connect(application: App, api: str) -> None:
    """Make the bot known to itself; a server that does not answer yet is waited for."""
    while True:
        try:
            await application.initialize()
        except InvalidToken as error:
            raise CannotStart(f"{api} refuses the token: copy it again from @BotFather into CHECKUP_TOKEN") from error
        except NetworkError as error:
            log.error("%s does not answer, trying again: %s", api, error)
            await asyncio.sleep(5)
        else:
            return


async def _tidy(store: Store) -> None:
    """Every hour, empty what nobody came back for, and take what was emptied off the disk."""
    while True:
        try:
            expired = await store.expire(now=datetime.now(UTC))
        except StoreError as error:
            log.error("what is unfinished for a week could not be removed, trying again in an hour: %s", error)
        else:
            if expired.updates:
                log.warning("%d updates were unfinished for a week and are emptied", expired.updates)
        await asyncio.sleep(HOUR)


def _checked(path: Path) -> Registry:
    registry = read_registry(path)
    for fault in registry.all_faults:
        log.error("%s", fault)
    if not registry.entries:
        raise CannotStart("\n".join(registry.faults))
    return registry


async def opened(settings: Settings) -> Store:
    """Return the open database. Raises CannotStart."""
    beside = None if settings.database_url.startswith("sqlite") else HOME / "checkup.key"
    try:
        return await Store.open(settings.database_url, secret_file=beside)
    except StoreError as error:
        raise CannotStart(f"The database cannot be used: {error}") from error


async def _told_to_stop() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, told.set)
    await told.wait()
