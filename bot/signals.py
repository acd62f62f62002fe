"""Signals: SIGINT and SIGTERM stop the process, SIGHUP asks it to reload the registry."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast


@contextlib.contextmanager
def stoppable() -> Iterator[asyncio.Event]:
    """Cancel the block at the first SIGINT or SIGTERM, and end it quietly once it has cleaned up.

    Gives an event that is set at each SIGHUP, except for one that comes because the terminal was closed: that stops, too.
    """
    block = _Block()
    with _handling({signal.SIGINT: block.stop, signal.SIGTERM: block.stop, signal.SIGHUP: block.hang_up}):
        try:
            yield block.reload_requested
        except asyncio.CancelledError:
            if not block.stopped:
                raise
            block.task.uncancel()


def spare_hangups() -> None:
    """Until `stoppable` listens, let no SIGHUP end the process that still starts, except for one of a terminal that was closed.

    A reload that comes as early has nothing to read again; and systemd takes such an end for a wanted one.
    """
    if not _has_terminal():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


class _Block:
    """The task that runs a block, and what signals do to it."""

    def __init__(self) -> None:
        self.task = cast("asyncio.Task[Any]", asyncio.current_task())
        self.stopped = False
        self.reload_requested = asyncio.Event()
        self._had_terminal = _has_terminal()

    def stop(self) -> None:
        if not self.stopped:  # a second Ctrl+C must not cut off the cleaning up
            self.stopped = True
            self.task.cancel()

    def hang_up(self) -> None:
        if self._had_terminal and not _has_terminal():
            self.stop()
        else:
            self.reload_requested.set()


@contextlib.contextmanager
def _handling(handlers: Mapping[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


def _has_terminal() -> bool:
    return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())
