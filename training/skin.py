"""The recipe of the skin model: MobileNetV2 for dermatoscope, close-up and phone photos alike.

    python -m training.skin --data ../shared/data --weights MOBILENET_V2_NOTOP.weights.h5 --run runs/skin

Killed on the way, the same command goes on after the last finished epoch. `python -m training.distil` makes one network
of several such runs, `python -m training.ship` measures a run and makes the shipped model and its card of it.

EXPECT balanced accuracy on HAM10000's validation lesions 0.71 and macro AUC 0.956 (one seed); 3 h 15 min on 2 cores that did
other work, too.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from classifiers.metrics import area_under_roc, balanced_accuracy
from training import network, pixels
from training.batches import Batches, LogitAdjustedLoss, Views
from training.data import LABELS, OTHER, LabelledPhoto, read_all
from training.options import parser
from training.run import Run
from training.thresholds import softmax

SERVED = 224  # the size the model is served at, and photos are kept at to cut views from; it learns at smaller ones
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Views):
    """Some epochs over one kind of views, from learning rate `rate` down to the share `left` of it."""

    epochs: int
    rate: float
    left: float = 0.005
    learn_from: str | None = None  # the first layer that learns; None: all do
    precision: str = "float32"  # or "mixed_bfloat16"


# The head first, then everything on small photos, then everything on large ones; last and longest all but the early
# blocks, whose large maps take half of the time and which have nothing more to learn.
STAGES = (
    Stage(size=128, epochs=1, rate=3e-3, learn_from=network.MAPS, photos=6_400),
    Stage(size=128, epochs=6, rate=3e-4, left=0.5),
    Stage(size=192, epochs=13, rate=2.5e-4, mixed=0.2),
    Stage(size=192, epochs=36, rate=3e-4, mixed=0.3, learn_from="block_4_expand", precision="mixed_bfloat16"),
)
VALIDATED = 3  # epochs from one look at the validation photos to the next; the last of a stage is always looked at


def main() -> None:
    """Train, saving after every epoch; print the validation figures as they come."""
    options = _options()
    train(data=options.data, weights=options.weights, folder=options.run, cache=options.cache, seed=options.seed)


def train(
    *,
    data: Path,
    weights: Path | None,
    folder: Path,
    cache: Path | None = None,
    seed: int = 1,
    stages: Sequence[Stage] = STAGES,
    batch: int = BATCH,
) -> None:
    """Train the stages one after another, from where the run in `folder` was left."""
    keras.utils.set_random_seed(seed)
    photos = [photo for photo in read_all(data) if photo.label != OTHER]
    x = pixels.load(photos, size=SERVED, cache=cache or folder)
    training = [row for row, photo in enumerate(photos) if photo.part == "training"]
    run = Run(folder, config={"seed": seed, "stages": [asdict(stage) for stage in stages], "batch": batch})
    model = run.model() or network.build(len(LABELS), weights=weights)
    for number, (stage, epoch) in enumerate((stage, epoch) for stage in stages for epoch in range(stage.epochs)):  # noqa: B020
        if number < run.finished:
            continue
        views = Batches(x, photos, training, stage=stage, batch=batch, seed=(seed, number))
        if epoch == 0:
            model = network.computed_in(model, stage.precision)
            begin(model, stage, steps=len(views) * stage.epochs, loss=LogitAdjustedLoss())
        loss = float(model.fit(views, verbose=2).history["loss"][-1])
        looked = (stage.epochs - 1 - epoch) % VALIDATED == 0
        run.save(
            model,
            epoch=number,
            size=stage.size,
            loss=loss,
            validation=validate(model, x, photos) if looked else None,
        )


def begin(model: keras.Model, stage: Stage, *, steps: int, loss: keras.Loss) -> None:
    """Begin a stage: choose what learns, and a learning rate that warms up and then falls over the stage."""
    network.learn_from(model, stage.learn_from)
    warm = steps // 20
    rate = keras.optimizers.schedules.CosineDecay(
        stage.rate / 20, steps - warm, alpha=stage.left, warmup_target=stage.rate, warmup_steps=warm
    )
    model.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.02, clipnorm=1.0), loss=loss)


def validate(model: keras.Model, x: np.ndarray, photos: list[LabelledPhoto]) -> dict[str, float]:
    """Return per source, on validation at the served size, balanced accuracy and macro AUC over the labels it has."""
    found = {}
    for source in ("ham10000", "milk10k", "pad_ufes_20"):
        rows = [row for row, photo in enumerate(photos) if photo.part == "validation" and photo.source == source]
        truth = np.array([LABELS.index(photos[row].label) for row in rows])
        logits = model.predict(x[rows], batch_size=BATCH, verbose=0)
        known = np.unique(truth)
        found[source] = balanced_accuracy(truth, known[logits[:, known].argmax(axis=1)])
        p = softmax(logits)
        found[f"{source} AUC"] = float(np.mean([area_under_roc(truth == label, p[:, label]) for label in known]))
    return found


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument(
        "--weights", type=Path, help="MobileNetV2 without its head, ImageNet; downloaded when not given"
    )
    options.add_argument("--seed", type=int, default=1)
    return options.parse_args()


if __name__ == "__main__":
    main()
