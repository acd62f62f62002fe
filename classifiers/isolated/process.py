"""A child process: started without the operator's environment, and always ended."""

import contextlib
import signal
import socket
import subprocess
import sys
from pathlib import Path

from classifiers import standard_error
from classifiers.errors import EngineFailed

_ROOT = Path(__file__).parents[2]
# The whole environment of the process: no token, no database, nothing of the operator's.
_ENVIRONMENT = {
    "PYTHONPATH": str(_ROOT),
    "OMP_NUM_THREADS": "1",  # the bot's other work needs the cores, too
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # the same numbers on every machine
    "KERAS_BACKEND": "tensorflow",
}


class ChildProcess:
    """One process at a time that runs a Python module. Only `close` may be called while another thread waits for it."""

    def __init__(self, module: str, folder: Path) -> None:
        self.connection: socket.socket | None = None  # to the process, if there is one
        self._module, self._folder = module, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def start(self) -> None:
        """Start a process. Raises EngineFailed where that cannot be, or may be no more."""
        self.connection, its_end = socket.socketpair()
        with its_end:
            try:
                with standard_error.CAUGHT:
                    self._process = subprocess.Popen(  # noqa: S603 - runs a module of ours
                        # -P: nothing in the folder is imported
                        [sys.executable, "-P", "-m", self._module],
                        stdin=its_end.fileno(),
                        cwd=self._folder,
                        env=_ENVIRONMENT,
                        process_group=0,  # a Ctrl+C in the terminal is for the bot, which ends this in its own time
                    )
            except OSError as error:
                self.end()
                raise EngineFailed(why=f"no process can be started: {error.strerror}") from error
        if self._closed:
            self.end()
            raise EngineFailed(why="it was closed")

    def close(self) -> None:
        """Kill the process and let no other be started; what waits for it notices."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()

    def ended(self) -> str:
        """Leave no process behind; return how it had ended by itself, nothing where it had not."""
        told = ""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                told = _told(self._process.wait(timeout=1))
        self.end()
        return told

    def end(self) -> None:
        """Leave no process behind."""
        process, connection, self._process, self.connection = self._process, self.connection, None, None
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.wait()


def _told(status: int) -> str:
    if status >= 0:
        return f"it ended with status {status}"
    return f"it died of {signal.Signals(-status).name}"
