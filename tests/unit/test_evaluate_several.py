"""`checkup evaluate` for a model that may find several things in one photo: figures for each label by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tiny
from photo_bytes import file
from typer.testing import CliRunner

from bot.__main__ import app

COLOURS = ("red", "green", "blue")


@pytest.fixture
def folder(working_folder: Path) -> Path:
    """A folder to work in: a disease of three labels that do not exclude each other, and 36 plain photos."""
    tiny.registry(working_folder)
    tiny.write(working_folder / "colour", tiny.content("multi_label", **tiny.MULTI_LABEL), model="multi_label")
    (working_folder / "photos").mkdir()
    for at in range(36):
        (working_folder / "photos" / f"p{at:02}.png").write_bytes(file(tiny.plain(COLOURS[at % 3], (64, 64)), "PNG"))
    return working_folder


def evaluate(*arguments: str) -> Any:
    command = ["evaluate", "photos", "--truth", "truth.csv", "--disease", "colour", *arguments]
    return CliRunner().invoke(app, command)


def by_columns(at: int) -> str:
    """Return a row: each photo has the label of its colour, four reds are said not to, of six nothing is known of blue."""
    has = [int(colour == COLOURS[at % 3]) for colour in COLOURS]
    cells = [str(one) for one in has]
    if at in {0, 3, 6, 9}:
        cells[0] = "0"
    if at < 6:
        cells[2] = "" if at % 2 else "-1"
    return f"p{at:02},{','.join(cells)},P{at // 2}"


def test_each_label_is_measured_over_the_photos_of_which_it_is_known(folder: Path) -> None:
    rows = ["image,Red,Green,Blue,patient_id", *map(by_columns, range(36))]
    (folder / "truth.csv").write_text("\n".join(rows))
    result = evaluate("--json", "--out", "out")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert json.loads((folder / "out" / "metrics.json").read_text()) == found
    assert (found["photos"], found["groups"], found["grouped_by"]) == (36, 18, "patient")
    red, green, blue = (found["figures"]["by_label"][code] for code in COLOURS)
    assert (red["sensitivity"]["value"], red["sensitivity"]["n"]) == (1.0, 8)
    assert red["specificity"] | {"interval": None} == {
        "value": pytest.approx(24 / 28, abs=1e-5),
        "interval": None,
        "n": 28,
    }
    assert red["auc"]["value"] == pytest.approx(26 / 28, abs=1e-5)  # the four that are said not to be red are ties
    assert (green["auc"]["value"], green["sensitivity"]["n"], green["specificity"]["n"]) == (1.0, 12, 24)
    assert (blue["sensitivity"]["n"], blue["specificity"]["n"], blue["calibration_error"]["n"]) == (10, 20, 30)
    assert found["figures"]["all_right"]["value"] == pytest.approx(32 / 36, abs=1e-5)
    low, high = red["specificity"]["interval"]
    assert low < 24 / 28 < high
    text = evaluate().stdout
    assert "colour, model tiny: 36 photos, 18 groups by patient" in text
    assert "ECE, 15 bins" in text


def test_a_column_may_list_the_labels_and_words_that_are_none_are_told(folder: Path) -> None:
    rows = [f"p{at:02}.png,{'No Finding' if at == 2 else COLOURS[at % 3] + '|Nodule'}" for at in range(36)]
    (folder / "truth.csv").write_text("\n".join(["Image Index,Finding Labels", "p99.png,Red", *rows]))
    result = evaluate()
    assert result.exit_code == 0, result.output
    assert "skipped: 2 words that are none of its labels: Nodule, No Finding" in result.stdout
    assert "skipped: 1 rows without a photo: p99.png" in result.stdout
    assert [line.split()[-2:] for line in result.stdout.splitlines() if line.startswith(COLOURS)] == [
        ["12", "24"],
        ["12", "24"],
        ["11", "25"],
    ]


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        ("image,red\np00,1", ("--spoiled", "3"), "--spoiled: only for models of one label a photo"),
        ("image,weight\np00,1", (), "do not say which labels a photo has"),
        ("image,red\nq00,1", (), "No photo has a row in the tables"),
    ],
)
def test_what_cannot_be_measured_says_why(folder: Path, table: str, options: tuple[str, ...], said: str) -> None:
    (folder / "truth.csv").write_text(table)
    result = evaluate(*options)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_without_a_table_one_is_asked_for(folder: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "photos", "--disease", "colour"])
    assert result.exit_code == 2
    assert "name a table that says which" in " ".join(result.stderr.split())
