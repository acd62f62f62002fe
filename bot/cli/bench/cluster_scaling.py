"""How long Ray Serve takes to give a model a second replica while many ask, and to take it away again.

Ray runs in a namespace that has a loopback device alone, as for the other figures; the model waits without using a core.
"""

import json
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.cli.bench.cluster import cluster, inside
from bot.cli.bench.namespace import set_loopback_up
from bot.cli.bench.waiting_model import MODULE, write_registry
from classifiers.card import read_photo_card
from classifiers.errors import Fault
from classifiers.plugin import PhotoPlugin, blank, prepare

AT_ONCE = 12  # calls; two for each replica are what Ray Serve aims at
DOWN_AFTER = 5
_PATIENCE = 180.0  # seconds for each of both


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """Seconds from the first of many calls to a second replica, and from the last to one."""

    up: float
    down: float


def measure() -> Scaling:
    """Measure. Raises RuntimeError where no namespace can be made, Ray does not start, or it takes minutes."""
    return Scaling(**inside(__name__))


def main() -> None:
    """Measure in a namespace made for it, and print the figures as JSON."""
    set_loopback_up()
    with tempfile.TemporaryDirectory(prefix="ray") as name:
        folder = Path(name)
        serving = {"replicas": {"min": 1, "max": 2, "down_after": DOWN_AFTER}, "batch": 1, "cpus": 0.25}
        registry = write_registry(folder, serving=serving)
        with cluster(folder, registry, trusted=MODULE) as url:
            up = _up(prepare(read_photo_card(folder / "card.yaml"), models=url), folder / "log")
            down = _until("waiting: 1 replica, before that 2", folder / "log")
    sys.stdout.write(json.dumps(asdict(Scaling(up=up, down=down))) + "\n")


def _up(plugin: PhotoPlugin, log: Path) -> float:
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                plugin.engine.score(blank(plugin.card))
            except Fault:  # a call of many that wait may be late
                continue

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        return _until("waiting: 2 replicas, before that 1", log)
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _until(line: str, log: Path) -> float:
    """Return after how many seconds a line is in the log. Raises RuntimeError."""
    started = time.monotonic()
    while line not in log.read_text():
        if time.monotonic() - started > _PATIENCE:
            raise RuntimeError(f"waited in vain for {line!r}:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
