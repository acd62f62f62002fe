"""`checkup evaluate`: photos and a table of their labels in, figures with intervals and plots out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
from photo_bytes import file, png, png_header
from PIL import Image
from typer.testing import CliRunner

from bot.__main__ import app

HOME = Path(__file__).parents[2]
COLOURS = ("red", "green", "blue")
# what the tiny model takes for another colour: more blue than red, though the table says red
PURPLE = (90, 0, 200)


@pytest.fixture
def folder(working_folder: Path) -> Path:
    """A folder to work in: the tiny disease, 36 plain photos, and a table in which four of the twelve reds are purple."""
    tiny.registry(working_folder)
    lines = ["image,label,lesion_id,camera,subgroup"]
    for at in range(36):
        colour = COLOURS[at % 3]
        shown = PURPLE if colour == "red" and at < 12 else colour
        photo(working_folder / "photos" / f"p{at:02}.png", shown)
        lines.append(f"p{at:02},{colour},L{at // 2},{'phone' if at % 2 else 'dermatoscope'},{1 if at < 33 else 6}")
    (working_folder / "truth.csv").write_text("\n".join(lines) + "\n")
    return working_folder


def photo(path: Path, colour: Any, size: tuple[int, int] = (64, 64)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file(tiny.plain(colour, size), "PNG"))
    return path


def evaluate(*arguments: str | Path) -> Any:
    return CliRunner().invoke(
        app, ["evaluate", "photos", "--truth", "truth.csv", "--disease", "colour", *map(str, arguments)]
    )


def metrics(*arguments: str | Path) -> dict[str, Any]:
    result = evaluate("--json", *arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_figure_has_its_value_its_interval_and_its_n(folder: Path) -> None:
    found = metrics()
    figures = found["figures"]
    assert (found["photos"], found["groups"], found["grouped_by"]) == (36, 18, "lesion")
    assert figures["balanced_accuracy"]["value"] == pytest.approx((8 / 12 + 1 + 1) / 3, abs=1e-5)
    assert figures["accuracy"]["value"] == pytest.approx(32 / 36, abs=1e-5)
    assert figures["recall"]["red"] | {"interval": None} == {
        "value": pytest.approx(8 / 12, abs=1e-5),
        "interval": None,
        "n": 12,
    }
    assert figures["alarm_sensitivity"] | {"interval": None} == {
        "value": pytest.approx(8 / 12, abs=1e-5),
        "interval": None,
        "n": 12,
    }
    assert figures["alarm_specificity"]["n"] == 24
    assert set(figures["auc"]) == set(COLOURS)
    for name, figure in figures.items():
        if name not in {"recall", "auc", "confusion", "risk_coverage"}:
            low, high = figure["interval"]
            assert 0 <= low <= figure["value"] <= high <= 1, name
    assert figures["confusion"] == [[8, 0, 4], [0, 12, 0], [0, 0, 12]]
    assert [point["coverage"] for point in figures["risk_coverage"]] == pytest.approx(np.linspace(0.05, 1, 20))
    assert found["command"].startswith("checkup evaluate photos --disease colour --truth truth.csv")


def test_cameras_stand_apart_and_rare_subgroups_are_only_counted(folder: Path) -> None:
    found = metrics()
    assert {name: of["accuracy"]["n"] for name, of in found["by_camera"].items()} == {"dermatoscope": 18, "phone": 18}
    assert found["by_subgroup"]["6"] == {"n": 3}
    assert found["by_subgroup"]["1"]["n"] == 33
    assert found["by_subgroup"]["1"]["accuracy"]["n"] == 33


def test_a_folder_gets_the_figures_and_the_plots(folder: Path) -> None:
    result = evaluate("--out", "seen/here")
    assert result.exit_code == 0, result.output
    written = sorted(path.name for path in (folder / "seen" / "here").iterdir())
    assert written == [
        "alarm_roc.png",
        "camera.png",
        "confusion.png",
        "metrics.json",
        "reliability.png",
        "risk_coverage.png",
        "subgroup.png",
    ]
    for name in written:
        if name.endswith(".png"):
            with Image.open(folder / "seen" / "here" / name) as picture:
                assert min(picture.size) > 150
                assert len(set(picture.convert("L").resize((64, 64)).tobytes())) > 3, name
    assert json.loads((folder / "seen" / "here" / "metrics.json").read_text())["photos"] == 36


def test_people_read_a_table(folder: Path) -> None:
    result = evaluate()
    lines = result.stdout.splitlines()
    assert lines[0] == "colour, model tiny: 36 photos, 18 groups by lesion"
    assert any(line.startswith("balanced accuracy") and "0.889 (" in line for line in lines)
    assert any(line.split()[:2] == ["red", "0.667"] for line in lines)
    assert max(map(len, lines)) < 200


def test_what_cannot_be_used_is_named_and_counted_and_the_rest_is_measured(folder: Path) -> None:
    (folder / "photos" / "p00.png").write_text("Dear doctor")
    photo(folder / "photos" / "stranger.png", "red")
    with (folder / "truth.csv").open("a") as table:
        table.write("gone,red,L1,phone,1\np35,green,L1,phone,1\n")
        table.write("odd,yellow,L1,phone,1\n")
    photo(folder / "photos" / "odd.png", "yellow")
    result = evaluate("--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["photos"] == 34
    assert found["skipped"] == {
        "rows without a photo": ["gone"],
        "photos without a row": ["photos/stranger.png"],
        "labels the model does not know": ["odd (yellow)"],
        "photos with no label, or several": ["p35"],
        "photos that cannot be read": ["photos/p00.png (not_an_image)"],
    }
    told = evaluate().stdout
    assert "skipped: 1 rows without a photo: gone" in told
    assert "photos/p00.png (not_an_image)" in told


def test_photos_in_folders_named_after_their_labels_need_no_table(folder: Path) -> None:
    for at in range(36):
        path = folder / "photos" / f"p{at:02}.png"
        place = folder / "by_class" / COLOURS[at % 3].title() / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
    (folder / "by_class" / "read me.txt").write_text("Dear doctor")
    for truth in ([], ["--truth", "by_class"]):
        command = ["evaluate", "by_class", "--disease", "colour", "--json", *truth]
        result = CliRunner().invoke(app, command)
        found = json.loads(result.stdout)
        assert found["photos"] == 36
        assert found["figures"]["accuracy"]["value"] == pytest.approx(32 / 36, abs=1e-5)
        assert found["skipped"] == {"files passed over": ["by_class/read me.txt (no photo)"]}


def test_a_row_whose_photo_is_passed_over_is_named_with_both(folder: Path) -> None:
    (folder / "photos" / "p35.png").unlink()
    (folder / "photos" / "p35.jxl").write_bytes(b"\xff\x0a" + bytes(40))
    skipped = metrics()["skipped"]
    assert skipped["rows without a photo"] == ["p35"]
    assert skipped["files passed over"] == ["photos/p35.jxl (JPEG XL, which is not opened: export it as JPEG or PNG)"]


def test_things_that_should_be_turned_away_are_counted(folder: Path) -> None:
    for at in range(3):
        photo(folder / "things" / f"white{at}.png", (205, 205, 205))  # to the tiny model white is nothing
    photo(folder / "things" / "red.png", "red")
    found = metrics("--out-of-domain", "things")
    assert found["out_of_domain"]["rejected"]["value"] == 0.75
    assert found["out_of_domain"]["rejected"]["n"] == 4
    assert "photos of other things turned away" in evaluate("--not-skin", "things").stdout  # as it was called once


def test_photos_resized_and_compressed_keep_their_label(folder: Path) -> None:
    found = metrics("--robustness", "3")["robustness"]
    assert found["same_label"] | {"interval": None} == {"value": 1.0, "interval": None, "n": 36}
    assert found["same_label_in_all"]["n"] == 3
    assert found["same_label_in_all"]["interval"][0] < 0.5  # three photos prove little


def test_photos_spoiled_past_recognition_are_counted_as_turned_away_or_not(folder: Path) -> None:
    found = metrics("--spoiled", "4")["spoiled"]
    assert set(found["ways"]) >= {"dim 100%", "shrunk 25%", "over-exposed 50%"}
    dark = found["ways"]["dim 100%"]
    assert dark["rejected"] == 1  # the tiny card sends dark photos back
    assert found["ways"]["shrunk 25%"]["rejected"] == 0
    assert found["ways"]["shrunk 25%"]["right"] >= 0.5  # a plain colour stays what it is


def test_a_label_can_count_as_another(folder: Path) -> None:
    assert metrics("--merge", "blue=red")["figures"]["accuracy"]["value"] == 1
    assert metrics("--merge", "blue=red")["labels"] == ["red", "green"]
    assert metrics("--merge", "none")["merged"] == {}
    for wrong in ("blue", "blue=pink", "blue=blue"):
        result = evaluate("--merge", wrong)
        assert result.exit_code == 2
        assert "red, green, blue" in result.stderr
    assert evaluate("--merge", "blue=red", "--merge", "red=green").exit_code == 2
    assert "as one other only" in evaluate("--merge", "blue=red", "--merge", "blue=green").stderr


@pytest.mark.parametrize("table", ["name,what\np00,red\n", "image,label\n", "image,label\nelsewhere,red\n"])
def test_a_table_that_fits_nothing_is_wrong_usage_and_says_so(folder: Path, table: str) -> None:
    (folder / "truth.csv").write_text(table)
    result = evaluate()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr) > 20
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["photos"],
        ["photos", "--truth", "none.csv"],
        ["nowhere", "--truth", "truth.csv"],
        ["photos", "--truth", "truth.csv", "--masks", "no"],
    ],
    ids=["no table", "no such table", "no such folder", "no such masks"],
)
def test_wrong_usage_is_2(folder: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(app, ["evaluate", "--disease", "colour", *arguments])
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_model_without_outline_says_so_of_masks(folder: Path) -> None:
    photo(folder / "masks" / "p00_segmentation.png", "white")
    result = evaluate("--masks", "masks")
    assert result.exit_code == 0
    assert "no outline" in result.stdout


def test_outlines_are_held_against_masks_and_a_lesion_not_found_counts(folder: Path) -> None:
    tiny.write(folder / "colour", model="outline")
    for at in range(3):
        image, mask = tiny.plain("green", (96, 64)), Image.new("L", (96, 64))
        if at < 2:  # the third has a mask and nothing red
            image.paste((255, 0, 0), (30, 16, 66, 48))
        mask.paste(255, (30, 16, 66, 48))
        image.save(folder / "photos" / f"p{at:02}.png")
        (folder / "masks").mkdir(exist_ok=True)
        mask.save(folder / "masks" / f"p{at:02}_segmentation.png")
    outline = metrics("--masks", "masks")["outline"]
    assert outline["dice"]["n"] == outline["jaccard"]["n"] == 3
    assert 0.55 < outline["dice"]["value"] < 0.67
    assert outline["jaccard"]["value"] < outline["dice"]["value"]


def test_a_mask_that_cannot_be_used_is_named_and_its_photo_still_counts(folder: Path) -> None:
    tiny.write(folder / "colour", model="outline")
    whole = metrics()["photos"]
    for at in range(4):
        tiny.plain("green", (96, 64)).save(folder / "photos" / f"p{at:02}.png")
        photo(folder / "masks" / f"p{at:02}.png", "white", size=(96, 64))
    (folder / "masks" / "p00.png").write_text("Dear doctor")
    (folder / "masks" / "p01.png").write_bytes(png(png_header(60_000, 60_000), b""))
    photo(folder / "masks" / "p02.png", "white", size=(64, 64))
    result = evaluate("--masks", "masks", "--json")
    found = json.loads(result.stdout)
    assert (found["photos"], found["outline"]["dice"]["n"], result.exit_code) == (whole, 1, 1)
    assert [name.split(" ")[0] for name in found["skipped"]["masks that cannot be used"]] == [
        f"masks/p0{at}.png" for at in range(3)
    ]
    assert "64×64, its photo has another shape" in evaluate("--masks", "masks").stdout


def test_without_matplotlib_the_figures_are_there_and_how_to_get_plots_is_said(folder: Path) -> None:
    program = "import sys; sys.modules['matplotlib'] = None; from bot.__main__ import main; main()"
    command = [sys.executable, "-c", program, "evaluate", "photos", "--truth", "truth.csv", "--disease", "colour"]
    done = subprocess.run(
        [*command, "--out", "seen"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "balanced accuracy" in done.stdout
    assert "make install-evaluate" in done.stderr
    assert [path.name for path in (folder / "seen").iterdir()] == ["metrics.json"]


def test_only_a_part_of_our_own_data_sets_can_be_asked_for(folder: Path) -> None:
    result = evaluate("--split", "test")
    assert result.exit_code == 2
    assert "--split is for tables of the data sets that the model learnt from" in result.stderr
    from training.data import part_of  # noqa: PLC0415

    shutil.copy(HOME / "classifiers" / "skin" / "truth_tables.yaml", folder / "colour")
    tiny.write(folder / "colour", tiny.content(truth_tables="truth_tables.yaml"))

    rows = [f"HAM_{at},p{at:02},{COLOURS[at % 3]}" for at in range(36)]
    (folder / "truth.csv").write_text("lesion_id,image_id,dx\n" + "\n".join(rows) + "\n")
    expected = sum(part_of(f"ham10000/HAM_{at}") == "test" for at in range(36))
    assert metrics("--split", "test")["photos"] == expected > 0
    assert metrics("--part", "test")["photos"] == expected  # as it was called once


def unknown(folder: Path) -> None:
    """Photos of no label: three that are turned away, of one kind, and two that are not, of another."""
    lines = ["image,label,skin_tone"]
    for at in range(3):
        photo(folder / "rashes" / f"white{at}.png", (205, 205, 205))
        lines.append(f"white{at}.png,hives,5")
    for at in range(12):
        photo(folder / "rashes" / f"red{at}.png", "red")
        lines.append(f"red{at}.png,measles,2")
    (folder / "rashes" / "labels.csv").write_text("\n".join(lines) + "\n")


def test_photos_of_no_label_are_counted_by_what_is_said_of_them(folder: Path) -> None:
    unknown(folder)
    found = metrics("--not-this", "rashes")["not_this"]
    assert found["turned_away"]["value"] == 0.2
    assert found["sure_serious"]["value"] == found["sure_of"]["red"]["value"] == found["urgent"]["value"] == 0.8
    assert found["groups"] == 2
    assert found["turned_away"]["interval"][1] > 0.8  # two kinds prove nothing
    assert found["by_subgroup"]["5"] == {"n": 3}
    assert found["by_subgroup"]["2"]["turned_away"]["value"] == 0
    assert "not this: a label of the alarm is named surely" in evaluate("--not-this", "rashes").stdout


def test_photos_of_no_label_need_no_other_photos(folder: Path) -> None:
    unknown(folder)
    broken = photo(folder / "rashes" / "broken.png", "red")
    broken.write_bytes(broken.read_bytes()[:40])
    alone = ["evaluate", "--not-this", "rashes", "--disease", "colour"]
    result = CliRunner().invoke(app, [*alone, "--json", "--out", "out"])
    assert result.exit_code == 1, result.output
    found = json.loads(result.stdout)
    assert found["not_this"]["turned_away"]["n"] == 15
    (reason,) = found["skipped"]["not-this photos that cannot be read"]
    assert reason.startswith("rashes/broken.png (")
    assert json.loads((folder / "out" / "metrics.json").read_text()) == found
    assert found["command"] == "checkup evaluate --disease colour --not-this rashes"
    assert "not this: turned away as something else: 0.200" in CliRunner().invoke(app, alone).stdout


def test_photos_of_no_label_are_found_by_the_names_of_their_table_and_nothing_is_left_out_unnamed(folder: Path) -> None:
    for at in range(4):
        photo(folder / "rashes" / "clinic" / f"Rash{at}.PNG", "red")
    (folder / "rashes" / "notes.txt").write_text("not a photo")
    lines = [
        "image,label,patient_id",
        "rash0.png,hives,one",
        "rash1.png,measles,one",
        "gone.png,hives,two",
        "rash2,RED,x",
    ]
    (folder / "rashes" / "labels.csv").write_text("\n".join(lines) + "\n")
    found = metrics("--not-this", "rashes")
    assert (found["not_this"]["groups"], found["not_this"]["turned_away"]["n"]) == (2, 3)
    said = {reason: names for reason, names in found["skipped"].items() if reason.startswith("not-this")}
    assert said == {
        "not-this rows without a photo": ["gone.png"],
        "not-this photos without a row, each counted alone": ["rashes/clinic/Rash3.PNG"],
        "not-this photos of one of the model's labels": ["rashes/clinic/Rash2.PNG (red)"],
        "not-this files passed over": ["rashes/notes.txt (no photo)"],
    }
    alone = CliRunner().invoke(app, ["evaluate", "--not-this", "rashes", "--disease", "colour"]).stdout
    assert "skipped: 1 not-this rows without a photo: gone.png" in alone


def test_a_folder_without_a_photo_that_can_be_looked_at_is_said_to_be_one(folder: Path) -> None:
    broken = folder / "rashes" / "broken.jpg"
    broken.parent.mkdir()
    broken.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    alone = CliRunner().invoke(app, ["evaluate", "--not-this", "rashes", "--disease", "colour"])
    assert alone.exit_code == 2
    for said in (alone.stderr, evaluate("--not-this", "rashes").stdout):
        assert "--not-this: no photo in it can be looked at: rashes" in said
        assert "rashes/broken.jpg (damaged_image)" in said
    assert "--out-of-domain: no photo in it can be looked at: rashes" in evaluate("--out-of-domain", "rashes").stdout


@pytest.mark.parametrize("given", [[], ["--truth", "truth.csv"], ["--truth", "truth.csv", "--not-this", "photos"]])
def test_a_table_without_photos_is_refused(folder: Path, given: list[str]) -> None:
    result = CliRunner().invoke(app, ["evaluate", *given, "--disease", "colour"])
    assert result.exit_code == 2
    assert "--not-this" in result.stderr
