"""What happened in the chats, numbered, for the pages that look on; a message is in it as it was then."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import time
from collections.abc import Iterator
from typing import Any

KEPT = 2_000
BEHIND = 1_000
END = "end"  # the last thing a watcher hears; not sent to the page

Event = dict[str, Any]


class Events:
    """The last events of all chats, and who is watching which chat.

    Numbers begin at the clock, in milliseconds, so that a page which outlives a restart of the server is not told
    that it has seen everything already.
    """

    def __init__(self) -> None:
        self.last = int(time.time() * 1000)
        self._log: collections.deque[tuple[int | None, Event]] = collections.deque(maxlen=KEPT)
        self._watchers: dict[int, set[asyncio.Queue[Event]]] = {}

    def publish(self, chat_id: int | None, kind: str, **facts: Any) -> None:
        """Tell everybody who watches the chat, or every chat where chat_id is None."""
        self.last += 1
        event: Event = {"n": self.last, "kind": kind, **facts}
        self._log.append((chat_id, event))
        watched = list(self._watchers) if chat_id is None else [chat_id]
        for chat in watched:
            for queue in list(self._watchers.get(chat, ())):
                queue.put_nowait(event)
                if queue.qsize() > BEHIND:  # it reads no more: send it off, to come back with its last number
                    self._send_off(queue)
                    self._watchers[chat].discard(queue)

    def since(self, chat_id: int, number: int) -> list[Event]:
        """Return the chat's events after this number that are still known."""
        return [event for chat, event in self._log if chat in (chat_id, None) and event["n"] > number]

    def close(self) -> None:
        """Wake everybody who watches, for there is nothing more to come."""
        for queues in self._watchers.values():
            for queue in queues:
                self._send_off(queue)

    def _send_off(self, queue: asyncio.Queue[Event]) -> None:
        queue.put_nowait({"n": self.last, "kind": END})

    @contextlib.contextmanager
    def watch(self, chat_id: int) -> Iterator[asyncio.Queue[Event]]:
        """Give the chat's events from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._watchers.setdefault(chat_id, set()).add(queue)
        try:
            yield queue
        finally:
            watchers = self._watchers[chat_id]
            watchers.discard(queue)
            if not watchers:
                del self._watchers[chat_id]
