"""The only place where the event loop hands work to threads."""

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, NoReturn, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")


_PREFIX = "checkup-worker"  # of the names of all threads here
_BEHIND = 10  # how much less urgent, as `nice` counts, threads here are than the one of the event loop
SPARE = 2  # how many more than it has threads may be in a lane: fewer than updates are handled at once, so that a slow
# disease always leaves room for others


class Lane(NamedTuple):
    """A lane by its name, and how many threads it has."""

    name: str
    threads: int = 1


class Busy(Exception):
    """Too many wait in this lane already: try again in a moment."""


class Workers:
    """A pool of threads, one per core, and lanes: a thread each for work that may hang. All give way to the event loop."""

    def __init__(self, threads: int | None = None, *, give_way: bool = True) -> None:
        """Prepare so many threads; without `give_way` they are as urgent as all else, where the loop has nothing to lose."""
        self.threads = threads or min(8, os.cpu_count() or 1)
        self._name = f"{_PREFIX}-{id(self):x}"
        start = _threads_behind_the_loop if give_way else ThreadPoolExecutor
        self._pool = start(self.threads, self._name)
        self._lanes: dict[str, _Threads] = {}

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `work(...)`, done on a thread of the pool. Raises what it raises."""
        future = self._pool.submit(work, *args, **kwargs)
        return await asyncio.wrap_future(future)

    async def run_in_lane(self, lane: str | Lane, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `work(...)`, done on a thread of this lane, in order. Raises Busy where too many wait in it.

        For work that may take long without using the CPU: no other work waits for it. A lane given by its name alone has one
        thread.
        """
        wanted = Lane(lane) if isinstance(lane, str) else lane
        if wanted.name not in self._lanes:
            self._lanes[wanted.name] = _Threads(f"{self._name}-{wanted.name}", wanted.threads)
        return await asyncio.wrap_future(self._lanes[wanted.name].submit(work, *args, **kwargs))

    def check_lane(self, lane: str) -> None:
        """Raise Busy where `run_in_lane` would, so that nothing is fetched for what cannot be done yet."""
        if lane in self._lanes and self._lanes[lane].is_full:
            raise Busy

    def each(self, work: Callable[[Item], T], items: Iterable[Item]) -> Iterator[T]:
        """Yield `work(item)` for each item, in order, a few at once: for commands, which have no event loop."""
        running: deque[Future[T]] = deque()
        for item in items:
            running.append(self._pool.submit(work, item))
            if len(running) > 2 * self.threads:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def close(self, *, grace: float | None = None) -> bool:
        """Wait for the work that is running, for `grace` seconds at most; return whether all threads have ended.

        Where one has not, Python would wait for it for ever: end the process by `end_process`.
        """
        pools = (self._pool, *(lane.pool for lane in self._lanes.values()))
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)
        until = None if grace is None else time.monotonic() + grace
        for thread in _threads(self._name):
            thread.join(None if until is None else max(0.0, until - time.monotonic()))
        return not _threads(self._name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def end_process(status: int) -> NoReturn:
    """End the process, also where a thread of a pool hangs, which Python would wait for."""
    if not _threads(_PREFIX):
        sys.exit(status)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _threads(prefix: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(prefix)]


def _threads_behind_the_loop(count: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix=name, initializer=_give_way)


def _give_way() -> None:
    """Make this thread less urgent than the event loop's, which has little to do and is waited for by everybody.

    Linux alone has priorities of threads.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            own = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + _BEHIND)


class _Threads:
    """The threads of a lane and a bounded queue for them."""

    def __init__(self, name: str, threads: int) -> None:
        self.pool = _threads_behind_the_loop(threads, name)
        self._most = threads + SPARE
        self._lock = threading.Lock()
        self._count = 0

    @property
    def is_full(self) -> bool:
        return self._count >= self._most

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with self._lock:
            if self.is_full:
                raise Busy
            self._count += 1
        future = self.pool.submit(work, *args, **kwargs)
        future.add_done_callback(lambda _: self._leave())
        return future

    def _leave(self) -> None:
        with self._lock:
            self._count -= 1
