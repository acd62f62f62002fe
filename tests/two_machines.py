"""Ray on two machines, as far as it can tell, with `checkup cluster` on the first, where there is no network but loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loopback import LoopbackOnly, child

RAY = Path(sys.executable).with_name("ray")
PORT = 8000
TIMEOUT = 120.0  # seconds, on a machine that has other things to do
_TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Cluster:
    """Two machines, as far as Ray can tell, and `checkup cluster` on the first."""

    folder: Path
    url: str  # of the models
    command: subprocess.Popen[bytes]  # that entered the namespace and runs `checkup cluster` there
    second: int  # the second machine's raylet, whose end is that of all that runs there

    def signal(self, number: signal.Signals) -> None:
        """Send `checkup cluster` a signal."""
        os.kill(child(self.command.pid), number)

    def kill_second(self) -> None:
        """Let the second machine die (kill -9)."""
        os.kill(self.second, signal.SIGKILL)

    def log(self) -> str:
        """What `checkup cluster` has said so far."""
        return (self.folder / "cluster.txt").read_text()


@contextlib.contextmanager
def two_machines(write_registry: Callable[[Path], Path]) -> Iterator[Cluster]:
    """Run it, a core each, with the registry that is written into its folder, while the block runs."""
    before = raylets()
    with (
        tempfile.TemporaryDirectory(prefix="ray", dir="/tmp") as name,
        LoopbackOnly(Path(name)) as inside,
    ):
        folder = Path(name)
        registry = write_registry(folder)
        environment = {
            "PATH": f"{RAY.parent}:{os.environ['PATH']}",
            "HOME": name,
            "RAY_TMPDIR": name,
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_worker_niceness": "0",
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": _TOKEN,
        }
        node = [str(RAY), "start", "--node-ip-address=127.0.0.1", "--disable-usage-stats", "--block"]
        head = ("--head", "--port=6379", "--num-cpus=1", "--include-dashboard=false")
        inside.start(*node, *head, log="head.txt", **environment)
        wait_for(lambda: len(raylets() - before) == 1, folder / "head.txt")
        first = raylets()
        inside.start(*node, "--address=127.0.0.1:6379", "--num-cpus=1", log="second.txt", **environment)
        wait_for(lambda: len(raylets() - first) == 1, folder / "second.txt")
        (second,) = raylets() - first
        environment |= {"RAY_ADDRESS": "127.0.0.1:6379", "CHECKUP_REGISTRY": str(registry)}
        command = (sys.executable, "-m", "bot", "cluster", "--port", str(PORT))
        deploying = inside.start(*command, log="cluster.txt", **environment)
        wait_for(lambda: "served at" in (folder / "cluster.txt").read_text(), folder / "cluster.txt")
        with inside.door(PORT) as port:
            yield Cluster(folder, f"http://127.0.0.1:{port}", deploying, second)


def wait_for(holds: Callable[[], object], log: Path) -> None:
    """Wait for what nothing tells of; AssertionError with the end of a log where it takes too long."""
    until = time.monotonic() + TIMEOUT
    while not holds():
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.05)


def raylets() -> set[int]:
    """Return the processes that are a machine of Ray's."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/comm"):
        try:
            if status.read_text() == "raylet\n":
                found.add(int(status.parent.name))
        except OSError:
            continue
    return found
