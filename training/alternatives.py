"""What else could be decided with the same trained network, on validation photos of lesions and people it was not fitted on.

    python -m training.alternatives --data ../shared/data --run runs/skin

Writes `docs/alternatives.md`. Every alternative is fitted on nine tenths of the validation lesions and people and judged on
the rest, in turn. The test part is not looked at. What the network says of each view is kept in the run.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache as cache_of
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image

from classifiers.photo.open import open_photo
from classifiers.resize import to_input
from training import alternatives_figures as figures
from training import alternatives_text, early_heads, network, pixels
from training.command import run_recipe
from training.data import CAMERAS, OTHER, LabelledPhoto, read_all
from training.held_out import (
    Heads,
    Known,
    Way,
    as_shipped,
    by_risk,
    for_camera,
    held_out,
    moved,
    refitted,
)
from training.held_out_alarm import of_camera, of_likely_cameras, regressed, regressed_apart
from training.options import at_least, parser
from training.predictions import Predictions, look
from training.report import SOURCES
from training.robustness import sent_again
from training.run import network_of
from training.ship import ALARM
from training.skin import SERVED
from training.views import VIEWS
from training.whole_file import whole

TOGETHER = (
    ("the whole",),
    ("the whole", "mirrored"),
    ("the whole", "turned"),
    ("the whole", "smaller"),
    ("the whole", "its middle, mirrored"),
    ("softened",),
)
DECISIONS: dict[str, Way] = {
    "named by risk, a quarter of a step": partial(by_risk, step=0.25),
    "named by risk, half a step": partial(by_risk, step=0.5),
    "percentages moved by a quarter of a step": partial(moved, step=0.25),
    "a temperature for each camera, known": partial(for_camera, bias=False),
    "temperature and bias for each camera, known": partial(for_camera, bias=True),
    "a temperature for each camera, guessed": partial(for_camera, bias=False, known=False),
    "an alarm for each camera, known": partial(of_camera, known=True),
    "an alarm for each camera, guessed": partial(of_camera, known=False),
    "an alarm by the cameras that are not excluded": of_likely_cameras,
    "an alarm by a regression on the percentages": partial(regressed, seen="percentages"),
    "an alarm by a regression on the features": partial(regressed, seen="features"),
    "an alarm by heads of its own": partial(regressed, seen="heads"),
    "an alarm by a regression, but for dermatoscopes, known": partial(regressed_apart, seen="percentages", known=True),
    "an alarm by a regression, but for dermatoscopes, guessed": partial(
        regressed_apart, seen="percentages", known=False
    ),
    "an alarm by heads, but for dermatoscopes, known": partial(regressed_apart, seen="heads", known=True),
    "an alarm by heads, but for dermatoscopes, guessed": partial(regressed_apart, seen="heads", known=False),
    "the head fitted anew": refitted,
}
RECALLED = tuple(DECISIONS)[:2]  # whose recall of each label is shown
FEW = 120  # photos of each camera that are sent again


def main() -> None:
    """Measure, and write the page."""
    options = _options()
    cache = options.cache or options.run
    looked = look_at(options.data, run=options.run, cache=cache, few=options.few)
    heads = ask_heads(options.data, run=options.run, cache=cache)
    alternatives_text.write(options.page, measure(looked, heads))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the network says of validation photos in every view, and of some of them once they were sent again."""

    photos: Sequence[LabelledPhoto]
    seen: dict[str, Predictions]  # by view
    some: Sequence[LabelledPhoto]
    again: dict[str, Predictions]  # by view; of each of `some` as it is and then of its variants


def measure(looked: Looked, heads: Heads) -> dict[str, Any]:
    """Return `alternatives` {name: {source: figures}}, `floor` {source: ECE}, `recall` {name: {label: figure}} and `stable`
    {views: {camera: figure}}."""
    photos, features = looked.photos, looked.seen["the whole"].features
    known = {
        views: Known(photos=photos, logits=_together(looked.seen, views), features=features, heads=heads)
        for views in TOGETHER
    }
    answers = {" + ".join(views): held_out(one, as_shipped) for views, one in known.items()}
    answers |= {name: held_out(known[TOGETHER[0]], way) for name, way in DECISIONS.items()}
    return {
        "alternatives": {name: figures.by_source(photos, one) for name, one in answers.items()},
        "floor": {source: figures.least_error(photos, answers["the whole"], source) for source in SOURCES},
        "recall": {name: figures.recall(photos, answers[name], "ham10000") for name in ("the whole", *RECALLED)},
        "stable": {
            " + ".join(views): figures.stable(looked.some, of, _together(looked.again, views))
            for views, of in known.items()
        },
    }


