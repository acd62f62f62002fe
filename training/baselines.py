"""The models that are compared: what each learns from the same photos, and how it answers."""

import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers
from PIL import Image
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from classifiers.card import read_photo_card
from classifiers.engines.litert_interpreter import call_with_noise
from classifiers.plugin import examine, load
from classifiers.resize import to_input
from training import color_texture, export, network
from training.batches import Batches, LogitAdjustedLoss, Views
from training.data import LABELS, LabelledPhoto
from training.predictions import look
from training.run import Run

SERVED = 224
EPOCHS = 8
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """The same for all: photos and their pixels, uint8 (photos, 224, 224, 3), which to learn from, which to answer."""

    photos: Sequence[LabelledPhoto]
    pixels: np.ndarray
    training: Sequence[int]
    asked: Sequence[int]
    budget: int  # views that a network may learn from
    weights: Path | None  # of MobileNetV2, ImageNet
    seed: int = 1
    epochs: int = EPOCHS
    batch: int = BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineResult:
    """What a baseline says, and what it costs."""

    logits: np.ndarray  # float (asked, labels)
    views: int | None  # that it learnt from; None: as it was made elsewhere
    megabytes: float
    one: Callable[[], object]  # answers one photo, whose pixels are there already
    calibrated: bool = False  # its logits are the logarithms of probabilities that need no more calibration


Baseline = Callable[[Benchmark, Path], BaselineResult]


def colour_and_texture(benchmark: Benchmark, folder: Path) -> BaselineResult:
    """Histograms of colour, local binary patterns, co-occurrence; gradient-boosted trees."""
    rows = _some(benchmark)
    model = HistGradientBoostingClassifier(class_weight="balanced", early_stopping=False, random_state=benchmark.seed)
    model.fit(color_texture.describe_all(benchmark.pixels[rows]), _labels(benchmark, rows))
    photo = benchmark.pixels[benchmark.asked[0]]
    return BaselineResult(
        logits=_log(model, color_texture.describe_all(benchmark.pixels[benchmark.asked])),
        views=len(rows),
        megabytes=_megabytes(_pickled(model, folder / "trees.pickle")),
        one=lambda: model.predict_proba(color_texture.describe(photo)[np.newaxis]),
    )


def features_and_regression(benchmark: Benchmark, folder: Path) -> BaselineResult:
    """The last features of MobileNetV2 as ImageNet left them; logistic regression."""
    rows, untrained = _some(benchmark), network.build(len(LABELS), weights=benchmark.weights)
    seen = look(untrained, benchmark.pixels[rows], batch=benchmark.batch).features
    model = make_pipeline(
        StandardScaler(),
        LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000, random_state=benchmark.seed),
    )
    model.fit(seen, _labels(benchmark, rows))
    file = _litert(untrained, folder, size=SERVED)
    bare = call_with_noise(file.read_bytes())
    return BaselineResult(
        logits=_log(model, look(untrained, benchmark.pixels[benchmark.asked], batch=benchmark.batch).features),
        views=len(rows),
        megabytes=_megabytes(file, _pickled(model, folder / "regression.pickle")),
        one=lambda: (bare(), model.predict_proba(seen[:1])),
    )


def mobilenet(*, learns_at: int, served_at: int) -> Baseline:
    """MobileNetV2 from ImageNet; learns small, serves larger (Touvron et al. 2019)."""

    def baseline(benchmark: Benchmark, folder: Path) -> BaselineResult:
        model = _train(
            benchmark, folder, lambda: network.build(len(LABELS), weights=benchmark.weights), size=learns_at, rate=3e-4
        )
        return _answers_of(model, benchmark, folder, size=served_at, views=_views(benchmark))

    baseline.__doc__ = f"MobileNetV2 from ImageNet, learns at {learns_at} pixels, serves at {served_at}."
    return baseline


def small_network(benchmark: Benchmark, folder: Path) -> BaselineResult:
    """A small network of separable convolutions from scratch, learns at 112 pixels, serves at 128."""
    model = _train(benchmark, folder, lambda: build_small(len(LABELS)), size=112, rate=2e-3)
    return _answers_of(model, benchmark, folder, size=128, views=_views(benchmark))


def shipped(card: Path) -> Baseline:
    """What ships, by its card: file by file through the door that the chat uses."""

    def baseline(benchmark: Benchmark, folder: Path) -> BaselineResult:
        plugin = load(read_photo_card(card))
        said = [
            examine(plugin, benchmark.photos[row].path.read_bytes()).finding.probabilities for row in benchmark.asked
        ]
        p = np.array([[probabilities[label] for label in LABELS] for probabilities in said])
        model = plugin.card.model
        photo = to_input(Image.fromarray(benchmark.pixels[benchmark.asked[0]]), model.input.size, model.input.resize)
        return BaselineResult(
            logits=np.log(np.maximum(p, 1e-12)),
            views=None,
            megabytes=_megabytes(model.file) if model.file else 0.0,
            one=lambda: plugin.engine.score(photo),
            calibrated=True,
        )

    baseline.__doc__ = "What ships."
    return baseline


