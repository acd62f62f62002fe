"""The one door from the event loop to threads: all CPU work goes through here."""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")


class Workers:
    """A few threads, one per core: more would only make every case slower."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or min(8, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="worker")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `work(...)`, done on a thread; what it raises is raised here."""
        future = self._pool.submit(work, *args, **kwargs)
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
        self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
