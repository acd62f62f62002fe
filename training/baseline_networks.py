"""The networks among the baselines: how they are built, learn within their budget, and answer."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image

from classifiers.engines.litert_interpreter import call_with_noise
from classifiers.resize import to_input
from training import export, network
from training.batches import Batches, LogitAdjustedLoss, Views
from training.benchmark import BaselineResult, Benchmark, megabytes_of
from training.optimizer import AdamW
from training.run import Run


def build_small(labels: int) -> keras.Model:
    """Return a network of 0.4 million weights: pixels 0–255 (any height, any width, 3) → logits (labels,)."""
    pixels = keras.Input((None, None, 3), name="pixels")
    x = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    x = layers.Conv2D(24, 3, strides=2, padding="same", use_bias=False)(x)
    for channels, repeats in ((48, 1), (96, 2), (192, 3), (320, 2)):
        for at in range(repeats):
            y = layers.Activation("relu")(layers.BatchNormalization(momentum=0.95)(x))
            y = layers.SeparableConv2D(channels, 3, strides=1 + (at == 0), padding="same", use_bias=False)(y)
            x = layers.Add()([x, y]) if at else y
    x = layers.Activation("relu", name=network.FEATURES)(layers.BatchNormalization(momentum=0.95)(x))
    maps = layers.Conv2D(labels, 1, name=network.MAPS)(x)
    return keras.Model(pixels, layers.GlobalAveragePooling2D(name="logits")(maps), name="small")


def train(
    benchmark: Benchmark, folder: Path, build: Callable[[], keras.Model], *, size: int, rate: float
) -> keras.Model:
    """Return the network after its budget of views, from where the run in `folder` was left."""
    keras.utils.set_random_seed(benchmark.seed)
    config = {"budget": benchmark.budget, "epochs": benchmark.epochs, "seed": benchmark.seed}
    run = Run(folder, config=config | {"size": size, "rate": rate})
    model = run.model() or build()
    for epoch in range(run.finished, benchmark.epochs):
        views = _views(benchmark, size=size, epoch=epoch)
        if epoch == 0:
            _start(model, rate, steps=len(views) * benchmark.epochs)
        loss = float(model.fit(views, verbose=2).history["loss"][-1])
        run.save(model, epoch=epoch, size=size, loss=loss)
    return model


def _views(benchmark: Benchmark, *, size: int, epoch: int) -> Batches:
    shown = max(benchmark.batch, benchmark.budget // benchmark.epochs)
    return Batches(
        benchmark.pixels,
        benchmark.photos,
        benchmark.training,
        stage=Views(size=size, photos=shown),
        batch=benchmark.batch,
        seed=(benchmark.seed, epoch),
    )


def _start(model: keras.Model, rate: float, *, steps: int) -> None:
    warm = steps // 10
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 20, steps - warm, alpha=0.01, warmup_target=rate, warmup_steps=warm
    )
    optimizer = AdamW(schedule, weight_decay=0.02, clipnorm=1.0)
    model.compile(optimizer=optimizer, loss=LogitAdjustedLoss())


def result_of(
    model: keras.Model, benchmark: Benchmark, folder: Path, *, size: int, views: int | None
) -> BaselineResult:
    """Return what a network answers at a size, through Keras, and what its LiteRT file costs."""
    logits = []
    for start in range(0, len(benchmark.asked), benchmark.batch):
        rows = benchmark.asked[start : start + benchmark.batch]
        photos = [to_input(Image.fromarray(benchmark.pixels[row]), (size, size), "stretch") for row in rows]
        logits.append(np.asarray(model.predict_on_batch(np.stack(photos))))
    file = write_litert(model, folder, size=size)
    return BaselineResult(
        logits=np.concatenate(logits).astype(float),
        views=views,
        megabytes=megabytes_of(file),
        one=call_with_noise(file.read_bytes()),
    )


def write_litert(model: keras.Model, folder: Path, *, size: int) -> Path:
    """Write a network as the LiteRT file it would be shipped as; return the file."""
    file = folder / "model.tflite"
    export.write_litert(export.serving(model, size=size), file)
    return file
