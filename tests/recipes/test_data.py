"""The data sets are read as their publishers ship them, and split so that nothing leaks."""

import hashlib
import shutil
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from photo_bytes import png, png_header
from small_data import draw_all, draw_thumbnails

from training.data import OTHER, LabelledPhoto, part_of, read_all, read_bcn20000, read_rash_openstax
from training.pixels import decode, load, load_readable
from training.tables import WrongData


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    draw_all(folder)
    return folder


def test_every_row_of_every_table_becomes_a_photo_with_a_file(data: Path) -> None:
    photos = read_all(data)
    by_source = defaultdict(int)
    for photo in photos:
        by_source[photo.source] += 1
        assert photo.path.is_file()
    assert by_source == {"ham10000": 105, "milk10k": 140, "isic_2019_extra": 70, "pad_ufes_20": 70}


def test_no_lesion_and_no_patient_stands_in_two_parts(data: Path) -> None:
    parts = defaultdict(set)
    for photo in read_all(data):
        parts[photo.source, photo.group].add(photo.part)
    assert all(len(found) == 1 for found in parts.values())
    assert {part for found in parts.values() for part in found} == {"training", "validation", "test"}


@pytest.mark.parametrize(
    ("group", "part"),
    [
        ("ham10000/HAM_0000000", "training"),
        ("ham10000/HAM_0000001", "validation"),
        ("ham10000/HAM_0000002", "validation"),
        ("ham10000/HAM_0000003", "training"),
        ("ham10000/HAM_0000004", "training"),
        ("ham10000/HAM_0000005", "test"),
        ("milk10k/IL_0000652", "training"),
        ("isic_2019_extra/ISIC_0000000", "training"),
        ("pad_ufes_20/PAT_1", "training"),
        ("bcn20000/BCN_0003884", "training"),
        ("milk10k/IL_0000003", "test"),
        ("milk10k/IL_0000013", "validation"),
        ("isic_2019_extra/ISIC_0000006", "test"),
        ("isic_2019_extra/ISIC_0000008", "validation"),
        ("pad_ufes_20/PAT_0", "test"),
        ("pad_ufes_20/PAT_20", "validation"),
    ],
)
def test_the_split_is_the_same_for_ever(group: str, part: str) -> None:
    assert part_of(group) == part


def test_the_parts_have_about_the_shares_they_are_to_have() -> None:
    shares = [part_of(str(number)) for number in range(4000)]
    assert 0.13 < shares.count("test") / 4000 < 0.17
    assert 0.13 < shares.count("validation") / 4000 < 0.17


def test_both_views_of_a_milk10k_lesion_have_its_label_and_their_own_camera(data: Path) -> None:
    views = [photo for photo in read_all(data) if photo.source == "milk10k" and photo.group == "IL_0000001"]
    assert {(view.camera, view.label) for view in views} == {("dermatoscope", "bcc"), ("close-up", "bcc")}


