"""A network namespace with a loopback device and nothing else: no other network is there for what runs in it.

Ray listens on a machine's outer address whatever it is told; here it has none. Processes have a namespace of their own, too,
so that all that a program has left behind ends with it. Needs Linux, and programs of util-linux: unshare, nsenter.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from bot.cli.bench.namespace import HOW, UNSHARE, set_loopback_up


class LoopbackOnly:
    """The namespace, for as long as the block runs. Raises RuntimeError that says what to allow where it cannot be made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder  # for sockets and logs
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._holder = subprocess.Popen(
            [*UNSHARE, sys.executable, __file__, "hold"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._holder.stdout
        if (told := self._holder.stdout.readline()) != "up\n":
            self.__exit__()
            raise RuntimeError(f"no namespace can be made here ({told.strip()}): {HOW}")
        self._inside = child(self._holder.pid)
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.kill()
        self._holder.wait()
        for process in self._started:  # they have ended with it
            process.wait()
        for end in (self._holder.stdin, self._holder.stdout):
            if end:
                end.close()

    def start(self, *command: str, log: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a command inside; `child` gives the process itself. What it says is in the file `log`."""
        enter = f"nsenter --target {self._inside} --user --preserve-credentials --net --pid --mount".split()
        with (self._folder / log).open("ab") as file:
            command = (*enter, f"--wd={self._folder}", *command)
            self._started.append(subprocess.Popen(command, stdout=file, stderr=file, env=environment))
            return self._started[-1]

    @contextlib.contextmanager
    def door(self, port: int) -> Iterator[int]:
        """Give a port out here that leads to one inside."""
        way = self._folder / f"{port}.socket"
        environment = {"PATH": os.environ["PATH"]}
        relay = self.start(sys.executable, __file__, "relay", str(way), str(port), log="relay.txt", **environment)
        while not way.exists() and relay.poll() is None:
            time.sleep(0.01)
        listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=_relay, args=(listening, lambda: _connected_unix(str(way))), daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            os.kill(child(relay.pid), 9)
            relay.wait()


def child(process: int) -> int:
    """Return the only child of a process."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])


def _hold() -> None:
    """Set the loopback device up and wait until the other side has gone."""
    set_loopback_up()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    sys.stdin.read()


def _relay(listening: socket.socket, connect: Any) -> None:
    """Connect whoever comes, until nobody listens."""
    with contextlib.suppress(OSError):
        while True:
            comer = listening.accept()[0]
            threading.Thread(target=_join, args=(comer, connect), daemon=True).start()


def _join(comer: socket.socket, connect: Any) -> None:
    with comer, contextlib.suppress(OSError), connect() as other:
        back = threading.Thread(target=_pass_on, args=(other, comer), daemon=True)
        back.start()
        _pass_on(comer, other)
        back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(2**16):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _connected_unix(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return connection


def main() -> None:
    """Be the process that holds the namespace, or one that leads from a Unix socket to a port in it."""
    if sys.argv[1] == "hold":
        _hold()
        return
    path, port = sys.argv[2], int(sys.argv[3])
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{path}.new")
        listening.listen()
        Path(f"{path}.new").rename(path)
        _relay(listening, lambda: socket.create_connection(("127.0.0.1", port)))


if __name__ == "__main__":
    main()
