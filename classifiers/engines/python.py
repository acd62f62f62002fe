"""Custom engines: a Python class, and the interface that it must have.

    class Brightness:
        def __init__(self, folder: Path) -> None:
            "Load what is needed. `folder` is the card's; weights and other files may be in it."

        def score(self, pixels: np.ndarray) -> Sequence[float]:
            "Return a number for each label of the card, for one photo: uint8 (height, width, 3), RGB, of the card's size."

        def score_batch(self, photos: np.ndarray) -> np.ndarray:
            "Return the same for several photos at once, (n, height, width, 3): (n, labels). Need not be there."

The card names it as `entry: package.module:Brightness`, or by a name in the entry points `checkup.engines`, and says with
`scores` whether the numbers are probabilities (usual), logits or one sigmoid. It is made once, in a process of its own,
and called for one photo after another. Its module is one that is installed, or a file in the card's folder.
"""

import importlib
import importlib.metadata
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.card.model import Input, PythonModel
from classifiers.engines.tensors import Shapes, Tensor, batch_outputs
from classifiers.errors import EngineFailed

GROUP = "checkup.engines"


class PythonRuntime:
    """Runs a custom class. May raise whatever the class raises."""

    def __init__(self, model: PythonModel, folder: Path) -> None:
        module, _, name = (model.entry or "").partition(":")
        sys.path.append(str(folder))  # last, so that no file in it can shadow a module of Python's
        kind: Any = getattr(importlib.import_module(module), name)
        self._engine: Any = kind(folder)
        self.shapes = Shapes(inputs=(), outputs=())

    def run(self, pixels: np.ndarray, spec: Input) -> list[np.ndarray]:
        """Return the class's scores of one photo, float32 (1, labels), as the only output."""
        return [np.asarray(self._engine.score(pixels), dtype=np.float32)[np.newaxis]]

    def run_batch(self, photos: Sequence[np.ndarray], spec: Input) -> list[list[np.ndarray]]:
        """Return the same for each of several photos. Raises WrongOutput, or whatever the class raises."""
        if not hasattr(self._engine, "score_batch"):
            return [self.run(pixels, spec) for pixels in photos]
        found = np.asarray(self._engine.score_batch(np.stack(photos)), dtype=np.float32)
        return batch_outputs([found], (Tensor(name="scores", shape=(-1, -1), dtype="float32"),), of=len(photos))


def resolve_entry(entry: str, trusted: Collection[str]) -> str:
    """Return the entry as `package.module:Class`. Raises EngineFailed unless its module is trusted or inside a trusted package."""
    place = entry if ":" in entry else _entry_point(entry)
    module, _, name = place.partition(":")
    if not module or not name.isidentifier():
        raise EngineFailed(why=f"{place} is not package.module:Class")
    if not any(module == one or module.startswith(f"{one}.") for one in trusted):
        raise EngineFailed(why=f"{module} is code that nobody trusts: if you do, name it in CHECKUP_TRUSTED")
    return place


def _entry_point(name: str) -> str:
    found = list(importlib.metadata.entry_points(group=GROUP, name=name))
    if not found:
        known = ", ".join(sorted(point.name for point in importlib.metadata.entry_points(group=GROUP))) or "none"
        raise EngineFailed(why=f"there is no entry point {name} in {GROUP}; there is: {known}")
    return found[0].value
