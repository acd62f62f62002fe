"""All that a run is shipped of: the photos with their pixels and masks, and what is only measured on, read before anything else."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training import pixels
from training.data import OTHER, LabelledPhoto, read_all, read_not_skin, read_rash_openstax
from training.masks import Masks, find_masks
from training.outline import recipe as outline
from training.pixels import readable
from training.skin import SERVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All photos that have one of the labels, with their pixels, uint8 (photos, 224, 224, 3), and their masks."""

    data: Path
    photos: list[LabelledPhoto]
    pixels: np.ndarray
    masks: Masks
    others: list[LabelledPhoto]  # in no part: nothing is learnt or chosen on them
    not_skin: list[Path]

    def rows(self, part: str) -> list[int]:
        """Return where the photos of a part stand."""
        return [row for row, photo in enumerate(self.photos) if photo.part == part]

    def lesions(self, part: str) -> outline.Lesions:
        """Return the photos of a part that have a mask."""
        return outline.lesions(part, self.photos, self.pixels, self.masks)


def read_material(data: Path, *, cache: Path) -> Material:
    """Return the photos under `data`; print how many masks there are. Raises WrongData."""
    not_skin = readable(read_not_skin(data))
    known = [*read_all(data), *read_rash_openstax(data)]
    photos = [photo for photo in known if photo.label != OTHER]
    others = [photo for photo in known if photo.label == OTHER]
    whole_others = set(readable([photo.path for photo in others]))
    masks = find_masks(data, photos)
    print(masks)
    return Material(
        data=data,
        photos=photos,
        pixels=pixels.load(photos, size=SERVED, cache=cache),
        masks=masks,
        others=[photo for photo in others if photo.path in whole_others],
        not_skin=not_skin,
    )
