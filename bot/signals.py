"""What the process is told from outside: to stop, or to read its registry anew."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any, cast

_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def stoppable() -> Iterator[asyncio.Event]:
    """End the block at the first SIGINT or SIGTERM, whatever it waits for, and let it leave in its own time.

    Gives an event that is set at a SIGHUP; but one that comes because the terminal is closed ends the block, too.
    """
    loop, told, reload_requested = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    block = cast("asyncio.Task[Any]", asyncio.current_task())
    had_terminal = _has_terminal()

    def stop() -> None:
        if not told.is_set():
            told.set()
            block.cancel()

    def hang_up() -> None:
        if had_terminal and not _has_terminal():
            stop()
        else:
            reload_requested.set()

    for sign in _STOPS:
        loop.add_signal_handler(sign, stop)
    loop.add_signal_handler(signal.SIGHUP, hang_up)
    try:
        yield reload_requested
    except asyncio.CancelledError:
        if not told.is_set():
            raise
        block.uncancel()
    finally:
        for sign in (*_STOPS, signal.SIGHUP):
            loop.remove_signal_handler(sign)


def _has_terminal() -> bool:
    return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())
