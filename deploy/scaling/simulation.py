"""A photo's way through a plan, in simulated time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from costs import Plan
from queueing import Clock, Disk, Limit, Part, Photo, Step, delay

SEED = 15
PHOTOS = 6000  # that are counted, after a tenth as many that fill the queues


class Database:
    """PostgreSQL: cores, a disk, and one commit at a time of those that notify."""

    def __init__(self, cores: int, cost: dict[str, float]) -> None:
        """Nothing is under way."""
        self._cores, self._disk, self._notifying = Part(cores), Disk(cost["flush-ms"] / 1000), Part(1)
        self._seconds = cost["database-ms"] / cost["writes"] / 1000

    def write(self, clock: Clock, *, notify: bool = False) -> Iterator[Step]:
        """Yield the steps of one transaction."""
        yield from self._cores.work(clock, self._seconds)
        if notify:
            yield self._notifying.take
        yield self._disk.flush
        if notify:
            self._notifying.give_back(clock)


class Bot:
    """One bot's processes, and what Telegram allows it."""

    def __init__(self, plan: Plan, cost: dict[str, float], database: Database) -> None:
        """Nothing is under way."""
        processes = plan.processes // plan.bots
        self.database, self.cost = database, cost
        self.loops, self.threads = Part(processes), Part(processes * (plan.cores - 1))
        self.slots, self.connections = Part(processes * int(cost["slots"])), Part(int(cost["connections"]))
        self.network, self.mbit = Part(1), processes * cost["mbit"]
        self.limit = Limit(plan.bot_messages or cost["bot-messages"])


class Chat:
    """Telegram brings one update of a chat after the other, the bot handles one after the other."""

    def __init__(self, cost: dict[str, float]) -> None:
        """Nothing is under way."""
        self.way, self.turn, self.limit = Part(1), Part(1), Limit(cost["chat-messages"])


@dataclass(slots=True)
class World:
    """What is simulated: the clock, chance, and seconds from sending to answer, of a burst's first photo and of all."""

    clock: Clock
    chance: random.Random
    first: list[float]
    every: list[float]


def answer(world: World, bot: Bot, chat: Chat, *, is_first: bool, counts: bool) -> Photo:
    """Yield the steps of one photo, from its sending to its end."""
    clock, cost, sent = world.clock, bot.cost, world.clock.now

    def call() -> Step:
        return delay(world.chance.expovariate(1000 / cost["call-ms"]))

    yield chat.way.take
    yield bot.connections.take
    yield call()
    yield from bot.database.write(clock, notify=True)  # stored
    bot.connections.give_back(clock)
    chat.way.give_back(clock)
    yield chat.turn.take
    yield bot.slots.take
    yield from bot.loops.work(clock, cost["loop-ms"] / 2000)
    for _ in range(int(cost["calls"]) - 1):
        yield call()
    yield from bot.network.work(clock, cost["in-kb"] / 125 / bot.mbit)
    yield from bot.threads.work(clock, cost["thread-ms"] / 1000)
    yield from bot.database.write(clock)  # the journal's row
    for limit in (chat.limit, bot.limit):
        if (wait := limit.wait(clock.now)) > 0:
            bot.slots.give_back(clock)  # whoever waits frees the slot
            yield delay(wait)
            yield bot.slots.take
    yield from bot.loops.work(clock, cost["loop-ms"] / 2000)
    yield from bot.network.work(clock, cost["out-kb"] / 125 / bot.mbit)
    yield call()
    if counts:
        world.every.append(clock.now - sent)
        world.first.extend([clock.now - sent] * is_first)
    for _ in range(2):  # answered; the chat is let go
        yield from bot.database.write(clock)
    bot.slots.give_back(clock)
    chat.turn.give_back(clock)


def simulate(plan: Plan, cost: dict[str, float], *, photos: int = PHOTOS) -> World:
    """Return the world after one database's share of the plan's photos is answered."""
    world = World(Clock(), random.Random(SEED), [], [])  # noqa: S311 - chance, no secret
    database = Database(plan.database_cores, cost)
    bots = [Bot(plan, cost, database) for _ in range(plan.bots // plan.databases)]
    at, sent, rate = 0.0, 0, plan.rate / plan.databases / cost["burst"]
    while sent < 1.1 * photos:
        at += world.chance.expovariate(rate)
        bot, chat, size = world.chance.choice(bots), Chat(cost), 1
        while world.chance.random() > 1 / cost["burst"]:
            size += 1
        for nth in range(size):
            coming = answer(world, bot, chat, is_first=nth == 0, counts=sent > 0.1 * photos)
            world.clock.after(at, lambda photo=coming: world.clock.go_on(photo))  # type: ignore[misc]
        sent += size
    world.clock.run()
    return world
