"""A trained network is taught to say of a photo that was sent again what it says of the photo as it is.

    python -m training.restore --run runs/restored
    python -m training.tune --data ../shared/data --begun runs/restored --run runs/tuned

Network and outline learn together, from themselves as they are: what they say of a view and of its mirror image, outline of
it and see in it, they are to say, outline and see when the view was resized and compressed (Zheng et al. 2016, "Improving the
robustness of deep neural networks via stability training"). No labels are shown. Weights are averaged as they move (Izmailov
et al. 2018). Killed on the way, the same command goes on after the last finished epoch. `python -m training.tuned` says what it
gave on validation photos, and `python -m training.ship` takes the run like any other.

A pair of views takes an eighth of a second of one core, an epoch of 2,000 four minutes. What ships was not tuned: it
brought nothing (docs/tuning.md).
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from training import network
from training.batches import TaughtLoss, Views
from training.command import run_recipe
from training.gates import features
from training.options import at_least, parser
from training.outline import recipe as outline
from training.outline.network import OutlineLoss, layers_read
from training.pairs import Pairs
from training.predictions import outputs
from training.run import OUTLINE, Run, kept_file, network_of
from training.skin import VALIDATED, Examples, read_examples, validate

BATCH = 32
MEASURED = 64  # training photos that the spread of the features is measured on


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning(Views):
    """How long the network learns, at which rate, from which layer on, and how much outline and features count."""

    size: int = 160
    photos: int = 2_000
    epochs: int = 6
    rate: float = 2e-4
    learn_from: str | None = None
    averaged: float = 0.97  # of the weights' moving average, that is kept at each step
    outlined: float = 1.0
    seen: float = 0.3


def main() -> None:
    """Tune, saving after every epoch; print the validation figures as they come."""
    options = _options()
    how = Tuning(epochs=options.epochs, photos=options.photos, rate=options.rate, learn_from=options.learn_from)
    tune(data=options.data, begun=options.begun, folder=options.run, cache=options.cache, seed=options.seed, tuning=how)


Known = tuple[keras.Model, keras.Model]  # a network and the decoder of its outline


def tune(
    *,
    data: Path,
    begun: Path,
    folder: Path,
    cache: Path | None = None,
    seed: int = 1,
    tuning: Tuning = Tuning(),
    batch: int = BATCH,
) -> None:
    """Tune network and outline of the run `begun` from where the run in `folder` was left. Raises SystemExit, WrongData."""
    keras.utils.set_random_seed(seed)
    recipe = json.loads(kept_file(begun, "config.json").read_text())
    made = json.loads(kept_file(begun, f"{OUTLINE}/config.json").read_text())
    examples = read_examples(data, cache=cache or folder, thumbnails=False)
    run = Run(folder, config=recipe | {"tuned": {"seed": seed, "batch": batch, **asdict(tuning)}})
    student = _load(folder if run.finished else begun)
    learning = _learning(_load(begun), student, examples, tuning=tuning, batch=batch)
    for epoch in range(run.finished, tuning.epochs):
        rows = [row for row, photo in enumerate(examples.photos) if photo.part == "training"]
        pairs = Pairs(examples.pixels, examples.photos, rows, stage=tuning, batch=batch, seed=(seed, epoch))
        loss = float(learning.fit(pairs, verbose=2).history["loss"][-1])
        looked = (tuning.epochs - 1 - epoch) % VALIDATED == 0
        figures = validate(student[0], examples.pixels, examples.photos) if looked else None
        outline.keep(student[1], student[0], folder=folder / OUTLINE, made=made)
        run.save(student[0], epoch=epoch, size=tuning.size, loss=loss, validation=figures)


def _learning(teacher: Known, student: Known, examples: Examples, *, tuning: Tuning, batch: int) -> keras.Model:
    """Return what learns: its rate warms up over a tenth of an epoch, and an epoch ends with the average of the weights."""
    try:
        network.learn_from(student[0], tuning.learn_from)
    except ValueError as error:
        raise SystemExit(f"--learn-from {error}") from error
    some = [row for row, photo in enumerate(examples.photos) if photo.part == "training"]
    some = some[:: -(-len(some) // MEASURED)]
    known = says(*teacher)
    spread = outputs(known, examples.pixels[some], batch=batch)[-1].std(axis=0)
    learning = Apart(known, says(*student), tuning=tuning, spread=spread + 1e-3)
    warm = max(1, tuning.photos // batch // 10)
    rate = keras.optimizers.schedules.PolynomialDecay(tuning.rate / 20, warm, tuning.rate)
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0, use_ema=True, ema_momentum=tuning.averaged)
    learning.compile(optimizer=optimizer, loss=lambda _, apart: apart, jit_compile=False)
    return learning


class Apart(keras.Model):
    """How far what the student says of a photo that was sent again is from what the teacher says of it as it is."""

    def __init__(self, teacher: keras.Model, student: keras.Model, *, tuning: Tuning, spread: np.ndarray) -> None:
        super().__init__()
        teacher.trainable = False
        self.teacher, self.student = teacher, student
        self._tuning, self._spread = tuning, ops.convert_to_tensor(spread, "float32")

    def call(self, views: tuple[Any, Any], training: bool | None = None) -> Any:
        """Take both views, each (batch, size, size, 3); return (batch,)."""
        as_is, again = views
        one, mirrored = self.teacher(as_is, training=False), self.teacher(ops.flip(as_is, axis=2), training=False)
        logits, places, seen = (0.5 * (own + other) for own, other in zip(one, _turned_back(mirrored), strict=True))
        said = self.student(again, training=training)
        unlike = ops.mean(ops.square((said[2] - seen) / self._spread), axis=1)
        outlined = OutlineLoss().call(ops.sigmoid(places), said[1])
        return TaughtLoss().call(logits, said[0]) + self._tuning.outlined * outlined + self._tuning.seen * unlike


def _turned_back(mirrored: Any) -> tuple[Any, Any, Any]:
    logits, places, seen = mirrored
    return logits, ops.flip(places, axis=2), seen


def says(model: keras.Model, decoder: keras.Model) -> keras.Model:
    """Return from pixels to the logits, those of the outline's places, and what the gates see of the network's layers."""
    outlined = decoder([model.get_layer(name).output for name in layers_read(model)])
    seen = features.pooled(
        [model.get_layer(name).output for name in features.layers_read(model) if name != network.LOGITS]
    )
    return keras.Model(model.input, [model.output, outlined, seen])


def _load(run: Path) -> Known:
    """Return network and decoder of a run. Raises SystemExit."""
    model, decoder = (network_of(run, name) for name in ("last.keras", f"{OUTLINE}/last.keras"))
    return network.computed_in(model, "float32"), decoder


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--begun", type=Path, required=True, help="the run that is tuned: shipped, or restored")
    options.add_argument("--epochs", type=at_least(1), default=Tuning().epochs)
    options.add_argument("--photos", type=at_least(BATCH), default=Tuning().photos, help="pairs of views in an epoch")
    options.add_argument("--rate", type=float, default=Tuning().rate)
    options.add_argument("--learn-from", help="the first layer that learns; all do if not given")
    options.add_argument("--seed", type=at_least(0), default=1)
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
