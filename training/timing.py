"""How long a model takes for a photo, beside a network that everybody knows."""

import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from keras import layers

from classifiers.engines.litert_interpreter import call_with_noise
from training import export
from training.benchmark import SERVED


def milliseconds(*calls: Callable[[], object], rounds: int = 40) -> list[float]:
    """Return the median milliseconds of each call, in turn, so that a busy machine slows all of them alike."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            started = time.perf_counter()
            call()
            taken.append(1000 * (time.perf_counter() - started))
    return [float(np.median(taken)) for taken in times]


def bare_mobilenet(folder: Path) -> Callable[[], object]:
    """Return a call of MobileNetV2 at 224 pixels, nothing learnt: what every baseline's time is held against."""
    file = folder / f"mobilenet_v2-{SERVED}.tflite"
    if not file.exists():
        backbone = keras.applications.MobileNetV2(input_shape=(SERVED, SERVED, 3), include_top=False, weights=None)
        export.write_litert(keras.Model(backbone.input, layers.GlobalAveragePooling2D()(backbone.output)), file)
    return call_with_noise(file.read_bytes())
