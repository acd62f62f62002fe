"""The database, and all SQL: updates to be answered, the journal, and what is stored about people."""

import asyncio
from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from bot.store import on_behalf
from bot.store.agreements import Agreements
from bot.store.answered_updates import AnsweredUpdates
from bot.store.backlog import Backlog, BacklogSize
from bot.store.chats import Chats
from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.journal import Journal
from bot.store.line import TURN
from bot.store.on_behalf import UpdateForgotten
from bot.store.own_data import OwnData
from bot.store.people import People
from bot.store.process_lock import process_lock
from bot.store.records import (
    Answered,
    AnsweredPhotos,
    Arrival,
    Consent,
    Expired,
    Forgotten,
    JournalEntry,
    ListedSpot,
    ListedUpdate,
    OpinionMessage,
    SecondOpinion,
    SeenPhoto,
    ShownFinding,
    Spot,
    SpotPhoto,
    Standing,
    StoredUpdate,
)
from bot.store.reminders import Reminders
from bot.store.replicas import RELOAD, Replicas
from bot.store.second_opinions import SecondOpinions
from bot.store.secret import Secret
from bot.store.secret_mark import open_secret
from bot.store.seen_photos import SeenPhotos
from bot.store.shown_findings import ShownFindings
from bot.store.spots import Spots
from bot.store.together import Together
from bot.store.turns import Turns
from bot.store.unfinished_updates import UnfinishedUpdates
from bot.store.update_table import UpdateTable
from bot.store.upgrade import upgrade

__all__ = [
    "RELOAD",
    "TURN",
    "Agreements",
    "Answered",
    "AnsweredPhotos",
    "Arrival",
    "Backlog",
    "BacklogSize",
    "Chats",
    "Consent",
    "Expired",
    "Forgotten",
    "Journal",
    "JournalEntry",
    "ListedSpot",
    "ListedUpdate",
    "OpinionMessage",
    "People",
    "Replicas",
    "SecondOpinion",
    "SecondOpinions",
    "SeenPhoto",
    "SeenPhotos",
    "ShownFinding",
    "Spot",
    "SpotPhoto",
    "Spots",
    "Standing",
    "Store",
    "StoreError",
    "StoredUpdate",
    "Turns",
    "UnfinishedUpdates",
    "UpdateForgotten",
    "UpdateTable",
]

_PEOPLE = 256  # of whom updates are in hand, so that each is looked up once: it is asked for again at every step


