"""Cases that come while others run are run together, next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Case = TypeVar("Case")
Found = TypeVar("Found")


class Batches(Generic[Case, Found]):
    """Runs cases in batches of `most` at most, one batch after another. Only one event loop may call it."""

    def __init__(self, run: Callable[[list[Case]], Awaitable[Sequence[Found]]], *, most: int, wait: float) -> None:
        """Prepare to `run` batches; the first case after a pause waits so many seconds for others."""
        self._run, self._most, self._wait = run, most, wait if most > 1 else 0.0
        self._cases: deque[tuple[Case, asyncio.Future[Found]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, case: Case) -> Found:
        """Return what was found for a case. Raises what `run` raises."""
        future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._cases.append((case, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run_all())
        return await future

    async def _run_all(self) -> None:
        await asyncio.sleep(self._wait)
        while self._cases:
            batch = [self._cases.popleft() for _ in range(min(self._most, len(self._cases)))]
            waiting = [(case, future) for case, future in batch if not future.done()]  # the others were given up
            if waiting:
                await self._run_batch(waiting)
        self._running = None

    async def _run_batch(self, batch: list[tuple[Case, "asyncio.Future[Found]"]]) -> None:
        try:
            found = await self._run([case for case, _ in batch])
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), one in zip(batch, found, strict=True):
            if not future.done():
                future.set_result(one)
