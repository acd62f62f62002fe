"""The data sets as their publishers ship them: one record per photo, with its label, its lesion and its part."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from classifiers.card.truth_tables import read_truth_tables
from training.tables import WrongData, check_labels, listed, photos_by_stem, read_rows, some

LABELS = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc", "scc")
_TABLES = Path(__file__).parents[1] / "classifiers" / "skin" / "truth_tables.yaml"
KIN = read_truth_tables(_TABLES).kin  # what a label counts as in data sets that do not have it
OTHER = "other"  # inflammation, other benign, other malignant: none of the labels, never trained on as one
INFLAMED = "INF"  # the kind of MILK10k's inflamed or infected skin
CAMERAS = ("dermatoscope", "close-up", "phone")
THUMBNAIL = "thumbnail"  # dermatoscope photos of 84 pixels, as if of a camera of their own: see `read_bcn20000`
PARTS = {"test": 0.15, "validation": 0.15}  # shares of the lesions (patients in PAD); the rest is for training

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
_MILK_CAMERAS = {"dermoscopic": "dermatoscope", "clinical: close-up": "close-up"}
_PAD = {"ACK": "akiec", "BCC": "bcc", "SEK": "bkl", "MEL": "mel", "NEV": "nv", "SCC": "scc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPhoto:
    """One photo of one lesion. `group` is what must not be torn apart by a split: a lesion, in PAD a patient."""

    path: Path
    source: str  # ham10000 | milk10k | isic_2019_extra | pad_ufes_20 | bcn20000
    camera: str  # one of CAMERAS, or THUMBNAIL
    label: str  # one of LABELS, or OTHER
    group: str
    tone: str | None = None  # of the skin, with its scale: "Fitzpatrick 2"
    kind: str | None = None  # of what is OTHER, in the publisher's words: INF, ringworm

    @property
    def part(self) -> str:
        """`test`, `validation` or `training`, fixed by a hash of the group: the same on every machine, for ever."""
        return part_of(f"{self.source}/{self.group}")

    @property
    def origin(self) -> str:
        """The data set, and of MILK10k, which sees each lesion twice, the camera."""
        return f"{self.source}/{self.camera}" if self.source == "milk10k" else self.source


def part_of(group: str) -> str:
    """Return the part a group belongs to, from the first 8 bytes of its SHA-256 read as a fraction of one."""
    at = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8]) / 2**64
    for part, share in PARTS.items():
        if at < share:
            return part
        at -= share
    return "training"


def read_all(data: Path) -> list[LabelledPhoto]:
    """Return every labelled photo under `data` that is there; print which are missing, by name, and how many.

    Raises WrongData for tables that are not what their publishers ship, for a data set without photos, and for a photo
    that the tables put into two parts.
    """
    readers = (read_ham10000, read_milk10k, read_isic_2019_extra, read_pad_ufes_20)
    found = [photo for read in readers for photo in read(data)]
    refuse_torn(found)
    return found


def refuse_torn(photos: list[LabelledPhoto]) -> None:
    """Raise WrongData when a photo stands in two parts: under two lesions, or in two data sets by the same name."""
    parts: dict[str, set[str]] = {}
    for photo in photos:
        parts.setdefault(photo.path.stem, set()).add(photo.part)
    torn = [stem for stem, found in parts.items() if len(found) > 1]
    if torn:
        raise WrongData(f"{len(torn)} photos stand in two parts at once, so the test would leak: {some(torn)}")


def read_ham10000(data: Path) -> list[LabelledPhoto]:
    """HAM10000 (Tschandl et al. 2018), laid out as the Harvard Dataverse download."""
    folder, table = data / "ham10000", data / "ham10000" / "HAM10000_metadata.csv"
    paths = photos_by_stem(folder, "HAM10000_images_part_1", "HAM10000_images_part_2")
    rows = read_rows(table, "lesion_id", "image_id", "dx")
    check_labels(table, (row["dx"] for row in rows), LABELS)
    photos = [
        LabelledPhoto(
            path=paths.get(row["image_id"], folder / row["image_id"]),
            source="ham10000",
            camera="dermatoscope",
            label=row["dx"],
            group=row["lesion_id"],
        )
        for row in rows
    ]
    return listed(table, photos)


def read_milk10k(data: Path) -> list[LabelledPhoto]:
    """MILK10k (ISIC 2025): each lesion through the dermatoscope and as a clinical close-up."""
    folder, table = data / "milk10k", data / "milk10k" / "MILK10k_Training_Metadata.csv"
    paths = photos_by_stem(folder, "MILK10k_Training_Input")
    label = _milk_labels(folder / "MILK10k_Training_GroundTruth.csv")
    rows = read_rows(table, "lesion_id", "image_type", "isic_id")
    check_labels(table, (row["image_type"] for row in rows), _MILK_CAMERAS)
    unlabelled = [row["lesion_id"] for row in rows if row["lesion_id"] not in label]
    if unlabelled:
        raise WrongData(f"{table}: the ground truth has no label for {some(unlabelled)}")
    photos = [
        LabelledPhoto(
            path=paths.get(row["isic_id"], folder / row["isic_id"]),
            source="milk10k",
            camera=_MILK_CAMERAS[row["image_type"]],
            label=_MILK.get(label[row["lesion_id"]], OTHER),
            group=row["lesion_id"],
            kind=None if label[row["lesion_id"]] in _MILK else label[row["lesion_id"]],
            tone=f"MILK10k {row['skin_tone_class']}" if row.get("skin_tone_class") else None,
        )
        for row in rows
    ]
    return listed(table, photos)


def _milk_labels(table: Path) -> dict[str, str]:
    """Return the column that says 1 of each lesion. Raises WrongData where none does, or several."""
    columns = (*_MILK, "BEN_OTH", INFLAMED, "MAL_OTH")
    found: dict[str, str] = {}
    for line, row in enumerate(read_rows(table, "lesion_id", *columns), start=2):
        ones = [column for column in columns if row[column] in {"1", "1.0"}]
        if len(ones) != 1:
            raise WrongData(f"{table}: line {line}: {row['lesion_id']} has {len(ones)} labels, not one")
        if found.setdefault(row["lesion_id"], ones[0]) != ones[0]:
            raise WrongData(f"{table}: line {line}: {row['lesion_id']} has another label than in a line before")
    return found


def read_isic_2019_extra(data: Path) -> list[LabelledPhoto]:
    """The ISIC 2019 photos that are not HAM10000's. They name no lesion, so each photo is its own group."""
    folder, table = data / "isic_2019_extra", data / "isic_2019_extra" / "labels.csv"
    paths = photos_by_stem(folder)
    rows = read_rows(table, "image", "label")
    check_labels(table, (row["label"] for row in rows), LABELS)
    photos = [
        LabelledPhoto(
            path=paths.get(row["image"], folder / row["image"]),
            source="isic_2019_extra",
            camera="dermatoscope",
            label=row["label"],
            group=row["image"],
        )
        for row in rows
    ]
    return listed(table, photos)


