"""The cards that `checkup bench --cluster` serves: the shipped one, and a model ten times as heavy, alone and together."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.cli.bench.heavy_model import HeavyModel

HEAVIER = 10
TOGETHER, ALONE = "together", "alone"  # the heavy model's ids, with batches of 16 and without
ENTRY = "bot.cli.bench.heavy_model"
_PHOTO = np.zeros((64, 64, 3), dtype=np.uint8)


def write_registry(folder: Path, card: Path, *, milliseconds: float) -> Path:
    """Write a registry of the card and of a model ten times as heavy as one that takes so long; return its path."""
    depth = max(1, round(HEAVIER * milliseconds / _layer_ms(folder)))
    lines = [{"card": str(card.resolve())}]
    for name, batch in ((TOGETHER, 16), (ALONE, 1)):
        (folder / name).mkdir()
        (folder / name / "card.yaml").write_text(yaml.safe_dump(_heavy(name, batch)))
        (folder / name / "depth").write_text(str(depth))
        lines.append({"card": f"{name}/card.yaml"})
    path = folder / "registry.yaml"
    path.write_text(yaml.safe_dump({"plugins": lines}))
    return path


def median_ms(call: Callable[[], object], rounds: int) -> float:
    """Return the median milliseconds of a call, the first left out."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[1:])


def _layer_ms(folder: Path) -> float:
    (folder / "depth").write_text("4")
    model = HeavyModel(folder)
    return median_ms(lambda: model.score(_PHOTO), 5) / 4


def _heavy(name: str, batch: int) -> dict[str, Any]:
    words = {"en": name.title()}
    label = {"title": words, "about": words, "link": "https://example.org/", "care": "routine"}
    return {
        "id": name,
        "input": "photo",
        "title": words,
        "knows": words,
        "model": {
            "engine": "python",
            "entry": f"{ENTRY}:HeavyModel",
            "version": "1",
            "timeout": 60,
            "input": {"size": _PHOTO.shape[:2]},
        },
        "labels": [{"code": "one", **label}, {"code": "two", **label}],
        "decision": {"unsure_below": 0.5},
        "serving": {"replicas": {"min": 1, "max": 1}, "batch": batch, "wait_ms": 5},
    }
