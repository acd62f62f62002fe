"""The data sets as their publishers ship them: one record per photo, with its label, its lesion and its part."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABELS = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc", "scc")
OTHER = "other"  # inflammation, other benign, other malignant: none of the labels, never trained on as one
WORLDS = ("dermatoscope", "close-up", "phone")
PARTS = {"test": 0.15, "validation": 0.15}  # shares of the lesions (patients in PAD); the rest is for training

_PHOTO_SUFFIXES = {".webp", ".jpg", ".jpeg", ".png"}
_MILK = {
    "AKIEC": "akiec",
    "BCC": "bcc",
    "BKL": "bkl",
    "DF": "df",
    "MEL": "mel",
    "NV": "nv",
    "VASC": "vasc",
    "SCCKA": "scc",
}
_PAD = {"ACK": "akiec", "BCC": "bcc", "SEK": "bkl", "MEL": "mel", "NEV": "nv", "SCC": "scc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photo of one lesion. `group` is what must not be torn apart by a split: a lesion, in PAD a patient."""

    path: Path
    source: str  # ham10000 | milk10k | isic_2019_extra | pad_ufes_20
    world: str  # one of WORLDS
    label: str  # one of LABELS, or OTHER
    group: str

    @property
    def part(self) -> str:
        """`test`, `validation` or `training`, fixed by a hash of the group: the same on every machine, for ever."""
        return part_of(f"{self.source}/{self.group}")


def part_of(group: str) -> str:
    """Return the part a group belongs to, from the first 8 bytes of its SHA-256 read as a fraction of one."""
    at = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8]) / 2**64
    for part, share in PARTS.items():
        if at < share:
            return part
        at -= share
    return "training"


def read_all(data: Path) -> list[Photo]:
    """Return every labelled photo under `data`. Raises FileNotFoundError naming what is missing, never skips a row."""
    readers = (read_ham10000, read_milk10k, read_isic_2019_extra, read_pad_ufes_20)
    return [photo for read in readers for photo in read(data)]


def read_ham10000(data: Path) -> list[Photo]:
    """HAM10000 (Tschandl et al. 2018), laid out as the Harvard Dataverse download."""
    folder = data / "ham10000"
    paths = _by_stem(folder, "HAM10000_images_part_1", "HAM10000_images_part_2")
    return [
        Photo(
            path=_find(paths, row["image_id"], folder),
            source="ham10000",
            world="dermatoscope",
            label=row["dx"],
            group=row["lesion_id"],
        )
        for row in _rows(folder / "HAM10000_metadata.csv")
    ]


def read_milk10k(data: Path) -> list[Photo]:
    """MILK10k (ISIC 2025): each lesion through the dermatoscope and as a clinical close-up."""
    folder = data / "milk10k"
    paths = _by_stem(folder, "MILK10k_Training_Input")
    label = {
        row["lesion_id"]: next((ours for theirs, ours in _MILK.items() if float(row[theirs]) == 1), OTHER)
        for row in _rows(folder / "MILK10k_Training_GroundTruth.csv")
    }
    return [
        Photo(
            path=_find(paths, row["isic_id"], folder),
            source="milk10k",
            world="dermatoscope" if row["image_type"] == "dermoscopic" else "close-up",
            label=label[row["lesion_id"]],
            group=row["lesion_id"],
        )
        for row in _rows(folder / "MILK10k_Training_Metadata.csv")
    ]


def read_isic_2019_extra(data: Path) -> list[Photo]:
    """The ISIC 2019 photos that are not HAM10000's. They name no lesion, so each photo is its own group."""
    folder = data / "isic_2019_extra"
    paths = _by_stem(folder)
    return [
        Photo(
            path=_find(paths, row["image"], folder),
            source="isic_2019_extra",
            world="dermatoscope",
            label=row["label"],
            group=row["image"],
        )
        for row in _rows(folder / "labels.csv")
    ]


def read_pad_ufes_20(data: Path) -> list[Photo]:
    """PAD-UFES-20 (Pacheco et al. 2020): smartphone photos, grouped by patient."""
    folder = data / "pad_ufes_20"
    paths = _by_stem(folder)
    return [
        Photo(
            path=_find(paths, Path(row["img_id"]).stem, folder),
            source="pad_ufes_20",
            world="phone",
            label=_PAD[row["diagnostic"]],
            group=row["patient_id"],
        )
        for row in _rows(folder / "metadata.csv")
    ]


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def _by_stem(folder: Path, *inside: str) -> dict[str, Path]:
    roots = [folder / name for name in inside] or [folder]
    return {
        path.stem: path for root in roots for path in sorted(root.rglob("*")) if path.suffix.lower() in _PHOTO_SUFFIXES
    }


def _find(paths: dict[str, Path], stem: str, folder: Path) -> Path:
    if stem not in paths:
        raise FileNotFoundError(f"{folder}: no photo {stem}, though the table names it: download the set again, whole")
    return paths[stem]
