"""A worker process: started when it is needed, asked one case at a time, and started anew after one it did not survive."""

import threading
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifiers.errors import EngineFailed, EngineLate
from classifiers.isolated.framing import BrokenFrame, Frame, receive, send
from classifiers.isolated.process import ChildProcess

START = 120.0  # seconds to get ready: TensorFlow alone may take ten, on a busy machine more


class WorkerProcess:
    """A process that runs a Python module. Any thread may call it; the others wait for their turn.

    The module is sent `first` when it starts and answers with a frame; each frame after that is a case.
    """

    def __init__(self, module: str, folder: Path, first: Mapping[str, Any]) -> None:
        self._first = Frame(facts=first)
        self._one_case = threading.Lock()
        self._running = ChildProcess(module, folder)
        self._ready: Frame | None = None
        weakref.finalize(self, self._running.end)  # where nobody has closed it

    def ready(self) -> Mapping[str, Any]:
        """Return the facts of the answer to the first frame. Raises EngineFailed, EngineLate."""
        with self._one_case:
            return self._start().facts

    def ask(self, case: Frame, *, within: float) -> Frame:
        """Return the answer to a case, given in so many seconds. Raises EngineFailed, EngineLate."""
        with self._one_case:
            self._start()
            return self._exchange(case, within=within)

    def end(self) -> None:
        """End the process after a case that may have left anything behind; the next case starts a new one."""
        with self._one_case:
            self._running.end()

    def close(self) -> None:
        """End the process for good: whoever waits for it is told that it failed."""
        self._running.close()
        with self._one_case:
            self._running.end()

    def _start(self) -> Frame:
        if self._running.connection is None or self._ready is None:
            self._running.start()
            self._ready = None
            self._ready = self._exchange(self._first, within=START)
        return self._ready

    def _exchange(self, frame: Frame, *, within: float) -> Frame:
        """Return the answer. A process that did not give one is ended."""
        connection, until = self._running.connection, time.monotonic() + within
        if connection is None:
            raise EngineFailed(why="it was closed")
        try:
            send(connection, frame, until=until)
            return receive(connection, until=until)
        except TimeoutError as error:
            self._running.end()
            raise EngineLate(seconds=within) from error
        except (BrokenFrame, OSError) as error:
            raise EngineFailed(why=self._running.ended() or f"its answer was {error}") from error
