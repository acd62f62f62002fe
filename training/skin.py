"""The recipe of the skin model: MobileNetV2 for dermatoscope, close-up and phone photos alike.

    python -m training.skin --data ../shared/data --weights MOBILENET_V2_NOTOP.weights.h5 --run runs/skin

Killed on the way, the same command goes on after the last finished epoch. `python -m training.ship` then measures the
result and makes the shipped model and its card of it.
"""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from classifiers.measures import balanced_accuracy
from training import network, pixels
from training.batches import Batches, LogitAdjustedLoss
from training.data import LABELS, OTHER, Photo, read_all
from training.run import Run

INPUT = (
    224  # the size photos are decoded to and the model is served at; it learns at smaller ones (Touvron et al. 2019)
)
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Some epochs at one input size; an epoch is `photos` random views."""

    size: int
    epochs: int
    rate: float
    learn_from: str | None  # the first layer that learns; None: all do
    photos: int = 14_000


# The head first, then everything on small photos, then all but the first blocks (colours and edges) on large ones.
STAGES = (
    Stage(size=96, epochs=1, rate=3e-3, learn_from=network.MAPS, photos=8_000),
    Stage(size=112, epochs=5, rate=6e-4, learn_from=None),
    Stage(size=192, epochs=6, rate=3e-4, learn_from="block_5_expand"),
)


def main() -> None:
    """Train, saving after every epoch; print the validation figure as it comes."""
    options = _options()
    keras.utils.set_random_seed(options.seed)
    photos = [photo for photo in read_all(options.data) if photo.label != OTHER]
    x = pixels.load(photos, size=INPUT, cache=options.cache or options.run)
    run = Run(options.run, config={"seed": options.seed, "stages": [asdict(one) for one in STAGES], "batch": BATCH})
    model = run.model() or network.build(len(LABELS), weights=options.weights)
    for number, (stage, epoch) in enumerate((one, epoch) for one in STAGES for epoch in range(one.epochs)):
        if number < run.finished:
            continue
        if epoch == 0:
            _start(model, stage)
        loss = _learn(model, stage, epoch, x, photos, seed=options.seed)
        run.save(model, epoch=number, size=stage.size, loss=loss, validation=_validate(model, x, photos))


def _start(model: keras.Model, stage: Stage) -> None:
    """Begin a stage: choose what learns, and a learning rate that warms up and then falls to zero over the stage."""
    network.learn_from(model, stage.learn_from)
    steps = stage.photos // BATCH * stage.epochs
    warm = steps // 20
    rate = keras.optimizers.schedules.CosineDecay(
        stage.rate / 20, steps - warm, alpha=0.005, warmup_target=stage.rate, warmup_steps=warm
    )
    model.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.02, clipnorm=1.0), loss=LogitAdjustedLoss())


def _learn(model: keras.Model, stage: Stage, epoch: int, x: np.ndarray, photos: list[Photo], *, seed: int) -> float:
    rows = [row for row, photo in enumerate(photos) if photo.part == "training"]
    steps = stage.photos // BATCH
    batches = Batches(
        x, photos, rows, size=stage.size, batch=BATCH, steps=steps, seed=seed, epoch=epoch * 1000 + stage.size
    )
    return float(model.fit(batches, verbose=2).history["loss"][-1])


def _validate(model: keras.Model, x: np.ndarray, photos: list[Photo]) -> dict[str, float]:
    """Return the balanced accuracy on validation, per source; scc counts as akiec where the source has no scc."""
    found = {}
    for source in ("ham10000", "milk10k", "pad_ufes_20"):
        rows = [row for row, photo in enumerate(photos) if photo.part == "validation" and photo.source == source]
        truth = np.array([LABELS.index(photos[row].label) for row in rows])
        logits = model.predict(x[rows], batch_size=BATCH, verbose=0)
        known = np.unique(truth)
        found[source] = balanced_accuracy(truth, known[logits[:, known].argmax(axis=1)])
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of data sets")
    parser.add_argument(
        "--weights", type=Path, help="MobileNetV2 without its head, ImageNet; downloaded when not given"
    )
    parser.add_argument("--run", type=Path, default=Path("runs/skin"), help="where the run is kept, and goes on from")
    parser.add_argument("--cache", type=Path, help="where decoded photos are kept (default: in the run)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