def test_inflammation_and_other_tumours_are_none_of_the_labels(data: Path) -> None:
    infected = [photo for photo in read_all(data) if photo.group == "IL_0000005"]
    assert {photo.label for photo in infected} == {OTHER}


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    """The data once more, to be damaged."""
    shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def change(table: Path, old: str, new: str) -> None:
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_photos_that_are_missing_are_named_and_counted_and_the_others_kept(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for missing in ("ISIC_000000", "ISIC_000020"):
        (copy / "ham10000" / "HAM10000_images_part_1" / f"{missing}.jpg").unlink()
    assert len(read_all(copy)) == 385 - 2
    assert "ham10000: 2 of 105 photos are missing and left out: ISIC_000000, ISIC_000020" in capsys.readouterr().out


def test_a_data_set_without_photos_is_not_trained_without(copy: Path) -> None:
    shutil.rmtree(copy / "pad_ufes_20" / "imgs_part_1")
    with pytest.raises(WrongData, match=r"pad_ufes_20: none of its 70 photos is there"):
        read_all(copy)


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        ("ham10000/HAM10000_metadata.csv", "dx,", "diagnosis,", "has no column dx; its columns are: lesion_id"),
        (
            "ham10000/HAM10000_metadata.csv",
            ",mel,",
            ",melanoma,",
            r"unknown labels: 'melanoma' \(1 rows, first in line 8\)",
        ),
        ("milk10k/MILK10k_Training_GroundTruth.csv", ",INF,", ",RASH,", "has no column INF"),
        (
            "milk10k/MILK10k_Training_GroundTruth.csv",
            "IL_0000000,1.0,0.0",
            "IL_0000000,1.0,1.0",
            "line 2: IL_0000000 has 2 labels",
        ),
        ("milk10k/MILK10k_Training_Metadata.csv", "IL_0000003", "IL_3", "no label for IL_3"),
        ("milk10k/MILK10k_Training_Metadata.csv", "clinical: close-up", "ultrasound", "unknown labels: 'ultrasound'"),
        ("isic_2019_extra/labels.csv", ",bkl", ",wart", "unknown labels: 'wart'"),
        ("pad_ufes_20/metadata.csv", ",ACK,", ",ack,", "unknown labels: 'ack'"),
        ("pad_ufes_20/metadata.csv", "PAT_3,3,MEL,PAT_3_3_1.png", "PAT_3", "line 5 breaks off"),
        ("ham10000/HAM10000_metadata.csv", "HAM_0000001,", ",", "line 3: nothing stands in lesion_id"),
        ("isic_2019_extra/labels.csv", "ISIC_9000001,", " ,", "line 3: nothing stands in image"),
        ("isic_2019_extra/labels.csv", ",bkl", "," + 200_000 * "x", "cannot be read"),
        ("isic_2019_extra/labels.csv", ",bkl", ',"bkl', r"unknown labels: 'bkl.{1,80} \(1 rows, first in line 4\)"),
        (
            "milk10k/MILK10k_Training_GroundTruth.csv",
            "IL_0000001,0.0,1.0",
            "IL_0000000,0.0,1.0",
            "line 3: IL_0000000 has another label than in a line before",
        ),
    ],
)
def test_a_table_that_is_not_what_its_publisher_ships_stops_everything(
    copy: Path, table: str, old: str, new: str, told: str
) -> None:
    change(copy / table, old, new)
    with pytest.raises(WrongData, match=told) as caught:
        read_all(copy)
    assert table in str(caught.value)


