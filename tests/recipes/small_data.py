"""Data sets of a few drawn photos, laid out as their publishers lay out the real ones."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

TINY = "tiny"  # the name of a backbone that is soon trained: `tiny_backbone` in conftest.py makes its weights
MILK = ("AKIEC", "BCC", "BEN_OTH", "BKL", "DF", "INF", "MAL_OTH", "MEL", "NV", "SCCKA", "VASC")


def draw_all(data: Path, *, lesions: int = 70) -> None:
    """Draw every data set, with `lesions` lesions each, and a few things that are not skin."""
    _ham10000(data / "ham10000", lesions)
    _milk10k(data / "milk10k", lesions)
    _isic(data / "isic_2019_extra", lesions)
    _pad(data / "pad_ufes_20", lesions)
    _rashes(data / "rash_openstax")
    for number in range(6):
        _draw(data / "not_skin" / f"thing_{number}.webp", seed=number, colour=(0, 255, 40 * number))


def draw_thumbnails(data: Path, *, lesions: int = 16) -> None:
    """Draw BCN20000's thumbnails, two of each lesion, and one of a lesion without a name."""
    folder, rows = data / "isic_2019_bcn20000_84px", []
    for at in range(2 * lesions + 1):
        image, lesion = f"ISIC_8{at:06d}", f"BCN_{at // 2:07d}" if at < 2 * lesions else ""
        _draw(folder / "images" / f"{image}.webp", seed=at, colour=(90, 60, 8 * (at % 8)))
        rows.append((image, ("nv", "mel", "bkl", "scc")[at // 2 % 4], lesion))
    _table(folder / "labels.csv", ("image", "label", "lesion_id"), rows)


def _ham10000(folder: Path, lesions: int) -> None:
    rows = []
    for at in range(lesions):
        dx = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")[at % 7]
        for view in range(1 + at % 2):  # some lesions have two photos
            image = f"ISIC_{at:05d}{view}"
            _draw(
                folder / f"HAM10000_images_part_{1 + at % 2}" / f"{image}.jpg",
                seed=at,
                colour=(200 - 20 * (at % 7), 90, 80),
            )
            rows.append((f"HAM_{at:07d}", image, dx, "histo", 50, "male", "back"))
            if at % 10:  # not every photo has a mask
                _draw_mask(folder / "HAM10000_segmentations_lesion_tschandl" / f"{image}_segmentation.png")
    _table(
        folder / "HAM10000_metadata.csv", ("lesion_id", "image_id", "dx", "dx_type", "age", "sex", "localization"), rows
    )


def _milk10k(folder: Path, lesions: int) -> None:
    truth, metadata = [], []
    for at in range(lesions):
        lesion = f"IL_{at:07d}"
        truth.append((lesion, *(1.0 if number == at % len(MILK) else 0.0 for number in range(len(MILK)))))
        for kind in ("dermoscopic", "clinical: close-up"):
            image = f"ISIC_7{at:05d}{len(kind)}"
            _draw(
                folder / "MILK10k_Training_Input" / lesion / f"{image}.jpg", seed=at, colour=(150, 100, 10 * (at % 11))
            )
            metadata.append((lesion, kind, image))
    _table(folder / "MILK10k_Training_GroundTruth.csv", ("lesion_id", *MILK), truth)
    _table(folder / "MILK10k_Training_Metadata.csv", ("lesion_id", "image_type", "isic_id"), metadata)


def _isic(folder: Path, lesions: int) -> None:
    rows = [(f"ISIC_9{at:06d}", ("nv", "mel", "bkl")[at % 3]) for at in range(lesions)]
    for at, (image, _) in enumerate(rows):
        _draw(folder / "images" / f"{image}.webp", seed=at, colour=(120, 80, 60))
    _table(folder / "labels.csv", ("image", "label"), rows)


def _pad(folder: Path, lesions: int) -> None:
    rows = []
    for at in range(lesions):
        image = f"PAT_{at}_{at}_1.png"
        _draw(folder / "imgs_part_1" / image, seed=at, colour=(220, 160, 20 * (at % 6)))
        rows.append((f"PAT_{at}", at, ("ACK", "BCC", "SEK", "MEL", "NEV", "SCC")[at % 6], image))
    _table(folder / "metadata.csv", ("patient_id", "lesion_id", "diagnostic", "img_id"), rows)


def _rashes(folder: Path) -> None:
    rows = [(f"os_{at}.webp", ("ringworm", "measles", "hives")[at % 3]) for at in range(6)]
    for at, (image, _) in enumerate(rows):
        _draw(folder / "images" / image, seed=100 + at, colour=(230, 90, 90))
    _table(folder / "labels.csv", ("image", "label"), rows)


def _draw(file: Path, *, seed: int, colour: Sequence[int]) -> None:
    """Draw skin-coloured noise with a blotch."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal((210, 170, 150), 18, (48, 64, 3))
    pixels[14:34, 20:44] = rng.normal(colour, 25, (20, 24, 3))
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file)


def _draw_mask(file: Path) -> None:
    """Draw where the blotch is."""
    pixels = np.zeros((48, 64), dtype=bool)
    pixels[14:34, 20:44] = True
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file)


def _table(file: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows(rows)
