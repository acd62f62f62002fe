"""The composition root: what the running process is made of, and how it starts and stops."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from telegram import Update
from telegram.error import InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, Updater

from bot.examiner import Examiner
from bot.handlers import announce, register
from bot.handlers.errors import tell_set_aside
from bot.handlers.reload import reload
from bot.handlers.services import App, Services
from bot.local.server import LocalServer
from bot.sending.retry import Patience, told_to_wait
from bot.sending.transport import Requests
from bot.settings import HOME, Settings
from bot.signals import stoppable
from bot.store import Store, StoreError
from bot.texts import Texts
from bot.updates.polling import PollingBot, polling_failed, stop_polling
from bot.updates.processor import AT_ONCE, UpdateProcessor
from bot.updates.queue import PAUSE, UpdateQueue
from bot.workers import Workers
from classifiers.live_registry import LiveRegistry
from classifiers.registry import Registry, read_registry

log = logging.getLogger(__name__)

UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY)
LOCAL_TOKEN = "1:local"  # noqa: S105 - opens only the local server, which only this machine can reach
HOUR = 60 * 60
GRACE = 5.0  # seconds to finish what is in hand when told to stop; what takes longer is left to the next start


class CannotStart(Exception):
    """Why the bot cannot start, or go on, in a sentence that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """The running bot."""

    username: str
    queue: UpdateQueue
    refused: asyncio.Event  # set when the server takes the token no more


async def run(settings: Settings) -> None:
    """Answer on the Bot API server of the settings until the process is told to stop. Raises CannotStart."""
    if settings.token is None:
        raise CannotStart(
            "There is no token. Get one from @BotFather on Telegram and give it as CHECKUP_TOKEN, in the environment or in "
            "a file named .env. To try the bot without Telegram: checkup demo"
        )
    token = settings.token.get_secret_value()
    with stoppable() as told_to_reload:
        async with answering(settings, api=settings.api, token=token, told_to_reload=told_to_reload) as checkup:
            log.info("answering as @%s; Ctrl+C stops", checkup.username)
            await checkup.refused.wait()
            raise _refused(settings.api)


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
        with stoppable() as told_to_reload:
            async with answering(settings, api=server.url, token=LOCAL_TOKEN, told_to_reload=told_to_reload) as checkup:
                print(f"The chat is at {server.url}  (Ctrl+C stops)", flush=True)  # noqa: T201 - this is what the command says
                await checkup.refused.wait()
    finally:
        await server.stop()


@contextlib.asynccontextmanager
async def answering(
    settings: Settings,
    *,
    api: str,
    token: str,
    registry: Registry | None = None,
    told_to_reload: asyncio.Event | None = None,
    pause: float = PAUSE,
) -> AsyncIterator[Checkup]:
    """The bot, answering while the block runs; `pause` is the inbox's. Raises CannotStart.

    The registry is read anew whenever `told_to_reload` is set. At the end, what is being handled has a moment to be
    finished.
    """
    live = LiveRegistry(registry or _checked(settings))
    workers = Workers()
    try:
        store = await opened(settings, bot=int(token.partition(":")[0]))
        try:
            examiner = Examiner(live=live, workers=workers, store=store)
            async with _answering(settings, api, token, examiner, pause, told_to_reload or asyncio.Event()) as checkup:
                yield checkup
        finally:
            await store.close()
    finally:
        live.close()  # first: a thread may be waiting for an engine's process
        workers.close()


@contextlib.asynccontextmanager
async def _answering(
    settings: Settings, api: str, token: str, examiner: Examiner, pause: float, told_to_reload: asyncio.Event
) -> AsyncIterator[Checkup]:
    bot, store = _bot(api, token), examiner.store
    queue = UpdateQueue(store, bot, set_aside=lambda update: tell_set_aside(bot, services, update), pause=pause)
    updater, processor = Updater(bot, update_queue=queue), UpdateProcessor(queue)
    services = Services(settings=settings, examiner=examiner, store=store, texts=Texts.load(), updates=queue)
    application = Application.builder().updater(updater).concurrent_updates(processor).build()
    register(application, services)
    besides = [asyncio.create_task(_tidy(store))]
    try:
        await _connect(application, api)
        if left := await _recovered(queue):
            log.info("%d updates were left unanswered: answering them first", left)
        await application.start()
        await updater.start_polling(
            timeout=20, allowed_updates=list(UPDATES), bootstrap_retries=-1, error_callback=polling_failed
        )
        await announce(bot, services)
        besides.append(asyncio.create_task(_reload_when(told_to_reload, bot, services)))
        yield Checkup(username=bot.username, queue=queue, refused=bot.refused)
    except InvalidToken as error:
        raise _refused(api) from error
    finally:
        for task in besides:
            task.cancel()
        bot.leave()
        await asyncio.gather(processor.stop(grace=GRACE), stop_polling(updater, within=GRACE))
        if application.running:
            await application.stop()
        await application.shutdown()
        await bot.shutdown()  # where the application had not come to life


def _bot(api: str, token: str) -> PollingBot:
    return PollingBot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=Requests(connections=4 * AT_ONCE),
        get_updates_request=Requests(connections=2),
        rate_limiter=Patience(),
    )


async def _recovered(queue: UpdateQueue) -> int:
    try:
        return await queue.recover()
    except StoreError as error:
        raise _no_database(error) from error


async def _connect(application: App, api: str) -> None:
    """Make the bot known to itself; a server that does not answer yet is waited for."""
    while True:
        try:
            await application.initialize()
        except (NetworkError, RetryAfter) as error:
            log.error("%s does not answer, trying again: %s", api, error)
            await asyncio.sleep(told_to_wait(error) if isinstance(error, RetryAfter) else 5)
        else:
            return


def _refused(api: str) -> CannotStart:
    return CannotStart(f"{api} refuses the token: copy it again from @BotFather into CHECKUP_TOKEN")


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


async def _reload_when(told: asyncio.Event, bot: PollingBot, services: Services) -> None:
    """Read the registry anew each time the process is told to."""
    while True:
        await told.wait()
        told.clear()
        await reload(services, bot)


def _checked(settings: Settings) -> Registry:
    registry = read_registry(settings.registry, trusted=settings.trusted)
    for fault in registry.all_faults:
        log.error("%s", fault)
    if not registry.entries:
        raise CannotStart("\n".join(registry.faults))
    return registry


async def opened(settings: Settings, *, bot: int = 0) -> Store:
    """Return the open database, with the inbox of the bot with this id. Raises CannotStart."""
    beside = None if settings.database_url.startswith("sqlite") else HOME / "checkup.key"
    try:
        return await Store.open(settings.database_url, secret_file=beside, bot=bot)
    except StoreError as error:
        raise _no_database(error) from error


def _no_database(error: StoreError) -> CannotStart:
    return CannotStart(f"The database cannot be used: {error}")
