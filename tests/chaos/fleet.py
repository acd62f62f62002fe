"""Three processes that answer for one bot, behind a proxy, on one PostgreSQL, their models on Ray; and what is done to them."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from databases import FreshDatabase
from postgres_server import restartable_postgres
from processes import ROOT
from sqlalchemy import Connection, text
from two_machines import Cluster, two_machines
from web_proxy import free_port, nginx, self_signed

from bot.handlers.people.consent import VERSION
from bot.store import StoreError
from chaos.crowd import Sender, crowd
from chaos.server_process import local_server
from chaos.supervised import SupervisedBot

APART = 8.0  # seconds between two kills, so that it is known whose chats waited for which
IN_HAND = 3  # chats at whose moment a process is killed, if it comes soon
_SKIN = ROOT / "classifiers" / "skin"
_SERVING = {"replicas": {"min": 2, "max": 2}, "cpus": 0.75}  # one on each machine


@dataclass(kw_only=True)
class Fleet:
    """The processes, what they need, and what was done to them."""

    bots: list[SupervisedBot]
    database: FreshDatabase
    senders: dict[int, Sender]
    restart: Callable[[], None]  # of the database
    cluster: Cluster | None
    rng: random.Random
    waits: list[float] = field(default_factory=list)  # of chats whose process was killed
    troubles: list[float] = field(default_factory=list)  # when something was done

    @property
    def answered(self) -> int:
        """How many photos are answered."""
        for sender in self.senders.values():
            sender.read()
        return sum(len(sender.answered) for sender in self.senders.values())

    async def kill_one(self) -> None:
        """Kill a process, and note how long the chats that it had in hand wait for their next answer."""
        until = time.monotonic() + APART / 2
        while len(await self._held()) < IN_HAND and time.monotonic() < until:
            pass  # asked again and again
        await self.rng.choice(self.bots).kill()
        killed, held = self._noted(), await self._held()
        await asyncio.sleep(APART)
        alive = {name for (name,) in await self._ask("SELECT id FROM replicas")}
        for chat in [chat for chat, holder in held if holder not in alive]:
            await self._note_wait(self.senders[chat], killed)

    async def freeze_one(self) -> None:
        """Let a process do nothing until others take it for dead, and then go on."""
        self._noted()
        await self.rng.choice(self.bots).freeze(APART)
        self._noted()  # what it had in hand it may still send

    async def restart_database(self) -> None:
        """Restart PostgreSQL, as after a crash."""
        self._noted()
        await asyncio.to_thread(self.restart)
        self._noted()  # what was answered meanwhile could not be marked

    async def kill_machine(self) -> None:
        """Let one of the machines that have the models die."""
        if self.cluster:
            self.cluster.kill_second()

    async def count(self, query: str) -> int:
        """Return the number that a query finds."""
        ((number,),) = await self._ask(query)
        return int(number)

    def _noted(self) -> float:
        self.troubles.append(time.monotonic())
        return self.troubles[-1]

    async def _held(self) -> list[tuple[Any, ...]]:
        return await self._ask("SELECT chat, holder FROM turns WHERE holder IS NOT NULL")

    async def _note_wait(self, sender: Sender, since: float) -> None:
        while not (later := [at for at in sender.answered.values() if at > since]) and sender.open:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        self.waits += [min(later) - since] if later else []

    async def _ask(self, query: str) -> list[tuple[Any, ...]]:
        def ask(connection: Connection) -> list[tuple[Any, ...]]:
            return [(*row,) for row in connection.execute(text(query))]

        while True:
            try:
                return await self.database.run(ask)
            except StoreError:  # it is being restarted
                await asyncio.sleep(0.1)


@asynccontextmanager
async def fleet(folder: Path, people: range, rng: random.Random, *, on_ray: bool) -> AsyncIterator[Fleet]:
    """Run three processes, known to these people who have agreed long ago; without Ray each runs the models itself."""
    async with AsyncExitStack() as stack:
        url, restart = stack.enter_context(restartable_postgres())
        cluster = await asyncio.to_thread(stack.enter_context, two_machines(_skin_twice)) if on_ray else None
        database = FreshDatabase(url=f"{url}/postgres", secret_file=folder / "checkup.key")
        async with database.open() as store:
            for person in people:
                await store.people.give_consent(store.person(person), version=VERSION, now=datetime.now(UTC))
        settings = {"database": database.url, "secret_file": str(database.secret_file)}
        settings |= {"models": cluster.url, "registry": str(cluster.folder / "registry.yaml")} if cluster else {}
        api = await stack.enter_async_context(local_server(folder / "local"))
        bots = await stack.enter_async_context(_behind_proxy(folder, api, settings))
        senders = await stack.enter_async_context(crowd(api, people))
        named = dict(zip(people, senders, strict=True))
        yield Fleet(bots=bots, database=database, senders=named, restart=restart, cluster=cluster, rng=rng)


@asynccontextmanager
async def _behind_proxy(folder: Path, api: str, settings: dict[str, str]) -> AsyncIterator[list[SupervisedBot]]:
    ports = [free_port() for _ in range(3)]
    certificate, key = self_signed(folder)
    async with nginx(folder, *ports, certificate=certificate, key=key) as port, AsyncExitStack() as stack:
        settings |= {"webhook": f"https://127.0.0.1:{port}/telegram", "certificate": str(certificate)}
        yield [
            await stack.enter_async_context(
                SupervisedBot(folder / str(own), api, people=range(0), port=str(own), **settings)
            )
            for own in ports
        ]


def _skin_twice(folder: Path) -> Path:
    """Write a registry of the shipped disease with a replica of its model on each machine, and return its path."""
    shutil.copytree(_SKIN, folder / "skin")
    card = yaml.safe_load((folder / "skin" / "card.yaml").read_text(encoding="utf-8"))
    (folder / "skin" / "card.yaml").write_text(yaml.safe_dump(card | {"serving": _SERVING}), encoding="utf-8")
    path = folder / "registry.yaml"
    path.write_text(yaml.safe_dump({"plugins": [{"card": "skin/card.yaml"}]}))
    return path
