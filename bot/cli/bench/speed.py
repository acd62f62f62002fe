"""How fast one photo is answered: from process start, beside the bare model, and beside the same model in Keras."""

import contextlib
import importlib.util
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.bench.machine import clean_environment
from bot.cli.bench.sample_photos import jpeg_photo
from bot.replies.annotated_photo import explain
from classifiers.card import PhotoCard
from classifiers.card.model import LiteRTModel
from classifiers.engines.litert_interpreter import call_with_noise
from classifiers.plugin import PhotoPlugin, examine

ROUNDS = 60
STARTS = 5
KERAS_ROUNDS = 20
LEAST_FOR_KERAS = 32  # pixels a side that its MobileNetV2 takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Medians in milliseconds, each timed in turn. `keras` and `plain` are None where Keras is not installed."""

    bare: float
    found: float  # from opened bytes to the finding
    examined: float  # and the spot outlined and described
    picture: float
    keras: float | None
    plain: float | None  # MobileNetV2 with a head for the labels and nothing else, beside `examined`


def start_seconds(registry: Path, disease: str, *, starts: int = STARTS) -> float:
    """Return the median time from a process's start to its first answer, that of `checkup predict`."""
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(jpeg_photo(1280, 960, seed=1))
        command = [sys.executable, "-m", "bot", "predict", str(photo), "--json", "--disease", disease]
        environment = clean_environment(registry=str(registry.absolute()))

        def answer() -> None:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
            if "outcome" not in json.loads(done.stdout):
                raise RuntimeError(done.stdout)

        answer()  # the first reads everything from the disk
        return statistics.median(_milliseconds(answer) for _ in range(starts)) / 1000


def speed(plugin: PhotoPlugin, *, rounds: int = ROUNDS) -> Speed:
    """Time the parts of one answer for a photo of 1280×960, as a phone sends it. Raises ValueError for no LiteRT model."""
    model = plugin.card.model
    if not isinstance(model, LiteRTModel):
        raise ValueError(f"{plugin.card.id} runs on {model.engine}, not on LiteRT")
    photo = jpeg_photo(1280, 960, seed=2)
    examination = examine(plugin, photo)
    bare = call_with_noise(model.file.read_bytes())
    found: list[float] = []

    def examined() -> None:
        found.append(examine(plugin, photo).milliseconds)

    times = _medians({"bare": bare, "examined": examined, "picture": lambda: explain(plugin.card, examination)}, rounds)
    keras = plain = None
    if has_keras() and min(plugin.card.model.input.size) >= LEAST_FOR_KERAS:
        network = _network(plugin.card)
        beside = _medians(
            {"bare": bare, "keras": _predict(network), "plain": call_with_noise(_litert(network))}, KERAS_ROUNDS
        )
        keras, plain = (times["bare"] * beside[name] / beside["bare"] for name in ("keras", "plain"))
    return Speed(
        bare=times["bare"],
        found=statistics.median(found),
        examined=times["examined"],
        picture=times["picture"],
        keras=keras,
        plain=plain,
    )


def has_keras() -> bool:
    """Return whether the extra `train` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("keras", "tensorflow"))


def _network(card: PhotoCard) -> Any:
    """Return a MobileNetV2 of the shipped shape in Keras; what its weights say takes no time."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # or it tells of every step, once it is imported
    import keras  # noqa: PLC0415 - seconds, and only where it is measured

    height, width = card.model.input.size
    backbone = keras.applications.MobileNetV2(input_shape=(height, width, 3), include_top=False, weights=None)
    maps = keras.layers.Conv2D(len(card.labels), 1)(backbone.output)
    return keras.Model(backbone.input, [keras.layers.GlobalAveragePooling2D()(maps), maps])


def _predict(network: Any) -> Callable[[], object]:
    pixels = np.random.default_rng(1).uniform(-1, 1, (1, *network.input_shape[1:])).astype(np.float32)
    return lambda: network.predict(pixels, verbose=0)


def _litert(network: Any) -> bytes:
    """Return the network as LiteRT with fp16 weights, as models are shipped."""
    import tensorflow as tf  # noqa: PLC0415 - seconds, and only where it is measured

    with contextlib.redirect_stdout(io.StringIO()):  # which gets a line for each of its weights
        converter = tf.lite.TFLiteConverter.from_keras_model(network)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        return bytes(converter.convert())


def _medians(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each, timed in turn so that a busy machine slows all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()  # the first time prepares
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(_milliseconds(call))
    return {name: statistics.median(taken) for name, taken in times.items()}


def _milliseconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)
