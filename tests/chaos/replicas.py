"""Three processes on one PostgreSQL, killed at random while a hundred people send photos, and the database restarted."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from databases import FreshDatabase
from postgres_server import restartable_postgres
from sqlalchemy import Connection, text

from bot.handlers.people.consent import VERSION
from bot.local import LocalServer
from bot.store import StoreError
from chaos.crowd import Sender, all_answered, crowd, lost, out_of_order, share, twice
from chaos.figures import Figure
from chaos.kills import send_all
from chaos.supervised import SupervisedBot

FIRST = 3001  # the number of the first person
APART = 8.0  # seconds between two kills, so that it is known whose chats waited for which
RATE = 2.0  # photos a second, which two cores can answer
MOST_WAIT = 10.0  # seconds until a chat's next answer after its process was killed, at the 95th percentile


@dataclass(kw_only=True)
class Replicas:
    """The processes, their database, and what was done to them."""

    bots: list[SupervisedBot]
    database: FreshDatabase
    senders: dict[int, Sender]
    rng: random.Random
    waits: list[float] = field(default_factory=list)  # of chats whose process was killed

    @property
    def answered(self) -> int:
        """How many photos are answered."""
        for sender in self.senders.values():
            sender.read()
        return sum(len(sender.answered) for sender in self.senders.values())

    async def kill_one(self) -> None:
        """Kill a process, and note how long the chats that it had in hand wait for their next answer."""
        held: list[tuple[int, str]] = []
        for _ in range(100):  # at a moment at which there is something in hand, if one comes soon
            held = await self._ask("SELECT chat, holder FROM turns WHERE holder IS NOT NULL")
            if len(held) >= len(self.bots):
                break
        await self.rng.choice(self.bots).kill()
        killed = time.monotonic()
        await asyncio.sleep(APART)
        alive = {name for (name,) in await self._ask("SELECT id FROM replicas")}
        for chat in [chat for chat, holder in held if holder not in alive]:
            await self._note_wait(self.senders[chat], killed)

    async def freeze_one(self) -> None:
        """Let a process do nothing until others take it for dead, and then go on."""
        await self.rng.choice(self.bots).freeze(APART)

    async def count(self, query: str) -> int:
        """Return the number that a query finds."""
        ((number,),) = await self._ask(query)
        return int(number)

    async def _note_wait(self, sender: Sender, since: float) -> None:
        while not (later := [at for at in sender.answered.values() if at > since]) and sender.open:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        self.waits += [min(later) - since] if later else []

    async def _ask(self, query: str) -> list[tuple[int, str]]:
        def ask(connection: Connection) -> list[tuple[int, str]]:
            return [(*row,) for row in connection.execute(text(query))]

        while True:
            try:
                return await self.database.run(ask)
            except StoreError:  # it is being restarted
                await asyncio.sleep(0.1)


async def replicas(folder: Path, *, photos_in_all: int = 2000, deaths: int = 30) -> list[Figure]:
    """Make trouble at full load, where a chat waits for its turn in any case, and with a quarter as many without a queue."""
    full = await troubled(folder / "full", photos_in_all, deaths, restarts=2)
    few = photos_in_all // 4, max(1, deaths // 4)
    return [*full, *await troubled(folder / "rate", *few, restarts=1, people=40, rate=RATE)]


async def troubled(
    folder: Path, photos_in_all: int, deaths: int, *, restarts: int, people: int = 100, rate: float = 0.0, seed: int = 1
) -> list[Figure]:
    """Send photos, kill processes, restart the database, and freeze a process as often: each spread over all photos.

    `rate` is how many photos are sent a second; as many as may be on their way, where it is 0.
    """
    rng = random.Random(seed)  # noqa: S311 - for when to send and to kill, no secret
    with restartable_postgres() as (url, restart):
        async with _running(folder, f"{url}/postgres", range(FIRST, FIRST + people), rng) as running:
            each = photos_in_all // people
            trouble = [running.kill_one] * deaths
            for number in range(restarts):
                trouble.insert((number + 1) * deaths // (restarts + 1), lambda: asyncio.to_thread(restart))
                trouble.insert((number + 1) * deaths // (restarts + 2), running.freeze_one)
            troubled = asyncio.create_task(_spread(running, trouble, over=each * people))
            await asyncio.gather(
                *(send_all(sender, each, rng, people / rate if rate else 0.0) for sender in running.senders.values())
            )
            await troubled
            await all_answered(list(running.senders.values()))
            await asyncio.sleep(1)  # for answers that come a second time
            return await _figures(running, restarts, rate)


@asynccontextmanager
async def _running(folder: Path, url: str, people: range, rng: random.Random) -> AsyncIterator[Replicas]:
    database = FreshDatabase(url=url, secret_file=folder / "checkup.key")
    async with database.open() as store:
        for person in people:
            await store.people.give_consent(store.person(person), version=VERSION, now=datetime.now(UTC))
    settings = {"database": url, "secret_file": str(database.secret_file)}
    async with LocalServer(folder=folder / "local") as server, AsyncExitStack() as stack:
        bots = [SupervisedBot(folder / name, server.api, people=range(0), **settings) for name in ("a", "b", "c")]
        for bot in bots:
            await stack.enter_async_context(bot)
        senders = await stack.enter_async_context(crowd(server.url, people))
        yield Replicas(bots=bots, database=database, senders=dict(zip(people, senders, strict=True)), rng=rng)


async def _spread(running: Replicas, trouble: list[Callable[[], Awaitable[None]]], *, over: int) -> None:
    for number, make in enumerate(trouble):
        due = (number + running.rng.uniform(0.1, 0.9)) / len(trouble) * over
        while running.answered < due:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await make()


async def _figures(running: Replicas, restarts: int, rate: float) -> list[Figure]:
    senders = list(running.senders.values())
    sent, deaths = sum(len(sender.sent) for sender in senders), sum(bot.deaths for bot in running.bots)
    missing, again, disordered = lost(senders), twice(senders), out_of_order(senders)
    aside = await running.count("SELECT count(*) FROM inbox WHERE state = 'set_aside'")
    rows = await running.count("SELECT count(*) FROM journal")
    left = await running.count("SELECT count(*) FROM turns")
    wait = share(running.waits, 0.95)
    at = f"{rate:.0f} a second" if rate else "full load"
    what = f"{sent} photos at {at}, {deaths} kills, {restarts} restarts of the database, {restarts} freezes"
    return [
        Figure(what=f"{what}: lost", figure=str(missing), wanted="0", met=missing == 0),
        Figure(what="good photos set aside", figure=str(aside), wanted="0", met=aside == 0),
        Figure(what="out of order", figure=str(disordered), wanted="0", met=disordered == 0),
        Figure(what="journal rows", figure=str(rows), wanted=str(sent), met=rows == sent),
        Figure(what="chats that are still in somebody's hands", figure=str(left), wanted="0", met=left == 0),
        Figure(
            what="answered twice, a kill", figure=f"{again / max(1, deaths):.2f}", wanted="≤ 1", met=again <= deaths
        ),
        Figure(
            what=f"wait of {len(running.waits)} chats whose process was killed, 95th percentile",
            figure=f"{wait:.1f} s",
            wanted=f"≤ {MOST_WAIT:.0f} s" if rate else "",
            met=not (rate and wait > MOST_WAIT),
        ),
    ]
