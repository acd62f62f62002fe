"""What a model server costs and gives: a call to Ray Serve beside one in the process, and cases run together or one by one.

Ray runs in a namespace that has a loopback device alone: `measure` starts this module in one, where `main` does the work.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.bench.cluster_models import ALONE, ENTRY, TOGETHER, median_ms, write_registry
from bot.cli.bench.machine import clean_environment
from bot.cli.bench.namespace import HOW, UNSHARE, set_loopback_up
from bot.workers import Workers
from classifiers.card import read_photo_card
from classifiers.plugin import PhotoPlugin, blank, load, prepare

PORT = 8000
ROUNDS = 100  # calls one after another
CASES = 64  # of each heavy model
AT_ONCE = 32
PATIENCE = 300.0  # seconds until all is served


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFigures:
    """Milliseconds a call of the shipped model, and cases a second of the heavy one."""

    here: float
    there: float
    heavy: float  # ms of one case of the heavy model on the server
    alone: float
    together: float


def measure(card: Path) -> ClusterFigures:
    """Measure with the card of a photo disease. Raises RuntimeError where no namespace can be made, or Ray does not start."""
    return ClusterFigures(**inside(__name__, str(card.resolve())))


def inside(module: str, *arguments: str) -> Any:
    """Return what a module prints, as JSON, that is run in a namespace of its own. Raises RuntimeError."""
    command = [*UNSHARE, sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        why = done.stderr.strip()[-2000:]
        raise RuntimeError(f"{HOW}\n{why}" if why.startswith("unshare:") else why)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure with the card that is named, in a namespace made for it; print the figures as JSON."""
    set_loopback_up()
    path = Path(sys.argv[1])
    card = read_photo_card(path)
    here = load(card, folder=path.parent)
    alone = median_ms(lambda: here.engine.score(blank(card)), 20)
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="ray"))
        registry = write_registry(Path(name), path, milliseconds=alone)
        url = stack.enter_context(cluster(Path(name), registry, trusted=ENTRY))
        there = prepare(card, models=url)
        calls = [median_ms(partial(one.engine.score, blank(card)), ROUNDS) for one in (here, there)]
        cards = {one: read_photo_card(Path(name) / one / "card.yaml") for one in (ALONE, TOGETHER)}
        heavy = {one: prepare(cards[one], models=url) for one in cards}
        figures = ClusterFigures(
            here=calls[0],
            there=calls[1],
            heavy=median_ms(lambda: heavy[ALONE].engine.score(blank(cards[ALONE])), 5),
            alone=_rate(heavy[ALONE]),
            together=_rate(heavy[TOGETHER]),
        )
    sys.stdout.write(json.dumps(asdict(figures)) + "\n")


def _rate(plugin: PhotoPlugin) -> float:
    """Return how many cases a second are answered, so many being asked at once."""
    case = np.asarray(blank(plugin.card))
    with Workers(threads=AT_ONCE) as workers:
        list(workers.each(plugin.engine.score, [case] * AT_ONCE))  # the first prepare
        started = time.perf_counter()
        list(workers.each(plugin.engine.score, [case] * CASES))
        return CASES / (time.perf_counter() - started)


@contextlib.contextmanager
def cluster(folder: Path, registry: Path, *, trusted: str) -> Iterator[str]:
    """Run `checkup cluster`, whose log is in the folder, and give its address once everything is served.

    Raises RuntimeError with its last words.
    """
    environment = clean_environment(registry=str(registry), trusted=trusted)
    environment |= {"RAY_TMPDIR": str(folder), "HOME": str(folder)}
    command = [sys.executable, "-m", "bot", "cluster", "--port", str(PORT)]
    log = folder / "log"
    with log.open("w") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)  # noqa: S603
    try:
        until = time.monotonic() + PATIENCE
        while "served at" not in log.read_text():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the cluster did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{PORT}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
