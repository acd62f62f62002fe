"""The lesion masks of HAM10000: which photos have one, which ones are missing or broken, and what they show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from classifiers.evaluation.outlines import is_as_its_photo, masks_by_photo, read_mask
from training.data import LabelledPhoto
from training.pixels import UNREADABLE
from training.tables import WrongData, some

FOLDER = "HAM10000_segmentations_lesion_tschandl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masks:
    """The masks that can be used, one per photo, and the photos left out, by stem."""

    paths: dict[int, Path] = field(default_factory=dict)  # by the photo's row
    missing: tuple[str, ...] = ()
    broken: dict[str, str] = field(default_factory=dict)  # stem → what is wrong

    def __str__(self) -> str:
        """Say in a line how many there are, and which are not."""
        parts = [f"{len(self.paths)} lesion masks"]
        if self.missing:
            parts.append(f"{len(self.missing)} photos without ({some(self.missing)})")
        if self.broken:
            parts.append(f"{len(self.broken)} broken ({some([f'{stem}: {why}' for stem, why in self.broken.items()])})")
        return ", ".join(parts)


def find_masks(data: Path, photos: Sequence[LabelledPhoto]) -> Masks:
    """Return the masks of the HAM10000 photos among `photos` (Tschandl et al. 2020), matched by stem, each one opened.

    Raises WrongData where there is not one mask.
    """
    folder = data / "ham10000" / FOLDER
    files = masks_by_photo(sorted(folder.rglob("*.png")))
    paths: dict[int, Path] = {}
    missing: list[str] = []
    broken: dict[str, str] = {}
    for row, photo in enumerate(tqdm(photos, desc="looking at the masks", leave=False, disable=None)):
        if photo.source != "ham10000":
            continue
        stem = photo.path.stem
        if stem not in files:
            missing.append(stem)
        elif why := _fault(files[stem], photo.path):
            broken[stem] = why
        else:
            paths[row] = files[stem]
    if not paths:
        raise WrongData(f"{folder}: no mask of any photo is there: it is part of the HAM10000 download")
    return Masks(paths=paths, missing=tuple(missing), broken=broken)


def load_masks(paths: Sequence[Path], *, size: int) -> np.ndarray:
    """Return uint8 (masks, size, size): how much of each pixel is lesion, 0–255, stretched like the model's input."""
    found = np.empty((len(paths), size, size), dtype=np.uint8)
    for at, path in enumerate(tqdm(paths, desc="reading masks", leave=False, disable=None)):
        white = Image.fromarray(255 * read_mask(path).astype(np.uint8))
        found[at] = np.asarray(white.resize((size, size), Image.Resampling.BOX))
    return found


def _fault(mask: Path, photo: Path) -> str | None:
    """Return what makes a mask useless, None where nothing does."""
    try:
        lesion = read_mask(mask)
        with Image.open(photo) as image:
            width, height = image.size
    except UNREADABLE as error:
        return f"cannot be read ({error})"
    if not lesion.any():
        return "is empty"
    if not is_as_its_photo(lesion, width=width, height=height):
        return f"has another shape than its photo ({lesion.shape[1]}×{lesion.shape[0]})"
    return None