class Store:
    """An open database: updates, journal and people. `Store.open` makes one."""

    def __init__(self, database: Database, secret: Secret, *, bot: int) -> None:
        """Assemble the parts; call `Store.open` instead."""
        self._database = database
        self._secret = secret
        self._person = lru_cache(_PEOPLE)(secret.person)
        self._bot = bot
        self.updates = UpdateTable(database, bot=bot)
        self.replicas = Replicas(database, self.updates, bot=bot)
        self.unfinished = UnfinishedUpdates(database)
        self.backlog = Backlog(database, bot=bot)
        self.journal = Journal(database)
        self.chats = Chats(database)
        self.people = People(database, self.chats)
        self.agreements = Agreements(database)
        self.spots = Spots(database)
        self.reminders = Reminders(database)
        self.own_data = OwnData(database)
        self.photos = SeenPhotos(database, secret, bot=bot)
        self.together = Together(database, self.journal)
        self.shown_findings = ShownFindings(database, secret, bot=bot)
        self.answered = AnsweredUpdates(database, self.updates, self.photos, self.shown_findings)
        self.turns = Turns(database, self.updates, self.answered, self.people, self.replicas, bot=bot)
        self.opinions = SecondOpinions(database, bot=bot)

    @classmethod
    def open(cls, url: str, *, secret_file: Path | None = None, bot: int = 0) -> "Opening":
        """Open a database and bring it up to date: `await Store.open(url)` or `async with Store.open(url) as store`.

        The secret stands beside an SQLite file (`<file>.key`) and is made at the first start; for another database
        `secret_file` says where, or ValueError. `bot` is the id of the bot whose updates are meant. Raises StoreError.
        """
        return Opening(url, secret_file, bot)

    def __repr__(self) -> str:
        """Name the database, without its password."""
        return f"Store({self._database.name!r})"

    def person(self, user_id: int) -> str:
        """Return a person's keyed hash, 64 hex digits: the same at each start; nobody can compute it without the key."""
        return self._person(user_id)

    def source(self, update_id: int) -> str:
        """Return what names one of the bot's updates among those of all bots: two bots number theirs alike."""
        return f"{self._bot}:{update_id}"

    def write_on_behalf_of(self, update_id: int) -> None:
        """Let whatever this task writes about a person be for one of the bot's updates, which /forget may remove meanwhile."""
        on_behalf.current.set((self._bot, update_id))

    @property
    def folder(self) -> Path | None:
        """The folder of an SQLite file; None for another database."""
        return self._database.path.parent if self._database.path else None

    @property
    def write_trouble(self) -> StoreError | None:
        """Why not all got there that was written of late: a database that can be read may be full, or a standby."""
        return self._database.trouble.now

    def now(self) -> datetime:
        """Return the time by the clock that all who use this database share: this machine's own may be wrong."""
        return self.replicas.now()

    def webhook_secret(self, url: str) -> str:
        """Return by what requests to a webhook at this URL are known: the same at each start and for all who have the key."""
        return self._secret.of("webhook", self._bot, url)

    def answering(self) -> AbstractContextManager[None]:
        """Be the one process that answers with an SQLite file. Raises StoreError, code locked, where another one is."""
        path = self._database.path
        return nullcontext() if path is None else process_lock(path)

    async def expire(self, *, now: datetime, keep: timedelta = timedelta(days=7)) -> Expired:
        """Delete what is older than it may be kept, from the disk, too.

        Call it at the start and every hour or so: until then SQLite's log can hold content that `done` deleted.
        """
        expired = Expired(
            updates=await self.updates.expire(now=now, keep=keep),
            conversations=await self.people.expire(now=now, keep=keep),
        )
        await self.spots.expire(now=now)
        await self.reminders.expire(now=now)
        await self.photos.expire(now=now, keep=keep)
        await self.together.expire(now=now)
        await self.chats.expire(now=now, keep=keep)
        await self.journal.forget_sources(now=now, keep=keep)
        await self.opinions.expire_drafts(now=now)
        await self._database.wipe()
        return expired

    async def wipe_when_due(self) -> bool:
        """Wait until something deleted could not be removed from the disk, try again, and return whether it is gone."""
        await self._database.wipe_due.wait()
        return await self._database.wipe()

    async def close(self) -> None:
        """Close the database; what is called afterwards raises StoreError."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        """Return the open store."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()


class Opening:
    """A store that is opened by `await` or by `async with`."""

    def __init__(self, url: str, secret_file: Path | None, bot: int) -> None:
        """Remember what to open."""
        self._url = url
        self._secret_file = secret_file
        self._bot = bot
        self._store: Store | None = None

    def __await__(self) -> Generator[Any, None, Store]:
        """Open the store and return it."""
        return self._open().__await__()

    async def __aenter__(self) -> Store:
        """Open the store and return it."""
        self._store = await self._open()
        return self._store

    async def __aexit__(self, *_: object) -> None:
        """Close the store."""
        if self._store is not None:
            await self._store.close()

    async def _open(self) -> Store:
        # In a thread: a folder or a key on a slow disk must not stop the loop.
        database = await asyncio.to_thread(Database, self._url)
        try:
            await upgrade(database)
            return Store(database, await open_secret(database, self._secret_file), bot=self._bot)
        except BaseException:  # whatever ended the start, Ctrl+C included, threads and files are not left open
            await database.close()
            raise
