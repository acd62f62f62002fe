"""Queues in simulated time: photos are generators that yield what they wait for."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Generator, Iterator

Step = Callable[["Clock", "Photo"], None]  # what a photo waits for: it makes the photo go on in the end
Photo = Generator[Step, None, None]


class Clock:
    """Makes photos go on, in the order of time (seconds)."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.now, self._count, self._due = 0.0, 0, []  # type: tuple[float, int, list[tuple[float, int, Callable[[], None]]]]

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something, so many seconds from now."""
        self._count += 1
        heapq.heappush(self._due, (self.now + seconds, self._count, do))

    def go_on(self, photo: Photo) -> None:
        """Let a photo ask for its next step."""
        if step := next(photo, None):
            step(self, photo)

    def run(self) -> None:
        """Go on until nothing is due."""
        while self._due:
            self.now, _, do = heapq.heappop(self._due)
            do()


def delay(seconds: float) -> Step:
    """Wait, which takes nothing from anybody else."""
    return lambda clock, photo: clock.after(seconds, lambda: clock.go_on(photo))


class Part:
    """Has so many places; who finds none waits in line. A place is kept until it is given back."""

    def __init__(self, places: int) -> None:
        """All places are free."""
        self._free, self._line = places, deque[Photo]()

    def take(self, clock: Clock, photo: Photo) -> None:
        """Take a place, the step of a photo."""
        if self._free:
            self._free -= 1
            clock.go_on(photo)
        else:
            self._line.append(photo)

    def give_back(self, clock: Clock) -> None:
        """Give a place back: to who waits longest."""
        if self._line:
            photo = self._line.popleft()
            clock.after(0, lambda: clock.go_on(photo))
        else:
            self._free += 1

    def work(self, clock: Clock, seconds: float) -> Iterator[Step]:
        """Yield the steps of taking a place for so long."""
        yield self.take
        yield delay(seconds)
        self.give_back(clock)


class Disk:
    """One flush makes all commits last that came before it began."""

    def __init__(self, seconds: float) -> None:
        """A flush takes so many seconds."""
        self._seconds, self._waiting, self._flushing = seconds, list[Photo](), False

    def flush(self, clock: Clock, photo: Photo) -> None:
        """Wait until a flush that began from now on is through, the step of a photo."""
        self._waiting.append(photo)
        self._begin(clock)

    def _begin(self, clock: Clock) -> None:
        if self._waiting and not self._flushing:
            done, self._waiting, self._flushing = self._waiting, [], True
            clock.after(self._seconds, lambda: self._end(clock, done))

    def _end(self, clock: Clock, done: list[Photo]) -> None:
        self._flushing = False
        for photo in done:
            clock.go_on(photo)
        self._begin(clock)


class Limit:
    """So many a second, of which a second's worth may come at once."""

    def __init__(self, rate: float) -> None:
        """Nothing was sent yet."""
        self._rate, self._full_at = rate, 0.0

    def wait(self, now: float) -> float:
        """Return how many seconds the next one has to wait, and count it."""
        earliest = max(self._full_at, now - 1 + 1 / self._rate)
        self._full_at = earliest + 1 / self._rate
        return max(0.0, earliest - now)
