"""The updates that wait for the bot, until it confirms them."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import time
from collections.abc import Container, Sequence
from typing import Any

from bot.local.state.counter import Counter
from bot.local.wire.errors import TWO_POLLERS, ApiError

Update = dict[str, Any]
WAITING = 10_000
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")


class PendingUpdates:
    """A queue that one reader empties: a poller, by asking for what comes after, or the webhook."""

    def __init__(self, numbers: Counter) -> None:
        self._numbers = numbers
        self._waiting: collections.deque[Update] = collections.deque(maxlen=WAITING)
        self._changed = asyncio.Event()
        self._turn = 0
        self._polling = 0
        self._last_poll: float | None = None
        self._closed = False
        self.allowed: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def polled_lately(self) -> bool:
        """Whether a poller is here or was in the last minute."""
        return self._polling > 0 or (self._last_poll is not None and time.monotonic() - self._last_poll < 60)

    def put(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update, unless the bot said that it does not want this kind."""
        if kind in self.allowed or (not self.allowed and kind not in NOT_BY_DEFAULT):
            self._waiting.append({"update_id": self._numbers.take(), kind: payload})
            self._notify()

    def clear(self) -> None:
        """Drop what waits."""
        self._waiting.clear()

    def close(self) -> None:
        """Send every poller home."""
        self._closed = True
        self._notify()

    def confirm(self, offset: int) -> None:
        """Forget the updates before `offset`; a negative one keeps that many of the last."""
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()

    async def poll(self, *, offset: int, limit: int, patience: float) -> Sequence[Update]:
        """Return up to `limit` updates from `offset` on, waiting up to `patience` seconds for the first.

        Raises ApiError 409 as soon as another poller comes.
        """
        self._turn += 1
        turn = self._turn
        self._notify()
        self.confirm(offset)
        deadline = time.monotonic() + patience
        self._polling += 1
        try:
            while not self._waiting and not self._closed and await self._change_before(deadline):
                if turn != self._turn:
                    raise ApiError(409, TWO_POLLERS)
            return [update for update, _ in zip(self._waiting, range(limit), strict=False)]
        finally:
            self._polling -= 1
            self._last_poll = time.monotonic()

    async def next(self, busy: Container[int]) -> Update:
        """Return the first update of a chat that is not busy, waiting for it; it stays until it is taken."""
        while True:
            for update in self._waiting:
                if chat_of(update) not in busy:
                    return update
            await self._changed.wait()

    def taken(self, update: Update) -> None:
        """Forget one update, which the bot has, wherever it stands; its chat's next one may come."""
        with contextlib.suppress(ValueError):  # dropped meanwhile
            self._waiting.remove(update)
        self._notify()

    async def _change_before(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        try:
            await asyncio.wait_for(self._changed.wait(), left)
        except TimeoutError:
            return False
        return True

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def chat_of(update: Update) -> int:
    """Return the chat whose updates come one after the other; of an update without one, its person's."""
    (payload,) = (part for part in update.values() if isinstance(part, dict))
    chat = payload.get("chat") or payload.get("message", {}).get("chat") or payload.get("from") or {}
    return int(chat.get("id", 0))
