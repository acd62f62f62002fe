"""What runs a model's file, whatever its format: photos become its only input, its outputs become numbers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from classifiers.card.model import Input
from classifiers.engines.inputs import preprocess
from classifiers.engines.tensors import Shapes, as_float32, as_model_input, batch_input, batch_outputs


class FileRuntime(ABC):
    """A loaded file. What is raised beside WrongOutput is the format's own."""

    shapes: Shapes  # as the file states them

    def run(self, pixels: np.ndarray, spec: Input) -> list[np.ndarray]:
        """Return all outputs for one photo, uint8 (height, width, 3): float32 (1, …) each. Raises WrongOutput."""
        given = as_model_input(preprocess(pixels, spec), self.shapes.inputs)
        found = self.invoke(given)
        return [as_float32(raw, tensor, of=len(given)) for raw, tensor in zip(found, self.shapes.outputs, strict=True)]

    def run_batch(self, photos: Sequence[np.ndarray], spec: Input) -> list[list[np.ndarray]]:
        """Return the same for each of several photos, run together. Raises WrongOutput."""
        given = batch_input([preprocess(pixels, spec) for pixels in photos], self.shapes.inputs)
        return batch_outputs(self.invoke(given), self.shapes.outputs, of=len(photos))

    @abstractmethod
    def invoke(self, given: np.ndarray) -> list[np.ndarray]:
        """Return all outputs, in the model's order and copied out of it, for its input as it takes it."""