def teachers(runs: Sequence[Path]) -> Baseline:
    """The networks in these runs together, which the shipped one learnt from (see `training.distil`)."""

    def baseline(benchmark: Benchmark, folder: Path) -> BaselineResult:
        each = []
        for number, run in enumerate(runs):
            own = folder / str(number)
            own.mkdir(exist_ok=True)
            model = network.computed_in(keras.models.load_model(run / "last.keras", compile=False), "float32")
            each.append(_answers_of(model, benchmark, own, size=SERVED, views=None))
        return BaselineResult(
            logits=np.mean([one.logits for one in each], axis=0),
            views=None,
            megabytes=sum(one.megabytes for one in each),
            one=lambda: [one.one() for one in each],
        )

    baseline.__doc__ = "Its teachers, together."
    return baseline


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


def _train(
    benchmark: Benchmark, folder: Path, build: Callable[[], keras.Model], *, size: int, rate: float
) -> keras.Model:
    """Return the network after its budget of views, from where the run in `folder` was left."""
    keras.utils.set_random_seed(benchmark.seed)
    config = {
        "budget": benchmark.budget,
        "epochs": benchmark.epochs,
        "size": size,
        "rate": rate,
        "seed": benchmark.seed,
    }
    run = Run(folder, config=config)
    model = run.model() or build()
    for epoch in range(run.finished, benchmark.epochs):
        views = Batches(
            benchmark.pixels,
            benchmark.photos,
            benchmark.training,
            stage=Views(size=size, photos=max(benchmark.batch, benchmark.budget // benchmark.epochs)),
            batch=benchmark.batch,
            seed=(benchmark.seed, epoch),
        )
        if epoch == 0:
            steps = len(views) * benchmark.epochs
            warm = steps // 10
            schedule = keras.optimizers.schedules.CosineDecay(
                rate / 20, steps - warm, alpha=0.01, warmup_target=rate, warmup_steps=warm
            )
            optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.02, clipnorm=1.0)
            model.compile(optimizer=optimizer, loss=LogitAdjustedLoss())
        loss = float(model.fit(views, verbose=2).history["loss"][-1])
        run.save(model, epoch=epoch, size=size, loss=loss)
    return model


def _answers_of(
    model: keras.Model, benchmark: Benchmark, folder: Path, *, size: int, views: int | None
) -> BaselineResult:
    found = []
    for start in range(0, len(benchmark.asked), benchmark.batch):
        rows = benchmark.asked[start : start + benchmark.batch]
        photos = [to_input(Image.fromarray(benchmark.pixels[row]), (size, size), "stretch") for row in rows]
        found.append(np.asarray(model.predict_on_batch(np.stack(photos))))
    file = _litert(model, folder, size=size)
    return BaselineResult(
        logits=np.concatenate(found).astype(float),
        views=views,
        megabytes=_megabytes(file),
        one=call_with_noise(file.read_bytes()),
    )


def _litert(model: keras.Model, folder: Path, *, size: int) -> Path:
    file = folder / "model.tflite"
    export.write_litert(export.serving(model, size=size), file)
    return file


def _some(benchmark: Benchmark) -> np.ndarray:
    """Return the rows that a model without views learns from: each photo once, as many as the budget allows."""
    rows = np.array(benchmark.training)
    if len(rows) <= benchmark.budget:
        return rows
    return np.sort(np.random.default_rng(benchmark.seed).choice(rows, benchmark.budget, replace=False))


def _views(benchmark: Benchmark) -> int:
    return benchmark.budget // benchmark.epochs // benchmark.batch * benchmark.batch * benchmark.epochs


def _labels(benchmark: Benchmark, rows: np.ndarray) -> np.ndarray:
    return np.array([LABELS.index(benchmark.photos[row].label) for row in rows])


def _log(model: Any, features: np.ndarray) -> np.ndarray:
    """Return the logarithms of a model's probabilities, (photos, labels), also of labels that it never met."""
    p = np.full((len(features), len(LABELS)), 1e-12)
    p[:, model.classes_] = np.maximum(model.predict_proba(features), 1e-12)
    return np.asarray(np.log(p))


def _pickled(model: Any, file: Path) -> Path:
    file.write_bytes(pickle.dumps(model))
    return file


def _megabytes(*files: Path) -> float:
    return sum(file.stat().st_size for file in files) / 1e6
