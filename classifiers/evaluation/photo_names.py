"""What a photo is called, in a table or on the disk, however its path is written."""

import re
import unicodedata
from collections.abc import Iterable
from filecmp import cmp
from functools import lru_cache
from pathlib import Path

_ENDING = re.compile(
    r"\.(jpe?g|jpe|jfif|png|webp|hei[cf]s?|hif|avif|gif|bmp|tiff?|jp2|j2k|jxl|dcm|dicom)$", re.IGNORECASE
)
_OTHER_ENDING = re.compile(
    r"\.(0|[a-z][a-z0-9]{1,4})$"
)  # of another kind of file, or of a number (24306.0); no "lesion.2"


def has_ending(name: str) -> bool:
    """Return whether a name ends as photos' files do."""
    return _ENDING.search(name.strip().strip("'\"")) is not None


@lru_cache(maxsize=2**17)
def parts_of(name: str) -> tuple[str, ...]:
    """Return the folders and the name as they are compared: without case, spaces and ending, whichever slash is used."""
    path = _ENDING.sub("", name.strip().strip("'\"").replace("\\", "/"))
    plain = re.sub(r"\s", "", unicodedata.normalize("NFC", path).casefold())
    return tuple(part for part in plain.split("/") if part not in {"", ".", ".."}) or ("",)


class PhotosByName:
    """Photos on the disk, found by what a table calls them."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._places: dict[str, list[tuple[tuple[str, ...], Path]]] = {}
        for file in files:
            parts = parts_of(file.as_posix())
            self._places.setdefault(parts[-1], []).append((parts, file))

    def find(self, name: str) -> Path | None:
        """Return the photo of this name; of several, the one with the same ending or most of the same folders, else the first."""
        return next(iter(self._nearest(name)), None)

    def is_unclear(self, name: str) -> bool:
        """Return whether a name fits several photos alike, in other folders, that are not the same bytes."""
        nearest = self._nearest(name)
        alike = [one for one in nearest[1:] if one.name.casefold() == nearest[0].name.casefold()]
        return any(not _are_copies(nearest[0], one) for one in alike)

    def _nearest(self, name: str) -> list[Path]:
        wanted = parts_of(name)
        places = self._places.get(wanted[-1]) or self._places.get(_OTHER_ENDING.sub("", wanted[-1])) or []
        ending = Path(name.strip().replace("\\", "/")).suffix.lower()
        fits = {file: (_shared(parts, wanted), file.suffix.lower() == ending) for parts, file in places}
        return [file for file, fit in fits.items() if fit == max(fits.values())]

    def namesakes(self, used: set[Path]) -> list[Path]:
        """Return the photos that are not used because another of their name is."""
        return [
            file
            for places in self._places.values()
            if used & {one for _, one in places}
            for _, file in places
            if file not in used
        ]


def _are_copies(one: Path, other: Path) -> bool:
    try:
        return cmp(one, other, shallow=False)
    except OSError:
        return False


def _shared(parts: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Return how many folders, counted from the photo upwards, are the same."""
    pairs = list(zip(parts[-2::-1], wanted[-2::-1], strict=False))
    return next((at for at, (one, other) in enumerate(pairs) if one != other), len(pairs))
