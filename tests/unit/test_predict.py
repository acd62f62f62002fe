"""`checkup predict`: photos in files, one line each, and an exit status a script can use."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tiny
from photo_bytes import FORMATS, file
from PIL import Image
from typer.testing import CliRunner

from bot.__main__ import app

HOME = Path(__file__).parents[2]


@pytest.fixture
def folder(working_folder: Path) -> Path:
    """A folder to work in, with the tiny disease in its registry."""
    tiny.registry(working_folder)
    return working_folder


def photo(path: Path, colour: str = "red") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file(tiny.plain(colour), "PNG"))
    return path


def predict(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["predict", "--disease", "colour", *map(str, arguments)])


def records(result: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_photo_gets_one_line_of_json_with_everything_in_it(folder: Path) -> None:
    result = predict(photo(folder / "spot.png"), "--json")
    (record,) = records(result)
    assert result.exit_code == 0
    assert list(record) == [
        "file",
        "disease",
        "outcome",
        "label",
        "confidence",
        "probabilities",
        "care",
        "alarm",
        "reasons",
        "model",
        "milliseconds",
        "outline",
    ]
    assert record["file"] == str(folder / "spot.png")
    assert (record["disease"], record["outcome"], record["label"], record["care"]) == (
        "colour",
        "sure",
        "red",
        "urgent",
    )
    assert record["alarm"] is True
    assert record["model"] == "tiny"
    assert record["milliseconds"] > 0
    assert list(record["probabilities"]) == ["red", "green", "blue"]
    assert sum(record["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert record["confidence"] == max(record["probabilities"].values())


def test_a_multi_label_model_s_findings_are_listed_and_nothing_found_is_said(working_folder: Path) -> None:
    tiny.write(working_folder / "colour", tiny.content("multi_label", **tiny.MULTI_LABEL), model="multi_label")
    tiny.registry(working_folder, {"card": "colour/card.yaml"})
    photos = [photo(working_folder / f"{colour}.png", colour) for colour in ("magenta", "black")]
    both, nothing = records(predict(*photos, "--json"))
    assert (both["outcome"], sorted(both["found"]), both["care"]) == ("findings", ["blue", "red"], "urgent")
    assert sum(both["probabilities"].values()) > 1
    assert (nothing["outcome"], nothing["found"]) == ("nothing_found", [])
    first, second = predict(*photos).stdout.splitlines()
    assert "findings: " in first
    assert all(name in first for name in ("Red ", "Blue "))
    assert "nothing_found: nearest " in second


def test_a_photo_that_is_to_be_taken_again_has_probabilities_all_the_same(folder: Path) -> None:
    path = folder / "dark.png"
    path.write_bytes(file(tiny.plain("black"), "PNG"))
    (record,) = records(predict(path, "--json"))
    assert (record["outcome"], record["reasons"], record["care"]) == ("retake", ["dark"], None)
    assert sum(record["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_files_that_cannot_be_read_are_said_to_be_so_and_the_others_still_run(folder: Path) -> None:
    (folder / "letter.jpg").write_text("Dear doctor")
    (folder / "empty.jpg").touch()
    (folder / "broken.png").write_bytes(file(tiny.plain("red"), "PNG")[:60])
    good, missing = photo(folder / "good.png"), folder / "missing.jpg"
    names = ["letter.jpg", "empty.jpg", "broken.png", str(missing), str(good)]
    result = predict(*names, "--json")
    found = records(result)
    assert result.exit_code == 1
    assert [record["file"] for record in found] == names
    codes = [record["error"]["code"] for record in found[:4]]
    assert codes == ["not_an_image", "empty_file", "damaged_image", "no_such_file"]
    assert found[4]["label"] == "red"
    assert "Traceback" not in result.output


def test_too_many_pixels_come_with_their_number(folder: Path) -> None:
    from photo_bytes import png, png_header  # noqa: PLC0415

    (folder / "huge.png").write_bytes(png(png_header(20_000, 20_000), b""))
    (record,) = records(predict("huge.png", "--json"))
    assert record["error"] == {"code": "too_many_pixels", "megapixels": 400, "most": 67}


def test_folders_are_walked_in_order_and_what_is_no_photo_is_passed_by(folder: Path) -> None:
    photo(folder / "photos" / "b.png")
    photo(folder / "photos" / "a" / "deep.PNG", "blue")
    (folder / "photos" / "notes.txt").write_text("nothing to see")
    result = predict("photos", "--json")
    assert result.exit_code == 0
    assert [(record["file"], record["label"]) for record in records(result)] == [
        ("photos/a/deep.PNG", "blue"),
        ("photos/b.png", "red"),
    ]


def test_a_folder_s_photos_are_known_by_their_first_bytes_and_what_is_passed_over_is_counted(folder: Path) -> None:
    place = folder / "photos"
    photo(place / "without_ending")
    (place / "b.jfif").write_bytes(file(tiny.plain("red"), "JPEG"))
    (place / "c.HIF").write_bytes(FORMATS["heic"]())
    (place / "letter.txt").write_text("Dear doctor")
    (place / "table.csv").write_text("image,label")
    (place / "nothing").touch()
    (place / "report.pdf").write_bytes(b"%PDF-1.7")
    result = predict("photos", "--json")
    assert [record["file"] for record in records(result)] == ["photos/b.jfif", "photos/c.HIF", "photos/without_ending"]
    assert result.stderr == (
        "4 files were passed over: 2 no photo (letter.txt, table.csv); 1 empty (nothing); "
        "1 PDF, which is not opened (report.pdf)\n"
    )


def test_a_folder_says_what_in_it_is_no_file_or_leads_elsewhere(folder: Path) -> None:
    place, elsewhere = folder / "photos", folder / "elsewhere"
    photo(place / "here.png")
    photo(elsewhere / "there.png")
    (place / "linked").symlink_to(elsewhere)
    (place / "gone.jpg").symlink_to(folder / "gone.jpg")
    (place / "._here.png").write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X")
    os.mkfifo(place / "pipe.jpg")
    result = predict("photos", "--json")
    assert (result.exit_code, [record["file"] for record in records(result)]) == (0, ["photos/here.png"])
    assert result.stderr == (
        "4 files were passed over: 1 written by a Mac beside its files (._here.png); 1 a link that leads to no file "
        "(gone.jpg); 1 a link to a folder, which is not followed: name it, too (linked); "
        "1 no file with a content of its own (pipe.jpg)\n"
    )


def test_a_file_without_end_is_not_read_to_its_end(folder: Path) -> None:
    (record,) = records(predict("/dev/zero", "--json"))
    assert record["error"] == {"code": "file_too_large", "megabytes": 100, "most": 100}


def test_a_name_that_is_no_text_breaks_neither_the_json_nor_a_line(folder: Path) -> None:
    name = os.fsdecode(b"photos/\xff\x1b[31m\nspot.png")
    photo(folder / name)
    (record,) = records(predict("photos", "--json"))
    assert record["file"] == name
    (line,) = predict("photos").stdout.splitlines()
    assert line.startswith("photos/\\xff\\x1b[31m\\nspot.png: ")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\x0a" + bytes(40), "(format JPEG XL): export it as JPEG or PNG"),
        (file(tiny.plain("red"), "JPEG2000"), "(format JPEG 2000): export it as JPEG or PNG"),
        (b"%PDF-1.7", "(format PDF)"),
    ],
)
def test_a_format_that_is_not_opened_is_named_with_how_to_convert_it(folder: Path, data: bytes, told: str) -> None:
    (folder / "it.jpg").write_bytes(data)
    assert predict("it.jpg").stdout.strip().endswith(told)


def test_dicom_without_the_extra_is_named_with_what_opens_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifiers.photo.open.FORMATS", frozenset(("PNG",)))
    monkeypatch.setattr("bot.cli.photo_files.FORMATS", frozenset(("PNG",)))
    photo(folder / "photos" / "red.png")
    (folder / "photos" / "spot").write_bytes((HOME / "tests" / "data" / "photos" / "spot.dcm").read_bytes())
    told = "make install-dicom lets it be opened, or export it as JPEG or PNG"
    assert f"1 DICOM, which is not opened: {told} (spot)" in predict("photos").stderr
    assert f"unsupported_format (format DICOM): {told}" in predict("photos/spot").stdout


def test_a_photo_named_twice_is_looked_at_once(folder: Path) -> None:
    photo(folder / "photos" / "one.png")
    assert len(records(predict("photos", "photos/one.png", "--json"))) == 1


def test_a_folder_without_photos_is_said_to_be_so(folder: Path) -> None:
    (folder / "nothing").mkdir()
    result = predict("nothing", "--json")
    assert result.exit_code == 1
    assert records(result) == [{"file": "nothing", "error": {"code": "no_photos"}}]


def test_many_photos_keep_their_order(folder: Path) -> None:
    colours = ["red", "green", "blue"] * 12
    names = [str(photo(folder / f"{at:02}.png", colour)) for at, colour in enumerate(colours)]
    assert [record["label"] for record in records(predict(*names, "--json"))] == colours


def test_no_picture_is_written_over_a_photo(folder: Path) -> None:
    path = photo(folder / "spot.jpg")
    before = path.read_bytes()
    result = predict("spot.jpg", "--pictures", ".")
    assert result.exit_code == 2
    assert "spot.jpg: a picture would be written over it: choose another folder for --pictures" in result.stderr
    assert path.read_bytes() == before


def test_pictures_are_written_without_metadata_and_none_over_another(folder: Path) -> None:
    photo(folder / "one" / "spot.png")
    photo(folder / "two" / "spot.png", "blue")
    result = predict("one", "two", "--json", "--pictures", "seen/here")
    assert result.exit_code == 0
    written = sorted(path.name for path in (folder / "seen" / "here").iterdir())
    assert written == ["spot-2.jpg", "spot.jpg"]
    for name in written:
        with Image.open(folder / "seen" / "here" / name) as picture:
            assert picture.format == "JPEG"
            assert max(picture.size) <= 800
            assert not picture.getexif()


def test_without_json_a_person_can_read_it(folder: Path) -> None:
    (folder / "letter.jpg").write_text("Dear doctor")
    result = predict(photo(folder / "spot.png"), "letter.jpg")
    first, second = result.stdout.splitlines()
    assert "sure: Red 100%, care: urgent" in first
    assert second.startswith("letter.jpg: error: not_an_image")


def test_a_file_name_in_any_script_comes_back_as_it_is(folder: Path) -> None:
    name = "Fleck ä 斑 🙂.png"
    (record,) = records(predict(photo(folder / name), "--json"))
    assert Path(record["file"]).name == name


@pytest.mark.parametrize(
    "arguments",
    [[], ["spot.png", "--disease", "gout"], ["spot.png", "--jsonn"], ["spot.png", "--pictures", "spot.png"]],
    ids=["no photo", "no such disease", "no such option", "pictures into a file"],
)
def test_wrong_usage_is_2(folder: Path, arguments: list[str]) -> None:
    photo(folder / "spot.png")
    result = CliRunner().invoke(app, ["predict", *arguments])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_an_unknown_disease_is_answered_with_those_there_are(folder: Path) -> None:
    result = predict(photo(folder / "spot.png"), "--disease", "gout")
    assert "--disease names one of: colour" in result.stderr


def test_a_disease_whose_card_is_broken_says_why(folder: Path) -> None:
    tiny.write(folder / "colour", tiny.content(labels__0__link="http://example.org"))
    result = predict(photo(folder / "spot.png"))
    assert result.exit_code == 2
    assert "labels[0].link: must begin with https://" in result.stderr


def test_in_a_pipe_there_is_json_and_nothing_else(folder: Path) -> None:
    photo(folder / "spot.png")
    command = [sys.executable, "-m", "bot", "predict", "spot.png", "--disease", "colour", "--json"]
    environment = os.environ | {"PYTHONPATH": str(HOME)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    (line,) = io.BytesIO(done.stdout).readlines()
    assert json.loads(line)["label"] == "red"
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""
