"""Lesion masks: matched with their photos, the useless ones named, and turned with the photo they belong to."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_data import draw_all

from training.data import LabelledPhoto, read_all
from training.masks import FOLDER, find_masks, load_masks
from training.outline.views import view
from training.tables import WrongData


@pytest.fixture
def data(tmp_path: Path) -> Path:
    draw_all(tmp_path, lesions=21)
    return tmp_path


def ham10000(data: Path) -> list[LabelledPhoto]:
    return [photo for photo in read_all(data) if photo.source == "ham10000"]


def test_every_photo_that_has_a_mask_is_matched_with_it(data: Path) -> None:
    photos = read_all(data)
    masks = find_masks(data, photos)
    assert len(masks.paths) == 31 - 3
    for row, path in masks.paths.items():
        assert path.name == f"{photos[row].path.stem}_segmentation.png"


def test_photos_without_a_mask_are_named_and_counted_and_other_data_sets_are_not(data: Path) -> None:
    said = str(find_masks(data, read_all(data)))
    assert "28 lesion masks" in said
    assert "3 photos without" in said
    assert "ISIC_000000" in said
    assert "PAT_" not in said


def test_a_mask_that_is_broken_empty_or_of_another_shape_is_left_out_with_the_reason(data: Path) -> None:
    folder = data / "ham10000" / FOLDER
    broken, empty, turned = sorted(folder.iterdir())[:3]
    broken.write_bytes(broken.read_bytes()[:40])
    Image.new("1", (64, 48)).save(empty)
    Image.open(turned).transpose(Image.Transpose.ROTATE_90).save(turned)
    masks = find_masks(data, ham10000(data))
    said = str(masks)
    assert len(masks.paths) == 25
    for path, why in (
        (broken, "cannot be read"),
        (empty, "is empty"),
        (turned, "another shape than its photo (48×64)"),
    ):
        assert why in masks.broken[path.stem.removesuffix("_segmentation")]
        assert why in said
    assert "3 broken" in said


def test_without_any_masks_it_says_where_they_belong(data: Path) -> None:
    shutil.rmtree(data / "ham10000" / FOLDER)
    with pytest.raises(WrongData, match=FOLDER):
        find_masks(data, ham10000(data))


def test_a_mask_is_stretched_like_the_photo_and_keeps_the_shares_of_its_pixels(data: Path) -> None:
    masks = find_masks(data, ham10000(data))
    (first, *_) = load_masks(list(masks.paths.values())[:1], size=32)
    assert first.shape == (32, 32)
    assert first[16, 16] == 255
    assert first[0, 0] == 0
    assert first.mean() / 255 == pytest.approx(20 * 24 / (48 * 64), rel=0.03)


def test_photo_and_mask_are_moved_together() -> None:
    pixels = np.full((64, 64, 3), 240, dtype=np.uint8)
    pixels[10:40, 20:44] = 20
    lesion = np.where(pixels[..., 0] < 128, 255, 0).astype(np.uint8)
    moved = 0
    for seed in range(40):
        photo, mask = view(pixels, lesion, rng=np.random.default_rng(seed))
        assert photo.shape == (64, 64, 3)
        assert mask.shape == (64, 64)
        dark, grey = mask > 127, photo.mean(axis=2)
        assert grey[dark].mean() < grey[~dark].mean() - 60
        moved += not np.array_equal(mask, lesion)
    assert moved > 20


def test_a_view_is_the_same_for_the_same_seed() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    one, other = (view(pixels, pixels[..., 0], rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])
