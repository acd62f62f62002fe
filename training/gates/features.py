"""What the gates see of a photo: the network's features, early ones and late ones, what it outlines, and how sure it is."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np

from classifiers.engines.litert_interpreter import interpreter_of
from training.backbones import stage_ends
from training.export import Head, write_litert
from training.network import FEATURES, LOGITS

BESIDES = 8 + 3  # features that are not pooled, the last ones: of the outline's shape, and of how sure the network is


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is seen of n photos."""

    logits: np.ndarray  # float32 (n, labels)
    features: np.ndarray  # float32 (n, features)
    chance: np.ndarray  # float16 (n, height, width), of lesion at each place


class FeatureExtractor:
    """Looks at photos through a network and its outline, by the runtime that serves them: three times as fast as Keras."""

    def __init__(self, model: keras.Model, outline: Head, *, size: int) -> None:
        pixels = keras.Input((size, size, 3), batch_size=1, name="photo")
        names = layers_read(model)
        tensors = keras.Model(model.input, [model.get_layer(name).output for name in names])(pixels)
        seen = dict(zip(names, tensors, strict=True))
        chance = outline.net(_outlined(seen, outline))[..., 0]
        said = {"logits": seen[LOGITS], "features": features_of(seen, outline), "chance": chance}
        with TemporaryDirectory() as folder:
            write_litert(keras.Model(pixels, said), Path(folder) / "features.tflite")
            self._weights = (Path(folder) / "features.tflite").read_bytes()
        self._own = threading.local()

    def look(self, pixels: Sequence[np.ndarray] | np.ndarray) -> Seen:
        """Return what is seen of uint8 (n, size, size, 3)."""
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(self._of_one, pixels))
        return Seen(
            logits=np.stack([one["logits"][0] for one in found]),
            features=np.stack([one["features"][0] for one in found]),
            chance=np.stack([one["chance"][0].astype(np.float16) for one in found]),
        )

    def _of_one(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        if not hasattr(self._own, "call"):
            self._own.call = interpreter_of(self._weights).get_signature_runner()
        return {
            name: np.array(said) for name, said in self._own.call(photo=pixels[np.newaxis].astype(np.float32)).items()
        }


def layers_read(model: keras.Model) -> tuple[str, ...]:
    """Return the layers that the gates see: those that are pooled, from the first on, and the logits."""
    # Early layers still tell the things of the world apart, which the last ones, busy with lesions, have unlearnt.
    return (*stage_ends(model), FEATURES, LOGITS)


def _outlined(seen: Mapping[str, Any], outline: Head) -> list[Any]:
    return [seen[name] for name in outline.layers]


def features_of(seen: Mapping[str, Any], outline: Head) -> Any:
    """Return all the gates see, (batch, features), of what each of `layers_read` puts out."""
    of_pixels = pooled([tensor for name, tensor in seen.items() if name != LOGITS])
    shape = _shape(outline.net(_outlined(seen, outline)))
    return keras.ops.concatenate([of_pixels, shape, _certainty(seen[LOGITS])], axis=1)


def pooled(tensors: Sequence[Any]) -> Any:
    """Return mean and spread over the photo of every layer's channels, of the last layer the mean alone: (batch, features)."""
    parts = []
    for at, tensor in enumerate(tensors):
        mean = keras.ops.mean(tensor, axis=(1, 2))
        parts.append(mean)
        if at < len(tensors) - 1:
            variance = keras.ops.mean(keras.ops.square(tensor), axis=(1, 2)) - keras.ops.square(mean)
            parts.append(keras.ops.sqrt(keras.ops.maximum(variance, 1e-6)))
    return keras.ops.concatenate(parts, axis=1)


def _shape(chance: Any) -> Any:
    """Return how much is outlined, how surely, how raggedly and how much at the photo's edge, of (batch, height, width, 1)."""
    ops = keras.ops
    area, places = ops.mean(chance, axis=(1, 2)), (1, 2)
    doubt = ops.mean(chance * (1 - chance), axis=places)
    down, across = chance[:, 1:] - chance[:, :-1], chance[:, :, 1:] - chance[:, :, :-1]
    edge = ops.mean(ops.abs(down), axis=places) + ops.mean(ops.abs(across), axis=places)
    rim = ops.concatenate([chance[:, 0], chance[:, -1], chance[:, :, 0], chance[:, :, -1]], axis=1)
    ragged = ops.square(edge) / (area + 0.01)  # the perimeter for the area: more of several spots than of one
    parts = [area, ops.sqrt(area), doubt, edge, ragged, ops.mean(rim, axis=1), ops.max(chance, axis=places)]
    return ops.concatenate([*parts, ops.mean(ops.square(chance), axis=places) / (area + 1e-3)], axis=1)


def _certainty(logits: Any) -> Any:
    """Return the free energy (Liu et al. 2020), the largest probability and the entropy of logits, (batch, 3)."""
    ops = keras.ops
    energy, p = ops.logsumexp(logits, axis=1, keepdims=True), ops.softmax(logits)
    entropy = -ops.sum(p * ops.log(p + 1e-9), axis=1, keepdims=True)
    return ops.concatenate([energy, ops.max(p, axis=1, keepdims=True), entropy], axis=1)


def head(output: str, net: keras.Model, model: keras.Model, outline: Head, *, size: int) -> Head:
    """Return `net`, of features, as something the served model says of photos of `size`."""
    names = layers_read(model)
    shapes = keras.Model(model.input, [model.get_layer(name).output for name in names])
    inputs = [keras.Input(one.shape[1:]) for one in shapes(keras.Input((size, size, 3)))]
    said = net(features_of(dict(zip(names, inputs, strict=True)), outline))
    return Head(output=output, layers=names, net=keras.Model(inputs, said, name=output))
