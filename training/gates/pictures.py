"""The pictures that gates learn from and are measured on: photos as they are, turned, spoiled, and what is no photo of a lesion."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from classifiers.resize import to_input
from training.augment import augment
from training.data import LabelledPhoto
from training.gates import out_of_domain
from training.gates.altered import beside, onto
from training.gates.cameras import through_another
from training.gates.degraded import KINDS, degrade
from training.gates.rashes import rash
from training.gates.textures import Rng
from training.masks import find_masks, load_masks

# Kinds, with those of `degraded` and `out_of_domain`.
LESION, DARKER, PLAIN_SKIN = "lesion", "darker skin", "plain skin"
ELSEWHERE, RASH, DRAWN_RASH = "lesion elsewhere", "rash", "drawn rash"
_LESION_SEEN, _RASH_SEEN = (0.45, 3.0), (0.25, 1.5)  # shares of the area of a photo that another camera sees of it
_CORNERS = {("milk10k", "close-up"), ("pad_ufes_20", "phone")}  # whose photos have the lesion in the middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Some pictures: uint8 (n, side, side, 3), what each is, how far it is spoiled (0–1), and of which row of photos."""

    pixels: np.ndarray
    kind: np.ndarray
    share: np.ndarray
    row: np.ndarray


def lesions(x: np.ndarray, rows: np.ndarray) -> Pictures:
    """Return photos as they are."""
    return _pictures(x[rows], [LESION] * len(rows), rows)


def views(x: np.ndarray, rows: np.ndarray, rng: Rng) -> Pictures:
    """Return a random view of each photo, as the network learns from; every third on browner skin than the data has."""
    made = [augment(x[row], size=x.shape[1], rng=rng) for row in rows]
    made[::3] = [_browner(one, rng) for one in made[::3]]
    return _pictures(made, [LESION if at % 3 else DARKER for at in range(len(rows))], rows)


def elsewhere(x: np.ndarray, rows: np.ndarray, rng: Rng) -> Pictures:
    """Return each photo through another camera, in other light, from further away, on lighter or darker skin."""
    return _pictures([_through(x[row], _LESION_SEEN, x.shape[1], rng) for row in rows], [ELSEWHERE] * len(rows), rows)


def rashes(photos: Sequence[LabelledPhoto], each: int, rng: Rng, *, size: int) -> Pictures:
    """Return every photo of a rash as it is and through `each` other cameras; `row` is its place among `photos`."""
    made, rows = [], []
    for row, photo in enumerate(photos):
        with Image.open(photo.path) as image:
            pixels = np.asarray(image.convert("RGB"))
        made += [to_input(Image.fromarray(pixels), (size, size), "stretch")]
        made += [_through(pixels, _RASH_SEEN, size, rng) for _ in range(each)]
        rows += [row] * (1 + each)
    return _pictures(made, [RASH] * len(made), np.array(rows, dtype=int))


def drawn_rashes(skin: Pictures, rng: Rng) -> Pictures:
    """Return a rash drawn on every piece of plain skin, through another camera."""
    size = skin.pixels.shape[1]
    made = [_through(rash(one, rng), (0.5, 1.0), size, rng) for one in skin.pixels]
    return _pictures(made, [DRAWN_RASH] * len(made), skin.row)


def degraded(x: np.ndarray, rows: np.ndarray, rng: Rng, *, least: dict[str, float] | None = None) -> Pictures:
    """Return every photo spoiled in one of the kinds in turn, by any share, or by one beyond the kind's in `least`."""
    names = [list(KINDS)[at % len(KINDS)] for at in range(len(rows))]
    begins = np.array([least[name] if least else 0.0 for name in names])
    shares = begins + (1 - begins) * rng.random(len(rows))
    made = [degrade(x[row], KINDS[name], share, rng) for row, name, share in zip(rows, names, shares, strict=True)]
    return _pictures(made, names, rows, shares)


def drawn(x: np.ndarray, rows: np.ndarray, n: int, rng: Rng) -> Pictures:
    """Return n pictures that are no photo of a spot, of every kind in turn; some are made of the photos in `rows`."""
    kinds = [out_of_domain.KINDS[at % len(out_of_domain.KINDS)] for at in range(n)]
    photos = [x[row] for row in rows[:200]]
    made = [out_of_domain.draw(kind, rng, size=x.shape[1], photos=photos) for kind in kinds]
    return _pictures(made, kinds, np.full(n, -1))


def beside_lesions(
    x: np.ndarray, photos: Sequence[LabelledPhoto], rows: np.ndarray, n: int, data: Path, rng: Rng
) -> tuple[Pictures, Pictures]:
    """Return about n pieces of plain skin beside lesions, and for comparison cuts as small with a lesion in them.

    HAM10000's masks say where its lesions are; of close-ups and phone photos the corners are taken.
    """
    some = rng.permutation(rows)
    masked = np.array([row for row in some if photos[row].source == "ham10000"][: n // 2], dtype=int)
    paths = find_masks(data, [photos[row] for row in masked]).paths
    masks = dict(zip(masked[list(paths)], load_masks(list(paths.values()), size=x.shape[1]) > 127, strict=True))
    cornered = [row for row in some if (photos[row].source, photos[row].camera) in _CORNERS][: n - n // 2]
    pieces = {row: beside(x[row], masks.get(row), rng) for row in (*masks, *cornered)}
    found = {row: np.asarray(piece) for row, piece in pieces.items() if piece is not None}
    cuts = {row: np.asarray(onto(x[row], lesion, rng)) for row, lesion in masks.items() if lesion.any()}
    return (
        _pictures(list(found.values()), [PLAIN_SKIN] * len(found), np.array(list(found), dtype=int)),
        _pictures(list(cuts.values()), [LESION] * len(cuts), np.array(list(cuts), dtype=int)),
    )


def spread_over(photos: Sequence[LabelledPhoto], part: str, n: int, rng: Rng) -> np.ndarray:
    """Return at most n rows of a part, in order: every camera and source as evenly as it has photos."""
    names = np.array([f"{photo.source}/{photo.camera}" if photo.part == part else "" for photo in photos])
    groups = sorted((np.flatnonzero(names == name) for name in np.unique(names) if name), key=len)
    chosen: list[int] = []
    for at, rows in enumerate(groups):
        chosen += rng.permutation(rows)[: (n - len(chosen)) // (len(groups) - at)].tolist()
    return np.sort(np.array(chosen, dtype=int))


def _through(pixels: np.ndarray, seen: tuple[float, float], size: int, rng: Rng) -> np.ndarray:
    return through_another(pixels, rng, size=size, nearest=seen[0], furthest=seen[1])


def _browner(pixels: np.ndarray, rng: Rng) -> np.ndarray:
    """Return the photo as if on darker skin, in the light that a camera would choose for it."""
    light = rng.uniform(0.5, 0.85) * np.array([1, rng.uniform(0.86, 0.98), rng.uniform(0.75, 0.95)])
    return (pixels * light).astype(np.uint8)


def _pictures(
    pixels: Sequence[np.ndarray] | np.ndarray, kinds: Sequence[str], rows: np.ndarray, shares: np.ndarray | None = None
) -> Pictures:
    return Pictures(
        pixels=np.asarray(pixels),
        kind=np.array(kinds, dtype=object),
        share=np.zeros(len(rows)) if shares is None else shares,
        row=np.asarray(rows),
    )
