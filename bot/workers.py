"""The one door from the event loop to threads: all CPU work goes through here."""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")


MOST_IN_LINE = 3  # for one slow thing: fewer than can be handled at once, so that others always have room


class Busy(Exception):
    """Too many wait for one slow thing already: come again in a moment."""


class Workers:
    """A few threads, one per core: more would only make every case slower. What may hang gets a thread of its own."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or min(8, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="worker")
        self._lines: dict[str, _Line] = {}

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `work(...)`, done on a thread; what it raises is raised here."""
        future = self._pool.submit(work, *args, **kwargs)
        return await asyncio.wrap_future(future)

    async def run_in_line(self, line: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `work(...)`, done on the thread of this line, one after another. Raises Busy where too many wait.

        For what may take long and does nothing but wait: no other work waits for it.
        """
        future = self._lines.setdefault(line, _Line(line)).submit(work, *args, **kwargs)
        return await asyncio.wrap_future(future)

    def each(self, work: Callable[[Item], T], items: Iterable[Item]) -> Iterator[T]:
        """Yield `work(item)` for each item, in order, a few at once: for commands, which have no event loop."""
        running: deque[Future[T]] = deque()
        for item in items:
            running.append(self._pool.submit(work, item))
            if len(running) > 2 * self.threads:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def close(self) -> None:
        """Wait for what is running and let the threads go."""
        for pool in (self._pool, *(line.pool for line in self._lines.values())):
            pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _Line:
    """One thread, and those who wait for it."""

    def __init__(self, name: str) -> None:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix=f"worker-{name}")
        self._room = threading.BoundedSemaphore(MOST_IN_LINE)

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if not self._room.acquire(blocking=False):
            raise Busy
        future = self.pool.submit(work, *args, **kwargs)
        future.add_done_callback(lambda _: self._room.release())
        return future
