"""The models that are compared: what each learns from the same photos, and how it answers."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from classifiers.card import read_photo_card
from classifiers.engines.litert_interpreter import call_with_noise
from classifiers.plugin import examine, load
from classifiers.resize import to_input
from training import color_texture, network
from training.baseline_networks import build_small, result_of, train, write_litert
from training.benchmark import (
    SERVED,
    Baseline,
    BaselineResult,
    Benchmark,
    labels_of,
    megabytes_of,
    rows_learned_from,
    views_learned_from,
)
from training.data import LABELS
from training.predictions import look
from training.run import network_of


def colour_and_texture(benchmark: Benchmark, folder: Path) -> BaselineResult:
    """Histograms of colour, local binary patterns, co-occurrence; gradient-boosted trees."""
    rows = rows_learned_from(benchmark)
    model = HistGradientBoostingClassifier(class_weight="balanced", early_stopping=False, random_state=benchmark.seed)
    model.fit(color_texture.describe_all(benchmark.pixels[rows]), labels_of(benchmark, rows))
    photo = benchmark.pixels[benchmark.asked[0]]
    return BaselineResult(
        logits=_log(model, color_texture.describe_all(benchmark.pixels[benchmark.asked])),
        views=len(rows),
        megabytes=megabytes_of(_pickled(model, folder / "trees.pickle")),
        one=lambda: model.predict_proba(color_texture.describe(photo)[np.newaxis]),
    )


def features_and_regression(benchmark: Benchmark, folder: Path) -> BaselineResult:
    """The last features of MobileNetV2 as ImageNet left them; logistic regression."""
    rows, untrained = rows_learned_from(benchmark), _from_imagenet(benchmark)
    seen = look(untrained, benchmark.pixels[rows], batch=benchmark.batch).features
    model = make_pipeline(
        StandardScaler(),
        LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000, random_state=benchmark.seed),
    )
    model.fit(seen, labels_of(benchmark, rows))
    file = write_litert(untrained, folder, size=SERVED)
    bare = call_with_noise(file.read_bytes())
    return BaselineResult(
        logits=_log(model, look(untrained, benchmark.pixels[benchmark.asked], batch=benchmark.batch).features),
        views=len(rows),
        megabytes=megabytes_of(file, _pickled(model, folder / "regression.pickle")),
        one=lambda: (bare(), model.predict_proba(seen[:1])),
    )


def mobilenet(*, learns_at: int, served_at: int) -> Baseline:
    """MobileNetV2 from ImageNet; learns small, serves larger (Touvron et al. 2019)."""

    def baseline(benchmark: Benchmark, folder: Path) -> BaselineResult:
        model = train(benchmark, folder, lambda: _from_imagenet(benchmark), size=learns_at, rate=3e-4)
        return result_of(model, benchmark, folder, size=served_at, views=views_learned_from(benchmark))

    baseline.__doc__ = f"MobileNetV2 from ImageNet, learns at {learns_at} pixels, serves at {served_at}."
    return baseline


def small_network(benchmark: Benchmark, folder: Path) -> BaselineResult:
    """A small network of separable convolutions from scratch, learns at 112 pixels, serves at 128."""
    model = train(benchmark, folder, lambda: build_small(len(LABELS)), size=112, rate=2e-3)
    return result_of(model, benchmark, folder, size=128, views=views_learned_from(benchmark))


def shipped(card: Path) -> Baseline:
    """Return what ships, by its card: it answers file by file, just as in the chat."""

    def baseline(benchmark: Benchmark, folder: Path) -> BaselineResult:
        plugin = load(read_photo_card(card))
        files = [benchmark.photos[row].path for row in benchmark.asked]
        answers = [examine(plugin, file.read_bytes()).finding.probabilities for file in files]
        p = np.array([[probabilities[label] for label in LABELS] for probabilities in answers])
        model = plugin.card.model
        photo = to_input(Image.fromarray(benchmark.pixels[benchmark.asked[0]]), model.input.size, model.input.resize)
        return BaselineResult(
            logits=np.log(np.maximum(p, 1e-12)),
            views=None,
            megabytes=megabytes_of(model.file) if model.file else 0.0,
            one=lambda: plugin.engine.score(photo),
            calibrated=True,
        )

    baseline.__doc__ = f"What ships, version {read_photo_card(card).model.version}."
    return baseline


def teachers(runs: Sequence[Path]) -> Baseline:
    """Return the networks in these runs together, which the shipped one learnt from (see `training.distil`)."""

    def baseline(benchmark: Benchmark, folder: Path) -> BaselineResult:
        each = []
        for number, run in enumerate(runs):
            own = folder / str(number)
            own.mkdir(exist_ok=True)
            model = network.computed_in(network_of(run), "float32")
            each.append(result_of(model, benchmark, own, size=SERVED, views=None))
        return BaselineResult(
            logits=np.mean([one.logits for one in each], axis=0),
            views=None,
            megabytes=sum(one.megabytes for one in each),
            one=lambda: [one.one() for one in each],
        )

    baseline.__doc__ = f"Its teachers, together: {', '.join(run.name for run in runs)}."
    return baseline


def _from_imagenet(benchmark: Benchmark) -> keras.Model:
    return network.build(len(LABELS), weights=benchmark.weights, backbone=benchmark.backbone)


def _log(model: Any, features: np.ndarray) -> np.ndarray:
    """Return the logarithms of a model's probabilities, (photos, labels), also of labels that it never met."""
    p = np.full((len(features), len(LABELS)), 1e-12)
    p[:, model.classes_] = np.maximum(model.predict_proba(features), 1e-12)
    return np.asarray(np.log(p))


def _pickled(model: Any, file: Path) -> Path:
    file.write_bytes(pickle.dumps(model))
    return file
