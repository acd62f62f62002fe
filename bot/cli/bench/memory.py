"""How much memory looking at photos takes: a process of its own examines them and says what it holds."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from bot.cli.bench.machine import clean_environment, home, resident
from bot.cli.bench.sample_photos import jpeg_photo
from bot.replies.annotated_photo import explain
from bot.workers import Workers
from classifiers.plugin import examine
from classifiers.registry import read_registry

SIZES = ((640, 480), (800, 600), (1280, 960), (960, 1280), (1600, 1200), (3000, 2000), (4000, 3000))
SETTLED = 200  # photos after which memory must not grow


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Resident MB after `SETTLED` photos and after all."""

    settled: float
    end: float


def memory(registry: Path, disease: str, photos: int) -> Memory:
    """Examine and picture photos of many sizes in a child process, as many at once as it has threads."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (width, height) in enumerate(SIZES):
            (Path(folder) / f"{number}.jpg").write_bytes(jpeg_photo(width, height, seed=number))
        command = [sys.executable, "-m", __name__, str(registry.absolute()), disease, folder, str(photos)]
        done = subprocess.run(  # noqa: S603
            command, cwd=home(), env=clean_environment(), stdout=subprocess.PIPE, text=True, check=True
        )
    settled, end = json.loads(done.stdout)
    return Memory(settled=settled, end=end)


def _held_after(registry: Path, disease: str, folder: Path, photos: int) -> Iterator[float]:
    plugin = read_registry(registry).photo_plugin(disease)
    files = sorted(folder.iterdir())

    def look(file: Path) -> None:
        explain(plugin.card, examine(plugin, file.read_bytes()))

    with Workers() as workers:
        for count, _ in enumerate(workers.each(look, islice(cycle(files), photos)), start=1):
            if count in {min(SETTLED, photos), photos}:
                yield resident(os.getpid())


def _main() -> None:
    registry, disease, folder, photos = sys.argv[1:]
    held = list(_held_after(Path(registry), disease, Path(folder), int(photos)))
    sys.stdout.write(json.dumps([held[0], held[-1]]))


if __name__ == "__main__":
    _main()
