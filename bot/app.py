"""The composition root: what the running bot is made of, and how it starts and stops."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import Application, ExtBot

from bot.examiner import Examiner
from bot.handlers import announce, register
from bot.handlers.notices import UpdateNotices
from bot.handlers.services import App, Services
from bot.housekeeping import (
    announce_translations,
    expire_hourly,
    kept_up,
    look_after_opinions_hourly,
    refresh_often,
    reload_on,
    remind_by_day,
    stay_a_replica,
    take_back,
    wipe_when_free,
)
from bot.listener import Listener
from bot.monitoring import Monitoring
from bot.opening import CannotStart, open_store
from bot.receiver import Receiver, receiver
from bot.retry import ENDLESS, UPDATE, retry
from bot.sending.moved_chats import FollowMovedChats
from bot.sending.retry import RetryingRequests, least_pause
from bot.sending.transport import Requests
from bot.settings import Settings
from bot.store import Store, StoreError
from bot.texts import Texts
from bot.updates.intake import Intake
from bot.updates.processor import UpdateProcessor
from bot.updates.queue import UpdateQueue
from bot.updates.share import AT_ONCE
from bot.updates.webhook import CannotReceive
from bot.workers import Workers
from classifiers.live_registry import LiveRegistry
from classifiers.registry import Registry, read_registry

log = logging.getLogger(__name__)

UPDATES = (
    *(Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MESSAGE_REACTION),
    Update.MY_CHAT_MEMBER,  # the bot is no longer in the reviewers' group
)
LAST = 1.0  # seconds that what ran beside the updates has to close its connections
GRACE = 5.0  # seconds to finish what is being handled when told to stop; what takes longer is left to the next start


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """The running bot."""

    username: str
    queue: UpdateQueue
    refused: asyncio.Event  # set when the server no longer accepts the token


@contextlib.asynccontextmanager
async def answering(
    settings: Settings,
    *,
    api: str,
    token: str,
    registry: Registry | None = None,
    reload_requested: asyncio.Event | None = None,
    pause: float = UPDATE.first,
) -> AsyncIterator[Checkup]:
    """Run the bot while the block runs. Raises CannotStart.

    The registry is reloaded whenever `reload_requested` is set; `pause` is the queue's. At the end, what is being handled
    has GRACE seconds to be finished.
    """
    live = LiveRegistry(registry or _checked(settings))
    workers = Workers()
    try:
        store = await open_store(settings, bot=int(token.partition(":")[0]))
        try:
            examiner = Examiner(live=live, workers=workers, store=store)
            store.replicas.offered = lambda: live.registry.plugins
            with _alone(store):
                async with _answering(
                    settings, examiner, api, token, pause, reload_requested or asyncio.Event()
                ) as checkup:
                    yield checkup
        finally:
            await store.close()
    finally:
        live.close()  # first: a thread may be waiting for an engine's process
        workers.close(grace=GRACE)


@contextlib.contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Be the one process that answers with this database, where it allows only one. Raises CannotStart."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(store.answering())
        except StoreError as error:
            raise CannotStart(str(error)) from error
        yield


@contextlib.asynccontextmanager
async def _answering(
    settings: Settings, examiner: Examiner, api: str, token: str, pause: float, reload_requested: asyncio.Event
) -> AsyncIterator[Checkup]:
    async def moved(old: int, new: int) -> None:
        await store.chats.move(old, new)
        queue.wake()  # what waited under the old number

    store, texts = examiner.store, Texts.load()
    bot = _bot(api, token, FollowMovedChats(RetryingRequests(be_sure=store.replicas.be_sure), moved=moved))
    notices = UpdateNotices(bot=bot, texts=texts, store=store, admins=settings.admins)
    queue = UpdateQueue(store, bot, notices=notices, policy=replace(UPDATE, first=pause))
    receiving = _receiver(settings, bot, Intake(bot, queue), store)
    services = Services(settings=settings, examiner=examiner, store=store, texts=texts, updates=queue)
    processor = UpdateProcessor(queue)
    builder = Application.builder().bot(bot).updater(None).update_queue(queue)
    application = builder.concurrent_updates(processor).build()
    register(application, services)
    beside: list[asyncio.Task[None]] = []

    def begin(*chores: Callable[[], Awaitable[None]]) -> None:
        beside.extend(asyncio.create_task(kept_up(chore)) for chore in chores)

    begin(partial(stay_a_replica, store, queue, processor, reload_requested), partial(expire_hourly, store))
    begin(partial(refresh_often, queue), partial(wipe_when_free, store))
    try:
        async with _watched(settings, examiner, receiving):
            await _start(application, queue, receiving, api)
            await announce(bot, services)
            services.menus_due.set()
            often = (announce_translations, look_after_opinions_hourly, remind_by_day)
            begin(
                *(partial(chore, bot, services) for chore in often), partial(reload_on, reload_requested, bot, services)
            )
            if settings.models:
                begin(partial(take_back, bot, services))
            yield Checkup(username=bot.username, queue=queue, refused=receiving.refused)
    except InvalidToken as error:
        raise token_refused(api) from error
    finally:
        await _stop(application, processor, receiving, bot)
        for task in beside:
            task.cancel()
        await queue.leave()
        await asyncio.wait(beside, timeout=LAST)


@contextlib.asynccontextmanager
async def _watched(settings: Settings, examiner: Examiner, receiving: Receiver) -> AsyncIterator[None]:
    """Tell how the bot is while the block runs, on the port of the settings, if there is one. Raises CannotStart."""
    if settings.monitoring is None:
        yield
        return
    monitoring = Monitoring(
        store=examiner.store,
        registry=lambda: examiner.registry,
        hears_telegram=lambda: receiving.hears_telegram,
        folder=examiner.store.folder,
    )
    host, port = settings.monitoring
    listener = Listener(monitoring.app(), host=host, port=port)
    try:
        await listener.start()
    except OSError as error:
        raise CannotStart(f"CHECKUP_MONITORING: {host}:{port} cannot be listened on ({error.strerror})") from error
    try:
        yield
    finally:
        await listener.stop()


def _bot(api: str, token: str, requests: FollowMovedChats) -> ExtBot[None]:
    return ExtBot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=Requests(connections=2 * AT_ONCE),
        get_updates_request=Requests(connections=2),
        rate_limiter=requests,
    )


def _receiver(settings: Settings, bot: ExtBot[None], intake: Intake, store: Store) -> Receiver:
    try:
        return receiver(settings, bot, intake, store, kinds=UPDATES)
    except CannotReceive as error:
        raise CannotStart(str(error)) from error


async def _start(application: App, queue: UpdateQueue, receiving: Receiver, api: str) -> None:
    await _connect(application, api)
    try:
        await queue.recover()
    except StoreError as error:
        raise CannotStart(str(error)) from error
    await application.start()
    try:
        await receiving.start()
    except CannotReceive as error:
        raise CannotStart(str(error)) from error


async def _connect(application: App, api: str) -> None:
    """Initialize the application, which calls getMe; a server that does not answer yet is waited for."""
    await retry(
        application.initialize,
        policy=ENDLESS,
        least_pause=least_pause,
        on_pause=lambda error, pause: log.error("%s does not answer, trying again in %.0f s: %s", api, pause, error),
    )


async def _stop(application: App, processor: UpdateProcessor, receiving: Receiver, bot: ExtBot[None]) -> None:
    await asyncio.gather(processor.stop(grace=GRACE), receiving.stop())
    if application.running:
        await application.stop()
    await application.shutdown()
    await bot.shutdown()  # where the application was not initialized


def _checked(settings: Settings) -> Registry:
    registry = read_registry(settings.registry, trusted=settings.trusted, models=settings.models)
    if not registry.entries:
        raise CannotStart("\n".join(registry.faults))
    for fault in registry.all_faults:
        log.error("%s", fault)
    return registry


def token_refused(api: str) -> CannotStart:
    """Return that the server does not accept the token."""
    return CannotStart(f"{api} refuses the token: copy it again from @BotFather into CHECKUP_TOKEN")