def look_at(data: Path, *, run: Path, cache: Path, few: int, views: Iterable[str] = VIEWS) -> Looked:
    """Return what the run's network says of these views, kept in the run at the first call."""
    photos, x, model = _opened(data, run=run, cache=cache)
    rows = _rows(photos, "validation")
    validation = [photos[row] for row in rows]
    some = [photo for camera in CAMERAS for photo in _few([one for one in validation if one.camera == camera], few)]
    sent, folder = cache_of(lambda: _sent(some)), _views(run, model, photos)
    return Looked(
        photos=validation,
        seen={view: _seen(model, view, lambda: x[rows], file=folder / f"{view}.npz") for view in views},
        some=some,
        again={view: _seen(model, view, sent, file=folder / f"{view}, {few} sent again.npz") for view in views},
    )


def ask_heads(data: Path, *, run: Path, cache: Path) -> Heads:
    """Return what heads say of validation photos that learnt of training photos what the run's network sees of them."""
    photos, x, model = _opened(data, run=run, cache=cache)
    seen = {}
    for part in ("training", "validation"):
        file = _views(run, model, photos) / f"every layer, {part}.npy"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            asked = early_heads.seen_by(model, x[_rows(photos, part)])
            with whole(file) as unfinished:
                np.save(unfinished, asked)
        seen[part] = np.load(file)
    learnt = [photos[row] for row in _rows(photos, "training")]
    cameras = np.array([photo.camera for photo in learnt])
    malignant = np.isin([photo.label for photo in learnt], ALARM)
    return Heads(
        chance=early_heads.guessed_cameras(seen["training"], cameras, seen["validation"]),
        alarm=early_heads.alarm_scores(seen["training"], cameras, malignant, seen["validation"]),
    )


def _opened(data: Path, *, run: Path, cache: Path) -> tuple[list[LabelledPhoto], np.ndarray, keras.Model]:
    """Return the photos, their pixels, uint8 (n, side, side, 3), and the run's network as it is served."""
    photos = [photo for photo in read_all(data) if photo.label != OTHER]
    model = network.computed_in(network_of(run), "float32")
    network.round_weights(model)
    return photos, pixels.load(photos, size=SERVED, cache=cache), model


def _views(run: Path, model: keras.Model, photos: Sequence[LabelledPhoto]) -> Path:
    """Return where is kept what the network says: elsewhere once it has learnt on, or is asked about other photos."""
    return run / "views" / network.digest(model, "\n".join(f"{photo.source}/{photo.path.stem}" for photo in photos))


def _rows(photos: Sequence[LabelledPhoto], part: str) -> list[int]:
    return [row for row, photo in enumerate(photos) if photo.part == part]


def _few(photos: Sequence[LabelledPhoto], few: int) -> Sequence[LabelledPhoto]:
    return photos[:: max(1, len(photos) // few)][:few]


def _seen(model: keras.Model, view: str, shown: Callable[[], np.ndarray], *, file: Path) -> Predictions:
    """Return what the network says of a view of what is shown, asked at the first call."""
    if not file.exists():
        print(f"looking at {file.stem}", flush=True)
        said = look(model, np.stack([VIEWS[view](one) for one in shown()]))
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole(file) as unfinished:
            np.savez(unfinished, logits=said.logits, features=said.features)
    with np.load(file) as found:
        return Predictions(logits=found["logits"], features=found["features"])


def _sent(photos: Sequence[LabelledPhoto]) -> np.ndarray:
    """Return each photo as it is and at other sizes and qualities, one after another: uint8 (n, side, side, 3)."""

    def of_photo(photo: LabelledPhoto) -> list[np.ndarray]:
        with Image.open(photo.path) as image:
            files = [photo.path.read_bytes(), *sent_again(image.convert("RGB"))]
        opened = [open_photo(one, least=2 * SERVED).image for one in files]
        return [to_input(one, (SERVED, SERVED), "stretch") for one in opened]

    with ThreadPoolExecutor(2) as pool:
        return np.stack([one for made in pool.map(of_photo, photos) for one in made])


def _together(seen: dict[str, Predictions], views: Sequence[str]) -> np.ndarray:
    return np.asarray(np.mean([seen[view].logits for view in views], axis=0), dtype=np.float64)


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--page", type=Path, default=Path("docs/alternatives.md"), help="where the page is written")
    options.add_argument("--few", type=at_least(1), default=FEW, help="photos of each camera that are sent again")
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
