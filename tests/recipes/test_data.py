"""The data sets are read as their publishers ship them, and split so that nothing leaks."""

import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from small_data import draw_all

from training.data import OTHER, part_of, read_all


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


def test_the_split_is_the_same_for_ever() -> None:
    assert [part_of(f"ham10000/HAM_{number:07d}") for number in range(8)] == [
        part_of(f"ham10000/HAM_{number:07d}") for number in range(8)
    ]
    shares = [part_of(str(number)) for number in range(4000)]
    assert 0.13 < shares.count("test") / 4000 < 0.17
    assert 0.13 < shares.count("validation") / 4000 < 0.17


def test_both_views_of_a_milk10k_lesion_have_its_label_and_their_own_world(data: Path) -> None:
    views = [photo for photo in read_all(data) if photo.source == "milk10k" and photo.group == "IL_0000001"]
    assert {(view.world, view.label) for view in views} == {("dermatoscope", "bcc"), ("close-up", "bcc")}


def test_inflammation_and_other_tumours_are_none_of_the_labels(data: Path) -> None:
    infected = [photo for photo in read_all(data) if photo.group == "IL_0000005"]
    assert {photo.label for photo in infected} == {OTHER}


def test_a_photo_that_is_missing_is_named(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(data, copy)
    (copy / "ham10000" / "HAM10000_images_part_1" / "ISIC_000000.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="ISIC_000000"):
        read_all(copy)
