"""Pairs of photos: of the same lesion, which count as unchanged, of two lesions, and with a change drawn into the later one."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from classifiers.following.change import View, view_of
from classifiers.following.differences import Differences, differences
from classifiers.following.registration import register
from classifiers.photo.decode import Photo
from classifiers.photo.open import open_photo
from classifiers.plugin import PhotoPlugin, examine_opened, least_side, outlined, scored
from classifiers.resize import to_input
from training.data import LabelledPhoto, read_ham10000, read_pad_ufes_20
from training.following.drawn import with_new_colour, with_new_part
from training.pixels import readable
from training.tables import read_rows

SAME, KIN, OTHER = "same", "kin", "other"  # the same lesion; two of the same label; two of any
NEW_COLOUR, NEW_PART = "new_colour", "new_part"  # the same lesion, the later photo changed by us
_EVERY = 2  # of the lesions, for pairs other than the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two photos compared. `found` is None where one of them shows no outlined lesion; then nobody can tell."""

    kind: str
    group: str
    camera: str
    found: Differences | None
    log_scale: float = 0.0  # by which the outlines differ once all that is seen lies over each other
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """A lesion with two photos, the first and the second of its table."""

    photo: LabelledPhoto
    later: LabelledPhoto
    before: View
    after: View


def read_pairs(plugin: PhotoPlugin, data: Path, part: str, *, most: int) -> list[Pair]:
    """Return the pairs of a part, from up to `most` lesions with several photos of each camera. Raises WrongData."""
    chance = np.random.default_rng(1)
    of_part = (photo for photo in read_ham10000(data) if photo.part == part)
    looked = [_looked(plugin, photos) for photos in _repeated(of_part, key=lambda photo: photo.group)[:most]]
    pairs = _paired(looked, chance)
    for one in looked[::_EVERY]:
        pairs += _changed(plugin, one, chance)
    phone = [_looked(plugin, photos) for photos in _phone_photos(data, part)[:most]]
    print(f"{part}: {len(looked)} lesions by dermatoscope, {len(phone)} by phone", flush=True)
    return pairs + _paired(phone, chance)


def _phone_photos(data: Path, part: str) -> list[list[LabelledPhoto]]:
    """Return the lesions of PAD-UFES-20 with several photos, those of half of its patients for either part.

    They are few, so all its parts are used, also what the network learnt labels from.
    """
    rows = read_rows(data / "pad_ufes_20" / "metadata.csv", "img_id", "patient_id", "lesion_id")
    lesion = {Path(row["img_id"]).stem: f"{row['patient_id']}/{row['lesion_id']}" for row in rows}
    half = [photo for photo in read_pad_ufes_20(data) if _is_first_half(photo.group) == (part == "validation")]
    return _repeated(half, key=lambda photo: lesion[photo.path.stem])


def _is_first_half(patient: str) -> bool:
    return hashlib.sha256(f"following/{patient}".encode()).digest()[0] < 128


def _repeated(photos: Iterable[LabelledPhoto], *, key: Callable[[LabelledPhoto], str]) -> list[list[LabelledPhoto]]:
    found: dict[str, list[LabelledPhoto]] = defaultdict(list)
    for photo in photos:
        found[key(photo)].append(photo)
    several = [photo for together in found.values() if len(together) > 1 for photo in together]
    whole = set(readable([photo.path for photo in several]))
    kept = [[photo for photo in together if photo.path in whole] for together in found.values()]
    return [together for together in kept if len(together) > 1]


def _looked(plugin: PhotoPlugin, photos: Sequence[LabelledPhoto]) -> _Looked:
    before, after = (_view(plugin, _opened(plugin, photo)) for photo in photos[:2])
    return _Looked(photo=photos[0], later=photos[1], before=before, after=after)


def _opened(plugin: PhotoPlugin, photo: LabelledPhoto) -> Photo:
    return open_photo(photo.path.read_bytes(), least=least_side(plugin))


def _view(plugin: PhotoPlugin, photo: Photo) -> View:
    return view_of(plugin.card, examine_opened(plugin, photo, started=0.0))


def _paired(looked: Sequence[_Looked], chance: np.random.Generator) -> list[Pair]:
    """Return each lesion with itself, and every second one with another, and with another of its label."""
    pairs = [_pair(SAME, one.photo, one.before, one.after) for one in looked]
    for one in looked[::_EVERY]:
        others = [other for other in looked if other.photo.group != one.photo.group]
        kin = [other for other in others if other.photo.label == one.photo.label]
        for kind, among in ((OTHER, others), (KIN, kin)):
            if among:
                other = among[int(chance.integers(len(among)))]
                pairs.append(_pair(kind, one.photo, one.before, other.after))
    return pairs


def _pair(kind: str, photo: LabelledPhoto, before: View, after: View) -> Pair:
    pair = Pair(kind=kind, group=photo.group, camera=photo.camera, found=None)
    if before.patch is None or after.patch is None:
        return pair
    over = register(before.patch, after.patch)
    found = differences(before.patch, after.patch, over, (before.probabilities, after.probabilities))
    return replace(pair, found=found, log_scale=over.log_scale, cut=before.patch.cut or after.patch.cut)


def _changed(plugin: PhotoPlugin, one: _Looked, chance: np.random.Generator) -> list[Pair]:
    """Return the pairs of a lesion whose later photo is changed: by a new colour, and by a new part."""
    opened = _opened(plugin, one.later)
    size, how = plugin.card.model.input.size, plugin.card.model.input.resize
    lesion = outlined(plugin.card, scored(plugin, to_input(opened.image, size, how)))
    if lesion is None:
        return []
    mask = np.asarray(Image.fromarray(lesion.mask).resize(opened.image.size, Image.Resampling.NEAREST))
    pairs = []
    for kind, change in ((NEW_COLOUR, with_new_colour), (NEW_PART, with_new_part)):
        image = change(opened.image, mask, chance)
        after = _view(plugin, Photo(image=image, width=opened.width, height=opened.height))
        pairs.append(_pair(kind, one.photo, one.before, after))
    return pairs
