"""How fast one photo is answered: from process start, beside the bare model, and beside the same model in Keras."""

import importlib.util
import json
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
from ai_edge_litert.interpreter import Interpreter

from bot.commands.bench_machine import clean_environment
from bot.commands.sample_photos import jpeg_photo
from bot.pictures import explain
from classifiers.card import Card
from classifiers.plugin import Plugin, examine

ROUNDS = 60
STARTS = 5
KERAS_ROUNDS = 20
LEAST_FOR_KERAS = 32  # pixels a side that its MobileNetV2 takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Medians in milliseconds over rounds in which each was timed in turn. `keras` is None where it is not installed."""

    bare: float
    examined: float
    picture: float
    keras: float | None


def start_seconds(registry: Path, disease: str, *, starts: int = STARTS) -> float:
    """Return the median time from a process's start to its first answer, that of `checkup predict`."""
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(jpeg_photo(1280, 960, seed=1))
        command = [sys.executable, "-m", "bot", "predict", str(photo), "--json", "--disease", disease]
        environment = clean_environment(registry=str(registry.absolute()))

        def answer() -> None:
            told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
            if "outcome" not in json.loads(told.stdout):
                raise RuntimeError(told.stdout)

        answer()  # the first reads everything from the disk
        return statistics.median(_milliseconds(answer) for _ in range(starts)) / 1000


def speed(plugin: Plugin, *, rounds: int = ROUNDS) -> Speed:
    """Time the parts of one answer for a photo of 1280×960, as a phone sends it."""
    photo = jpeg_photo(1280, 960, seed=2)
    examination = examine(plugin, photo)
    bare = _bare_model(plugin.card)
    timed: dict[str, Callable[[], Any]] = {
        "bare": bare,
        "examined": lambda: examine(plugin, photo),
        "picture": lambda: explain(plugin.card, examination),
    }
    times = _medians(timed, rounds)
    keras = None
    if has_keras() and min(plugin.card.model.input.size) >= LEAST_FOR_KERAS:
        beside = _medians({"bare": bare, "keras": _keras_model(plugin.card)}, KERAS_ROUNDS)
        keras = times["bare"] * beside["keras"] / beside["bare"]
    return Speed(bare=times["bare"], examined=times["examined"], picture=times["picture"], keras=keras)


def has_keras() -> bool:
    """Return whether the extra `train` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("keras", "tensorflow"))


def _bare_model(card: Card) -> Callable[[], Any]:
    """Return a call of the model alone, on one thread, its input in place."""
    interpreter = Interpreter(model_content=card.model.weights.read_bytes(), num_threads=1)
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()[0]
    pixels = np.random.default_rng(1).uniform(0, 255, details["shape"]).astype(details["dtype"])
    interpreter.set_tensor(details["index"], pixels)
    return lambda: interpreter.invoke()  # noqa: PLW0108 - the runtime has no types


def _keras_model(card: Card) -> Callable[[], object]:
    """Return Keras' `predict` of a network of the shipped shape; what its weights say takes no time."""
    import keras  # noqa: PLC0415 - seconds, and only where it is measured

    height, width = card.model.input.size
    backbone = keras.applications.MobileNetV2(input_shape=(height, width, 3), include_top=False, weights=None)
    maps = keras.layers.Conv2D(len(card.labels), 1)(backbone.output)
    model = keras.Model(backbone.input, [keras.layers.GlobalAveragePooling2D()(maps), maps])
    pixels = np.random.default_rng(1).uniform(-1, 1, (1, height, width, 3)).astype(np.float32)
    return lambda: model.predict(pixels, verbose=0)


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