def read_bcn20000(data: Path) -> list[LabelledPhoto]:
    """BCN20000 (Combalia et al. 2019) as thumbnails of 84×84 pixels, which show too little for any part but training.

    They are a camera of their own, or a network learns that what is blurred is from Barcelona and thus malignant. Photos
    without a lesion's name are a group each. Raises WrongData.
    """
    folder, table = data / "isic_2019_bcn20000_84px", data / "isic_2019_bcn20000_84px" / "labels.csv"
    paths = photos_by_stem(folder)
    rows = read_rows(table, "image", "label", "lesion_id", may_be_empty=("lesion_id",))
    check_labels(table, (row["label"] for row in rows), LABELS)
    photos = [
        LabelledPhoto(
            path=paths.get(row["image"], folder / row["image"]),
            source="bcn20000",
            camera=THUMBNAIL,
            label=row["label"],
            group=row["lesion_id"] or row["image"],
        )
        for row in rows
    ]
    return listed(table, photos)


def read_rash_openstax(data: Path) -> list[LabelledPhoto]:
    """Rashes and infections in the figures of two OpenStax textbooks, by kind; nothing where the folder is not there.

    They are in no part: what is learnt of them is measured by leaving kinds, or all of them, out. Raises WrongData.
    """
    folder, table = data / "rash_openstax", data / "rash_openstax" / "labels.csv"
    if not folder.is_dir():
        print(f"{folder}: is not there: the gates learn of rashes from drawings alone", flush=True)
        return []
    paths = photos_by_stem(folder)
    photos = [
        LabelledPhoto(
            path=paths.get(Path(row["image"]).stem, folder / row["image"]),
            source="rash_openstax",
            camera="textbook",
            label=OTHER,
            group=row["label"],
            kind=row["label"],
        )
        for row in read_rows(table, "image", "label")
    ]
    return listed(table, photos)


def read_pad_ufes_20(data: Path) -> list[LabelledPhoto]:
    """PAD-UFES-20 (Pacheco et al. 2020): smartphone photos, grouped by patient."""
    folder, table = data / "pad_ufes_20", data / "pad_ufes_20" / "metadata.csv"
    paths = photos_by_stem(folder)
    rows = read_rows(table, "patient_id", "diagnostic", "img_id")
    check_labels(table, (row["diagnostic"] for row in rows), _PAD)
    photos = [
        LabelledPhoto(
            path=paths.get(Path(row["img_id"]).stem, folder / Path(row["img_id"]).stem),
            source="pad_ufes_20",
            camera="phone",
            label=_PAD[row["diagnostic"]],
            group=row["patient_id"],
            tone=f"Fitzpatrick {row['fitspatrick'].removesuffix('.0')}" if row.get("fitspatrick") else None,
        )
        for row in rows
    ]
    return listed(table, photos)


def read_not_skin(data: Path) -> list[Path]:
    """Return photos of everyday things, of which nothing is learnt. Raises WrongData where there are none."""
    photos = sorted(photos_by_stem(data / "not_skin").values())
    if not photos:
        raise WrongData(f"{data / 'not_skin'}: no photo is there: everyday things are what the gates are measured on")
    return photos
