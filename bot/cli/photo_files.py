"""Which files are photos, by their first bytes, and what a folder has besides."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.names import shown
from classifiers.errors import FileTooLarge
from classifiers.photo.decode import FORMATS, SUFFIXES
from classifiers.photo.header import read_header

MOST = 100  # MB of a file that is read; the largest photos of cameras and scanners have less
_FIRST_BYTES = 4096  # of a file, in which its format shows
_APPLE_DOUBLE = b"\x00\x05\x16\x07"  # "._photo.jpg", which has a photo's name
_WHAT_ELSE = {  # by whether it is a link, and leads to a folder
    (True, True): "a link to a folder, which is not followed: name it, too",
    (True, False): "a link that leads to no file",
    (False, False): "no file with a content of its own",
}
_DICOM = "make install-dicom lets it be opened, or export it as JPEG or PNG"
_IMAGES = (
    "JPEG 2000",
    "JPEG XL",
    "12-bit JPEG",
    "16-bit JPEG",
    "Photoshop",
    "GIMP",
    "DDS",
    "PPM",
    "PCX",
    "OpenEXR",
    "Radiance HDR",
    "FITS",
    "JPEG XR",
    "DjVu",
    "DNG",
    "DICOM",
)  # that are not opened
_NAMED = 3  # files of a kind that are named; all are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFiles:
    """The photos in some place, in order, and the files that were passed over, by why."""

    photos: tuple[Path, ...]
    passed_over: dict[Path, str]


def read_photo(file: Path) -> bytes:
    """Return what is in a file. Raises OSError, and FileTooLarge for one that would fill the memory, or has no end."""
    with file.open("rb") as opened:
        data = opened.read(MOST * 1_000_000 + 1)
        if len(data) > MOST * 1_000_000:
            raise FileTooLarge(
                megabytes=max(opened.seek(0, 2) // 1_000_000 if opened.seekable() else 0, MOST), most=MOST
            )
    return data


def photos_at(place: Path) -> PhotoFiles:
    """Return the photos in a folder and in those below it; a file that is named is taken for a photo, whatever it is."""
    if not place.is_dir():
        return PhotoFiles(photos=(place,), passed_over={})
    files = sorted(file for file in place.rglob("*") if file.is_symlink() or not file.is_dir())
    passed_over = {file: why for file in files if (why := _why_not(file))}
    return PhotoFiles(photos=tuple(file for file in files if file not in passed_over), passed_over=passed_over)


def photos_in(places: Sequence[Path]) -> PhotoFiles:
    """Return the photos in all of these places, each once."""
    found = [photos_at(place) for place in places]
    photos = dict.fromkeys(file for one in found for file in one.photos)
    passed_over = {file: why for one in found for file, why in one.passed_over.items() if file not in photos}
    return PhotoFiles(photos=tuple(photos), passed_over=passed_over)


def told(passed_over: dict[Path, str]) -> str:
    """Return how many files were passed over and why, in a line."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for file, why in passed_over.items():
        kinds[why].append(shown(file.name))
    files = "1 file was" if len(passed_over) == 1 else f"{len(passed_over)} files were"
    return f"{files} passed over: {'; '.join(f'{len(names)} {why} ({_some(names)})' for why, names in kinds.items())}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _why_not(file: Path) -> str | None:
    """Return why a file is no photo that can be opened; None if it is one, or is called like one."""
    if not file.is_file():
        return _WHAT_ELSE[file.is_symlink(), file.is_dir()]
    try:
        with file.open("rb") as opened:
            first = opened.read(_FIRST_BYTES)
    except OSError:
        return None  # why it cannot be read is said when it is looked at
    if first.startswith(_APPLE_DOUBLE):
        return "written by a Mac beside its files"
    if file.suffix.lower() in SUFFIXES:
        return None
    header = read_header(first)
    if header is None:
        return "no photo" if first else "empty"
    return None if header.format in FORMATS else f"{header.format}, which is not opened{conversion(header.format)}"


def conversion(kind: str) -> str:
    """Return, behind a colon, what to do about a picture of a format that is not opened; nothing for what is no picture."""
    if kind == "DICOM":
        return f": {_DICOM}"
    return ": export it as JPEG or PNG" if kind.startswith(_IMAGES) or kind.endswith("RAW") else ""
