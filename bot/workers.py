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
    """Too many wait in this lane already: try again once there is room, or in a moment."""

    def __init__(self, room: "Callable[[bool], asyncio.Future[None]] | None" = None) -> None:
        """`room` returns what is done once there is room, told whether before others; None where nothing will tell of it."""
        super().__init__()
        self._room = room

    async def wait_for_room(self, seconds: float, *, first: bool = False) -> bool:
        """Wait for so many seconds at most, before or after others; return whether there is room, as far as is known."""
        if self._room is None:
            await asyncio.sleep(seconds)
            return False
        room = self._room(first)
        await asyncio.wait([room], timeout=seconds)
        return not room.cancel()  # who is told of it in vain keeps it from others


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
        threads = self._lanes[wanted.name]
        running = asyncio.wrap_future(threads.submit(work, *args, **kwargs))
        try:
            return await running
        finally:
            threads.tell_of_room()

    def check_lane(self, lane: str) -> None:
        """Raise Busy where `run_in_lane` would, so that nothing is fetched for what cannot be done yet."""
        if lane in self._lanes:
            self._lanes[lane].check()

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
    """The threads of a lane and a bounded queue for them. Its methods belong to the event loop's thread."""

    def __init__(self, name: str, threads: int) -> None:
        self.pool = _threads_behind_the_loop(threads, name)
        self._most = threads + SPARE
        self._lock = threading.Lock()
        self._count = 0
        self._waiting: deque[asyncio.Future[None]] = deque()  # for room, after they were turned away

    def check(self) -> None:
        """Raise Busy where too many wait already."""
        if self._count >= self._most:
            raise Busy(self._room)

    def _room(self, first: bool) -> "asyncio.Future[None]":
        room = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if first else self._waiting.append)(room)
        self.tell_of_room()
        return room

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self.check()
        with self._lock:
            self._count += 1
        future = self.pool.submit(work, *args, **kwargs)
        future.add_done_callback(lambda _: self._leave())
        return future

    def tell_of_room(self) -> None:
        """Tell whoever is the first that waits for it, where there is room now."""
        while self._waiting and (self._waiting[0].done() or self._count < self._most):
            room = self._waiting.popleft()
            if not room.done():
                room.set_result(None)
                return

    def _leave(self) -> None:
        with self._lock:
            self._count -= 1
