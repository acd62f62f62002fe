"""People who send photos, and a ledger of what became of each."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

from bot.cli.bench.sample_photos import jpeg_photo
from bot.local.page_client import Event, PageClient

SIZE = (480, 360)
PATIENCE = 600.0  # seconds without any answer after which the rest counts as lost


@dataclass(slots=True)
class Sender:
    """One person: what they sent, when, and which of the bot's messages answered it."""

    client: PageClient
    sent: dict[int, float] = field(default_factory=dict)  # message id → time
    answered: dict[int, float] = field(default_factory=dict)  # the first answer
    answers: Counter[int] = field(default_factory=Counter)
    not_before: dict[int, float] = field(default_factory=dict)  # since when the first answer may have been there
    repeats: list[tuple[float, float]] = field(
        default_factory=list
    )  # since when a first, and when a further answer came
    order: list[int] = field(default_factory=list)  # in which the first answers came
    other_words: list[str] = field(default_factory=list)
    _read: int = 0
    _looked: float = 0.0

    async def send(self, photos: list[bytes]) -> None:
        """Send photos, one message each."""
        for photo in photos:
            (message,) = (await self.client.upload("file", [photo], kind="photo"))["messages"]
            self.sent[message["message_id"]] = time.monotonic()

    def read(self) -> None:
        """Enter the bot's new messages into the ledger."""
        for event in self.client.seen[self._read :]:
            self._enter(event)
        self._read, self._looked = len(self.client.seen), time.monotonic()

    @property
    def waits(self) -> list[float]:
        """The seconds from each photo to its first answer."""
        return [self.answered[number] - at for number, at in self.sent.items() if number in self.answered]

    @property
    def open(self) -> int:
        """How many photos are not answered."""
        self.read()
        return len(self.sent.keys() - self.answered.keys())

    def _enter(self, event: Event) -> None:
        message = event.get("message") or {}
        if event["kind"] != "message" or message.get("from") != "bot":
            return
        number = message["reply_to"]
        if not message["media"]:
            self.other_words.append(message["text"] or "")
        elif number in self.sent:
            self.answers[number] += 1
            if number not in self.answered:
                self.answered[number], self.not_before[number] = time.monotonic(), self._looked
                self.order.append(number)
            else:
                self.repeats.append((self.not_before[number], time.monotonic()))


@asynccontextmanager
async def crowd(url: str, people: range) -> AsyncIterator[list[Sender]]:
    """Open a chat for each of these people."""
    async with AsyncExitStack() as stack:
        senders = [Sender(await stack.enter_async_context(PageClient(url, person))) for person in people]
        reading = asyncio.create_task(_read_on(senders))
        stack.callback(reading.cancel)
        yield senders


async def _read_on(senders: list[Sender]) -> None:
    """Enter what comes soon after it came, also of those who have sent all of theirs."""
    while True:
        for sender in senders:
            sender.read()
        await asyncio.sleep(0.1)


@cache
def _drawn() -> list[bytes]:
    return [jpeg_photo(*SIZE, seed=seed) for seed in range(4)]


def photos(count: int) -> list[bytes]:
    """Return so many photos, a few of them different."""
    drawn = _drawn()
    return [drawn[at % len(drawn)] for at in range(count)]


async def all_answered(senders: list[Sender], *, patience: float = PATIENCE) -> bool:
    """Wait until every photo is answered; False once nothing more came for so long."""
    left, since = sum(sender.open for sender in senders), time.monotonic()
    while left:
        await asyncio.sleep(0.1)
        now = sum(sender.open for sender in senders)
        if now != left:
            left, since = now, time.monotonic()
        elif time.monotonic() - since > patience:
            return False
    return True


def lost(senders: list[Sender]) -> int:
    """Return how many photos have no answer."""
    return sum(sender.open for sender in senders)


def twice(senders: list[Sender]) -> int:
    """Return how many answers there were beyond one for each photo."""
    return sum(count - 1 for sender in senders for count in sender.answers.values())


def out_of_order(senders: list[Sender]) -> int:
    """Return how many first answers came before that of an earlier photo of the same chat."""
    return sum(
        later < earlier for sender in senders for earlier, later in zip(sender.order, sender.order[1:], strict=False)
    )


def share(values: list[float], at: float) -> float:
    """Return the quantile of some values at a share of them, 0–1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(at * len(ordered)))] if ordered else float("nan")
