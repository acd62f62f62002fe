"""Hands out updates to be handled, some at once: suspects alone, and of chats whose calls failed only a few."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from telegram import Update

from bot.updates.lateness import Lateness
from bot.updates.pending import PendingUpdate
from bot.updates.share import AT_ONCE
from bot.updates.suspects import MOST_DEATHS, Suspects

HANGS = 5.0  # seconds in hand, from which on an update does not wait for a processor
MOST_FAILING = AT_ONCE // 4  # of those, whose chat's calls failed the last time


class Slots:
    """The updates that are ready, and those that are in hand."""

    def __init__(self, hand_out: Callable[[Update], None], *, at_once: Callable[[], int] = lambda: AT_ONCE) -> None:
        """Call `hand_out` with each update that is to be handled now; `at_once` says how many may be in hand."""
        self._hand_out, self._at_once = hand_out, at_once
        self._ready: deque[Update] = deque()
        self._since: dict[int, float] = {}  # by the id of each update in hand
        self._failing: set[int] = set()  # ids of those whose chat's calls failed
        self._suspects = Suspects(hand_out=self._start, pause=self._pause)
        self._paused = self._stopped = False
        self.lateness = Lateness(lambda: len(self) > 0)

    @property
    def is_free(self) -> bool:
        """Whether an update that comes now is handed out at once."""
        return not self._stopped and not self._paused and len(self) < AT_ONCE and self._lately < self._at_once()

    @property
    def may_replace(self) -> bool:
        """Whether another update may have the slot of one that ends."""
        return not self._stopped and not self._paused and len(self) <= AT_ONCE and self._lately <= self._at_once()

    def __len__(self) -> int:
        """Return how many updates are in hand, or ready."""
        return len(self._since) + len(self._ready)

    @property
    def _lately(self) -> int:
        """How many are ready, or in hand and do not hang: what hangs needs no processor, and must not keep others waiting."""
        begun = time.monotonic() - HANGS
        return len(self._ready) + sum(since > begun for since in self._since.values())

    def add(self, pending: PendingUpdate) -> None:
        """Have an update handled as soon as there is a slot; a suspect, as soon as it can be alone."""
        if self._stopped:
            return
        if pending.outages:
            self._failing.add(pending.update.update_id)
        if pending.deaths >= MOST_DEATHS:
            self._suspects.add(pending.update)
        else:
            self._ready.append(pending.update)
            self._start_all()

    def add_later(self, pending: PendingUpdate, pause: float) -> None:
        """Have an update handled again after some seconds; its chat waits, so that answers keep their order."""

        def add() -> None:
            if pending.outages and len(self._failing & self._since.keys()) >= MOST_FAILING:
                asyncio.get_running_loop().call_later(1.0, add)
            else:
                self.add(pending)

        asyncio.get_running_loop().call_later(pause, add)

    def is_alone(self, pending: PendingUpdate) -> bool:
        """Return whether a suspect is the only update in hand."""
        return pending.deaths >= MOST_DEATHS and len(self._since) == 1

    def free(self, update: Update) -> float:
        """Free the slot of an update that is not in hand any more; return the seconds for which it was."""
        self._failing.discard(update.update_id)
        since = self._since.pop(update.update_id)
        self._suspects.note_handled()
        self._suspects.note_in_hand(len(self._since))
        self._start_all()
        return time.monotonic() - since

    def stop(self) -> None:
        """Hand out nothing more."""
        self._stopped = True
        self._ready.clear()
        self._suspects.stop()

    def _start_all(self) -> None:
        while self._ready and len(self._since) < AT_ONCE and not self._paused:
            self._start(self._ready.popleft())

    def _start(self, update: Update) -> None:
        self._since[update.update_id] = time.monotonic()
        self.lateness.watch()
        self._suspects.note_in_hand(len(self._since))
        self._hand_out(update)

    def _pause(self, paused: bool) -> None:
        self._paused = paused
        self._start_all()
