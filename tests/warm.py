"""Starts bots in a moment: a process that has imported what a bot imports, and forks for each start.

To import it takes longer than most tests of a bot that is killed and started again. What is forked has opened nothing and
has no threads; it then runs as `python tests/tied.py …` does. Run as `python tests/warm.py SOCKET`, it listens there until
its standard input ends. A start is a line of JSON; it is answered with the process's id, and when that ends with its status.
The process's standard input is the connection, so that it ends with whoever asked for it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tied import run_tied

_one_at_a_time = threading.Lock()
IMPORTED = ("bot.cli.main", "bot.cli.run", "bot.app", "ai_edge_litert.interpreter", "alembic.command", "fake_disease")


class WarmProcess:
    """A process that was forked; like asyncio's own."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._writer = writer
        self._ended = asyncio.create_task(self._wait(reader))

    async def wait(self) -> int:
        """Return its exit status, or the negative number of the signal that it died of."""
        return await asyncio.shield(self._ended)

    def send_signal(self, sign: int) -> None:
        """Send it a signal. Raises ProcessLookupError where it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, sign)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Tell it to stop."""
        self.send_signal(signal.SIGTERM)

    async def _wait(self, reader: asyncio.StreamReader) -> int:
        self.returncode = int(await reader.readline())
        self._writer.close()
        return self.returncode


async def start(program: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> WarmProcess:
    """Start `python *program`, which appends what it writes to `log`."""
    reader, writer = await asyncio.open_unix_connection(await asyncio.to_thread(_address))
    order = {"program": list(program), "cwd": str(cwd), "env": dict(env), "log": str(log)}
    writer.write(json.dumps(order).encode() + b"\n")
    return WarmProcess(int(await reader.readline()), reader, writer)


def _address() -> Path:
    """Return the socket of this process's server, which is started the first time and ends with this process."""
    with _one_at_a_time:
        return _server()


@functools.cache
def _server() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="checkup-warm-"))
    address = folder / "socket"
    # NumPy would start threads.
    environment = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "default", "OPENBLAS_NUM_THREADS": "1"}
    server = subprocess.Popen(
        [sys.executable, __file__, str(address)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, server)
    assert server.stdout
    assert server.stdout.readline() == "listening\n"
    server.stdout.close()
    return address


def _end(server: subprocess.Popen[str]) -> None:
    with server:
        pass  # closes its standard input and waits


def _next_order(address: str) -> dict[str, Any]:
    """Listen until standard input ends; for each order, return it in a process of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for the bots
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        os.write(1, b"listening\n")
        while True:
            ready, _, _ = select.select([sys.stdin, listener], [], [])
            if sys.stdin in ready:
                shutil.rmtree(Path(address).parent)
                sys.exit()
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    return _in_a_child(connection)


def _in_a_child(connection: socket.socket) -> dict[str, Any]:
    """Read an order and return it in a child; this process tells of the child and ends with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order: dict[str, Any] = json.loads(connection.makefile().readline())
    pid = os.fork()
    if pid == 0:
        os.dup2(connection.fileno(), 0)
        return order
    connection.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):  # whoever asked has gone
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(order: Mapping[str, Any]) -> None:
    """Be the process that was ordered, to its end."""
    with Path(order["log"]).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    run_tied(order["program"])


if __name__ == "__main__":
    for module in IMPORTED:
        importlib.import_module(module)
    _become(_next_order(sys.argv[1]))