def test_a_table_without_rows_stops_everything(copy: Path) -> None:
    table = copy / "ham10000" / "HAM10000_metadata.csv"
    table.write_text(table.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(WrongData, match=r"HAM10000_metadata\.csv: has no rows"):
        read_all(copy)


@pytest.mark.parametrize(
    ("table", "same", "other"),
    [
        ("ham10000/HAM10000_metadata.csv", "HAM_0000001,ISIC_000010,bcc,,,,", "HAM_0000001,ISIC_000010,mel,,,,"),
        ("milk10k/MILK10k_Training_Metadata.csv", "IL_0000000,dermoscopic,ISIC_70000011", None),
        ("isic_2019_extra/labels.csv", "ISIC_9000000,nv", "ISIC_9000000,mel"),
        ("pad_ufes_20/metadata.csv", "PAT_1,1,BCC,PAT_1_1_1.png", "PAT_2,1,BCC,PAT_1_1_1.png"),
        ("rash_openstax/labels.csv", "os_0.webp,ringworm", "os_0.webp,hives"),
        ("isic_2019_bcn20000_84px/labels.csv", "ISIC_8000000,nv,BCN_0000000", "ISIC_8000000,mel,BCN_0000000"),
    ],
)
def test_a_photo_that_stands_twice_counts_once_and_one_that_is_two_things_stops_everything(
    copy: Path, capsys: pytest.CaptureFixture[str], table: str, same: str, other: str | None
) -> None:
    def read() -> list[LabelledPhoto]:
        return [*read_all(copy), *read_rash_openstax(copy), *read_bcn20000(copy)]

    def add(row: str) -> None:
        with (copy / table).open("a", encoding="utf-8") as lines:
            lines.write(f"{row}\n")

    draw_thumbnails(copy)
    whole = read()
    add(same)
    assert read() == whole
    assert "1 photos stand in several rows and count once" in capsys.readouterr().out
    if other:
        add(other)
        with pytest.raises(WrongData, match="two rows say different things of 1 photos") as caught:
            read()
        assert table in str(caught.value)


def test_photos_of_rashes_that_are_missing_are_named_and_the_others_kept(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "rash_openstax" / "images" / "os_3.webp").unlink()
    assert len(read_rash_openstax(copy)) == 5
    assert "rash_openstax: 1 of 6 photos are missing and left out: os_3" in capsys.readouterr().out


def test_a_table_that_is_not_there_is_named(copy: Path) -> None:
    (copy / "isic_2019_extra" / "labels.csv").unlink()
    with pytest.raises(WrongData, match=r"labels\.csv: cannot be read"):
        read_all(copy)


def test_a_photo_in_two_data_sets_and_two_parts_stops_everything(copy: Path) -> None:
    photos = read_all(copy)
    one = next(photo for photo in photos if photo.source == "ham10000" and photo.part == "test")
    other = next(photo for photo in photos if photo.source == "isic_2019_extra" and photo.part == "training")
    other.path.rename(other.path.with_stem(one.path.stem))
    change(copy / "isic_2019_extra" / "labels.csv", other.path.stem, one.path.stem)
    assert part_of(f"isic_2019_extra/{one.path.stem}") == "training"
    with pytest.raises(WrongData, match=f"stand in two parts at once.*{one.path.stem}"):
        read_all(copy)


def test_the_same_pixels_in_two_parts_stop_everything(copy: Path, tmp_path: Path) -> None:
    photos = read_all(copy)
    one, other = (
        next(photo for photo in photos if photo.source == "pad_ufes_20" and photo.part == part)
        for part in ("test", "training")
    )
    shutil.copy(one.path, other.path)
    with pytest.raises(
        WrongData, match=f"{one.path.stem}.*and.*{other.path.stem}|{other.path.stem}.*and.*{one.path.stem}"
    ):
        load(photos, size=16, cache=tmp_path / "cache")


def test_photos_that_are_broken_are_named_and_counted_and_the_others_kept(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos, cache = read_all(copy)[:20], tmp_path / "cache"
    whole = {at: photos[at].path.read_bytes() for at in (3, 7)}
    photos[3].path.write_text("Dear doctor")
    photos[7].path.write_bytes(png(png_header(60_000, 60_000), b""))  # would fill the memory
    for _ in range(2):  # the second time from the cache
        kept, pixels = load_readable(photos, size=16, cache=cache)
        assert kept == [photo for at, photo in enumerate(photos) if at not in {3, 7}]
        assert np.array_equal(pixels, np.stack([decode(photo.path, size=16) for photo in kept]))
        told = capsys.readouterr().out
        assert "2 of 20 photos cannot be read and are left out" in told
        assert all(f"{photos[at].source}/{photos[at].path.stem}" in told for at in (3, 7))
    with pytest.raises(WrongData, match="cannot be read"):
        load(photos, size=16, cache=cache)
    for at in (3, 7):
        photos[at].path.write_bytes(whole[at])
    next(cache.glob("broken-*")).unlink()
    assert len(load_readable(photos, size=16, cache=cache)[0]) == 20


def test_whole_photos_are_decoded_once_under_a_name_that_stays(data: Path, tmp_path: Path) -> None:
    photos = read_all(data)[:10]
    first = load(photos, size=16, cache=tmp_path)
    names = hashlib.sha256("\n".join(f"{photo.source}/{photo.path.stem}" for photo in photos).encode()).hexdigest()
    file = tmp_path / f"pixels-16-{names[:12]}.npy"
    decoded = file.stat().st_mtime_ns
    assert np.array_equal(first, load(photos, size=16, cache=tmp_path))
    assert file.stat().st_mtime_ns == decoded
    assert first.shape == (10, 16, 16, 3)
