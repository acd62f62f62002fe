"""A model file run on drawn photos, to see what it takes and gives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from pydantic import TypeAdapter

from bot.cli.add.model_source import ModelSource
from classifiers.card.model import Input, PhotoModel
from classifiers.engines.choice import require_installed
from classifiers.engines.isolated.engine import ModelProcess
from classifiers.engines.tensors import Shapes

_ANY_SIDE = 224
Outputs = list[np.ndarray]


class Probe:
    """A model's process. `model` is as the file states it; how photos become its input is given for each case."""

    def __init__(self, model: PhotoModel, process: ModelProcess) -> None:
        self.model, self._process = model, process
        self.shapes: Shapes = process.shapes()

    def run(self, pixels: np.ndarray, spec: Input) -> Outputs:
        """Return all outputs for one photo, uint8 (height, width, 3). Raises WrongOutput, EngineFailed, EngineLate."""
        return self._process.run(pixels, spec)

    def try_out(self, spec: Input) -> list[Outputs]:
        """Return the outputs for drawn photos. Raises WrongOutput, EngineFailed, EngineLate."""
        return [self.run(photo, spec) for photo in drawn(spec.size)]


@contextmanager
def probing(source: ModelSource) -> Iterator[Probe]:
    """Give a model's probe. Raises EngineFailed, EngineLate, WrongOutput where it cannot be loaded."""
    require_installed(source.engine)
    known = {"engine": source.engine, "file": source.file.resolve(), "sha256": source.sha256, "version": "1"}
    if source.external_data:
        known["external_data"] = source.external_data
    model = TypeAdapter(PhotoModel).validate_python(known | {"input": {"size": [_ANY_SIDE, _ANY_SIDE]}})
    process = ModelProcess(model, source.file.parent)
    try:
        yield Probe(model, process)
    finally:
        process.close()


def grey(size: tuple[int, int]) -> np.ndarray:
    """Return a grey photo, uint8 (height, width, 3)."""
    return np.full((*size, 3), 127, dtype=np.uint8)


def drawn(size: tuple[int, int]) -> list[np.ndarray]:
    """Return photos that a model should not find all the same: plain, in two halves, and noise."""
    rng, halves = np.random.default_rng(1), grey(size)
    halves[: size[0] // 2], halves[size[0] // 2 :] = 230, 20
    plain = [np.full((*size, 3), colour, dtype=np.uint8) for colour in ((200, 60, 40), (40, 60, 200))]
    noise = [rng.integers(0, 256, (*size, 3), dtype=np.uint8) for _ in range(3)]
    return [grey(size), *noise, *plain, halves]


def same(answers: Sequence[Outputs], place: int) -> bool:
    """Return whether an output is the same in all answers."""
    found = np.stack([answer[place] for answer in answers])
    if not np.isfinite(found).all():  # what that means is said elsewhere
        return False
    return bool((np.ptp(found, axis=0) <= 1e-4 * max(1.0, float(np.abs(found).max()))).all())
