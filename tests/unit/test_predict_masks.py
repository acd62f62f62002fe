"""`checkup predict --masks`: where the lesion is, as pictures of the photos' own size."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
from PIL import ExifTags, Image
from typer.testing import CliRunner

from bot.__main__ import app


@pytest.fixture
def folder(working_folder: Path) -> Path:
    """A folder to work in, with a disease that outlines what is red."""
    register(working_folder)
    return working_folder


def register(folder: Path, **changes: Any) -> None:
    tiny.registry(folder)
    tiny.write(folder / "colour", tiny.content("outline", **changes), model="outline")


def photo(path: Path, size: tuple[int, int] = (320, 240), *, spot: str = "red", skin: str = "blue", **how: Any) -> Path:
    """Write a photo with a spot in its left half: a quarter of its width, half of its height."""
    image = Image.new("RGB", size, skin)
    width, height = size
    image.paste(Image.new("RGB", (width // 4, height // 2), spot), (width // 8, height // 4))
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    image.save(written, "PNG", **how)
    path.write_bytes(written.getvalue())
    return path


def predict(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["predict", "--disease", "colour", "--masks", "masks", *map(str, arguments)])


def mask(name: str) -> np.ndarray:
    with Image.open(Path("masks") / name) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        return np.asarray(image)


def record(result: Any) -> dict[str, Any]:
    (line,) = result.stdout.splitlines()
    return dict(json.loads(line))


@pytest.mark.parametrize("resize", ["stretch", "fit", "crop"])
@pytest.mark.parametrize("size", [(320, 240), (240, 400), (50, 50)])
def test_the_mask_is_white_on_the_lesion_at_the_photos_own_size(
    folder: Path, size: tuple[int, int], resize: str
) -> None:
    register(folder, model__input__resize=resize)
    result = predict(photo(folder / "spot.png", size))
    assert result.exit_code == 0
    found = mask("spot.png")
    assert found.shape == (size[1], size[0])
    assert set(np.unique(found)) == {0, 255}
    truth = np.zeros(found.shape, dtype=bool)
    truth[size[1] // 4 : size[1] // 4 + size[1] // 2, size[0] // 8 : size[0] // 8 + size[0] // 4] = True
    if resize == "crop":  # what was cut off was not seen
        cut = (max(size) - min(size)) // 2
        truth[:, : cut * (size[0] > size[1])] = False
        truth[: cut * (size[1] > size[0])] = False
    both, either = (truth & (found > 0)).sum(), (truth | (found > 0)).sum()
    assert both / either > 0.7  # of a model that sees 16 × 16 places


def test_a_photo_that_lies_on_its_side_has_an_upright_mask(folder: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # what is left is above
    predict(photo(folder / "spot.png", (320, 240), exif=exif))
    found = mask("spot.png")
    assert found.shape == (320, 240)
    assert found[:160].mean() > 2 * found[160:].mean()


def test_a_large_photo_that_is_decoded_small_has_a_mask_of_its_full_size(folder: Path) -> None:
    image = Image.open(photo(folder / "spot.png", (1600, 1200)))
    image.save(folder / "large.jpg")
    predict("large.jpg")
    assert mask("large.png").shape == (1200, 1600)


def test_a_photo_without_a_lesion_has_a_black_mask(folder: Path) -> None:
    result = predict(photo(folder / "skin.png", spot="blue"), "--json")
    assert not mask("skin.png").any()
    assert record(result)["outline"] is None


def test_a_photo_to_be_taken_again_has_a_mask_all_the_same(folder: Path) -> None:
    limits = {"least_side": 8, "sharpness_above": -9, "light_above": 0.9, "light_below": 1.0, "contrast_above": 0.0}
    register(folder, decision__screen=limits)
    result = predict(photo(folder / "spot.png"), "--json")
    assert record(result)["outcome"] == "retake"
    assert mask("spot.png").any()


def test_the_outline_is_measured(folder: Path) -> None:
    result = predict(photo(folder / "spot.png"), "--json")
    outline = record(result)["outline"]
    assert list(outline) == ["share", "colours", "cut", "asymmetry", "border"]
    assert outline["share"] == pytest.approx(1 / 8, rel=0.2)
    assert outline["colours"] >= 1
    assert record(result)["mask"] == str(Path("masks") / "spot.png")


def test_two_photos_of_one_stem_have_a_mask_each_and_it_is_said_which(folder: Path) -> None:
    photo(folder / "one" / "spot.png")
    photo(folder / "two" / "spot.png", (100, 80))
    result = predict("one", "two", "--json")
    said = {line["file"]: line["mask"] for line in map(json.loads, result.stdout.splitlines())}
    assert said == {
        str(Path("one") / "spot.png"): str(Path("masks") / "spot.png"),
        str(Path("two") / "spot.png"): str(Path("masks") / "spot-2.png"),
    }
    assert mask("spot-2.png").shape == (80, 100)


def test_no_mask_is_written_over_a_photo(folder: Path) -> None:
    path = photo(folder / "masks" / "spot.png")
    before = path.read_bytes()
    result = predict("masks")
    assert result.exit_code == 2
    assert "another folder" in result.stderr
    assert path.read_bytes() == before


def test_a_file_that_is_no_photo_has_no_mask(folder: Path) -> None:
    (folder / "letter.jpg").write_text("Dear doctor")
    result = predict("letter.jpg", photo(folder / "spot.png"))
    assert result.exit_code == 1
    assert [path.name for path in (folder / "masks").iterdir()] == ["spot.png"]


def test_an_outline_is_measured_only_where_the_card_asks_for_it(folder: Path) -> None:
    register(folder, lesion_features=...)
    result = predict(photo(folder / "spot.png"), "--json")
    assert record(result)["outline"] is None
    assert mask("spot.png").any()


def test_a_model_without_an_outline_says_so(folder: Path) -> None:
    tiny.registry(folder)
    result = predict(photo(folder / "spot.png"))
    assert result.exit_code == 2
    assert "no outline" in result.stderr
    assert not (folder / "masks").exists()
