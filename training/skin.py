"""The recipe of the skin model: one network for dermatoscope, close-up and phone photos alike.

    python -m training.skin --data ../shared/data --weights MOBILENET_V2_NOTOP.weights.h5 --run runs/skin

`--backbone efficientnet_lite0` (with its own weights) learns by that backbone's stages instead of MobileNetV2's. Killed on the
way, the same command goes on after the last finished epoch. `python -m training.distil` makes one network
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
from training import network
from training.backbones import BACKBONES, MOBILENET_V2
from training.batches import Batches, LogitAdjustedLoss
from training.command import run_recipe
from training.data import LABELS, OTHER, LabelledPhoto, read_all, read_bcn20000
from training.optimizer import AdamW
from training.options import at_least, parser
from training.pixels import JoinedPixels, load
from training.predictions import outputs
from training.run import Run
from training.stages import STAGES, Stage
from training.thresholds import softmax

SERVED = 224  # the size the model is served at, and photos are kept at to cut views from; it learns at smaller ones
THUMBNAIL_SIDE = 96  # the size thumbnails are kept at, twelve pixels more than they have
BATCH = 64
VALIDATED = 3  # epochs from one look at the validation photos to the next; the last of a stage is always looked at


def main() -> None:
    """Train, saving after every epoch; print the validation figures as they come."""
    options = _options()
    train(
        data=options.data,
        weights=options.weights,
        folder=options.run,
        cache=options.cache,
        seed=options.seed,
        backbone=options.backbone,
        batch=options.batch,
    )


def train(
    *,
    data: Path,
    weights: Path | None,
    folder: Path,
    cache: Path | None = None,
    seed: int = 1,
    backbone: str = MOBILENET_V2,
    stages: Sequence[Stage] | None = None,
    batch: int = BATCH,
) -> None:
    """Train the stages, by default the backbone's own, one after another from where the run in `folder` was left."""
    keras.utils.set_random_seed(seed)
    stages = STAGES[backbone] if stages is None else stages
    examples = read_examples(data, cache=cache or folder, thumbnails=any(stage.thumbnails for stage in stages))
    run = _run(folder, stages, seed=seed, batch=batch, backbone=backbone)
    model = run.model() or network.build(len(LABELS), weights=weights, backbone=backbone)
    for number, (stage, epoch) in list(enumerate(_epochs(stages)))[run.finished :]:
        views = examples.views(stage, batch=batch, seed=(seed, number))
        model = _learn(model, views, examples, run, stage=stage, epoch=epoch, number=number)


def _run(folder: Path, stages: Sequence[Stage], *, seed: int, batch: int, backbone: str) -> Run:
    """Return the run in a folder, new or as it was left. Raises SystemExit where it was begun by another recipe."""
    config = {"seed": seed, "stages": [asdict(stage) for stage in stages], "batch": batch, "backbone": backbone}
    return Run(folder, config=config)


def _epochs(stages: Sequence[Stage]) -> list[tuple[Stage, int]]:
    """Return each epoch of a run: its stage, and its number in that."""
    return [(stage, epoch) for stage in stages for epoch in range(stage.epochs)]


def _learn(
    model: keras.Model, views: Batches, examples: "Examples", run: Run, *, stage: Stage, epoch: int, number: int
) -> keras.Model:
    """Train for an epoch, the `number`th of the run, keep it there with its figures, and return the network."""
    if epoch == 0:
        model = network.computed_in(model, stage.precision)
        begin(model, stage, steps=len(views) * stage.epochs, loss=LogitAdjustedLoss())
    loss = float(model.fit(views, verbose=2).history["loss"][-1])
    looked = (stage.epochs - 1 - epoch) % VALIDATED == 0
    figures = validate(model, examples.pixels, examples.photos) if looked else None
    run.save(model, epoch=number, size=stage.size, loss=loss, validation=figures)
    return model


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """All labelled photos with their pixels, uint8 (photos, 224, 224, 3); thumbnails with theirs, at 96 pixels."""

    photos: list[LabelledPhoto]
    pixels: np.ndarray
    thumbnails: list[LabelledPhoto]
    thumbnail_pixels: np.ndarray

    def views(self, stage: Stage, *, batch: int, seed: tuple[int, int]) -> Batches:
        """Return an epoch of views of the training photos, and of all thumbnails where the stage learns from them."""
        rows = [row for row, photo in enumerate(self.photos) if photo.part == "training"]
        everything = [*self.photos, *self.thumbnails]
        if stage.thumbnails:
            rows += range(len(self.photos), len(everything))
        pixels = JoinedPixels(self.pixels, self.thumbnail_pixels)
        return Batches(pixels, everything, rows, stage=stage, batch=batch, seed=seed)


def read_examples(data: Path, *, cache: Path, thumbnails: bool) -> Examples:
    """Return the photos that have one of the labels, and BCN20000's thumbnails if asked for. Raises WrongData."""
    photos = [photo for photo in read_all(data) if photo.label != OTHER]
    x = load(photos, size=SERVED, cache=cache)
    small = read_bcn20000(data) if thumbnails else []
    return Examples(
        photos=photos,
        pixels=x,
        thumbnails=small,
        thumbnail_pixels=load(small, size=THUMBNAIL_SIDE, cache=cache) if small else x[:0],
    )


def begin(model: keras.Model, stage: Stage, *, steps: int, loss: keras.Loss) -> None:
    """Begin a stage: choose what learns, and a learning rate that warms up and then falls over the stage."""
    network.learn_from(model, stage.learn_from)
    warm = steps // 20
    rate = keras.optimizers.schedules.CosineDecay(
        stage.rate / 20, steps - warm, alpha=stage.left, warmup_target=stage.rate, warmup_steps=warm
    )
    optimizer = AdamW(rate, weight_decay=0.02, clipnorm=1.0)
    # Compiled by XLA a step takes ten times as long on a processor without AVX-512: 9.5 s against 0.88 s.
    model.compile(optimizer=optimizer, loss=loss, jit_compile=False)


def validate(model: keras.Model, x: np.ndarray, photos: list[LabelledPhoto]) -> dict[str, float]:
    """Return per source, on validation at the served size, balanced accuracy and macro AUC over the labels it has."""
    found = {}
    for source in ("ham10000", "milk10k", "pad_ufes_20"):
        rows = [row for row, photo in enumerate(photos) if photo.part == "validation" and photo.source == source]
        truth = np.array([LABELS.index(photos[row].label) for row in rows])
        (logits,) = outputs(model, x[rows], batch=BATCH)
        known = np.unique(truth)
        found[source] = balanced_accuracy(truth, known[logits[:, known].argmax(axis=1)])
        p = softmax(logits)
        found[f"{source} AUC"] = float(np.mean([area_under_roc(truth == label, p[:, label]) for label in known]))
    return found


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--backbone", choices=BACKBONES, default=MOBILENET_V2, help=f"default: {MOBILENET_V2}")
    options.add_argument(
        "--weights",
        type=Path,
        help="the backbone without its head, ImageNet; MobileNetV2's are downloaded if not given",
    )
    options.add_argument("--seed", type=at_least(0), default=1)
    options.add_argument("--batch", type=at_least(1), default=BATCH, help=f"views of a step; default: {BATCH}")
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
