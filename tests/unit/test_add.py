"""`checkup add`: a model file and a list of labels become a draft that `checkup check` helps to finish."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import tiny
import yaml
from photo_bytes import file
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.add.labels_file import codes_of
from bot.cli.add.probe import same
from bot.cli.add.registry_line import with_line
from classifiers.errors import CardFaults
from classifiers.plugin import examine
from classifiers.registry import read_registry

REGISTRY = """plugins:
  # the first
  - card: colour/card.yaml
    enabled: true  # for now

# the end
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a registry full of comments, a model and its labels."""
    monkeypatch.chdir(tmp_path)
    tiny.write(tmp_path / "colour")
    (tmp_path / "registry.yaml").write_text(REGISTRY)
    shutil.copy(tiny.MODELS / "int8.tflite", tmp_path / "my-model.tflite")
    (tmp_path / "labels.txt").write_text("Red thing\nGreen\n\n7\n")
    return tmp_path


def add(*arguments: str, model: str = "my-model.tflite", labels: str = "labels.txt") -> tuple[int, str, str]:
    """Return the exit status, what was said, and what was complained of."""
    result = CliRunner().invoke(app, ["add", model, "--labels", labels, *arguments], env={"COLUMNS": "200"})
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_model_becomes_a_draft_whose_gaps_are_named_and_once_filled_in_it_answers(folder: Path) -> None:
    status, said, _ = add("--id", "xray", "--title", "Chest X-ray")
    assert status == 0
    assert "checkup check" in said
    path = folder / "classifiers" / "xray" / "card.yaml"
    assert path.with_name("my-model.tflite").is_file()
    draft = yaml.safe_load(path.read_text())
    assert [label["code"] for label in draft["labels"]] == ["red_thing", "green", "label_7"]
    assert draft["title"] == {"en": "Chest X-ray"}
    assert draft["model"]["input"] | {"resize": ""} == {
        "size": [16, 16],
        "resize": "",
        "scaling": "raw",
        "channels": "rgb",
        "layout": "nhwc",
    }
    assert draft["model"]["scores"] == "probabilities"

    registry = read_registry(folder / "registry.yaml")
    assert list(registry.plugins) == ["colour"]
    places = {fault.split(": ")[1] for fault in registry.all_faults}
    assert places == {"knows"} | {f"labels[{at}].{key}" for at in range(3) for key in ("about", "link", "care")}

    whole = path.read_text().replace('en: ""', "en: Words").replace("link: FILL-IN", "link: https://example.org")
    path.write_text(whole.replace("care: FILL-IN", "care: soon"))
    registry = read_registry(folder / "registry.yaml")
    assert registry.all_faults == ()
    assert examine(registry.photo_plugin("xray"), file(tiny.plain("red"), "PNG")).finding.label == "red_thing"


def test_the_registry_keeps_its_comments(folder: Path) -> None:
    assert add()[0] == 0
    added = "    enabled: true  # for now\n  - card: classifiers/my_model/card.yaml\n"
    assert (folder / "registry.yaml").read_text() == REGISTRY.replace("    enabled: true  # for now\n", added)


def test_a_wrong_number_of_labels_is_told_with_both_numbers_and_nothing_is_written(folder: Path) -> None:
    (folder / "two.txt").write_text("a\nb\n")
    status, _, complained = add(labels="two.txt")
    assert status == 2
    assert "expected an output of 2 scores, one for each label, found output 0: 3 numbers" in complained
    assert not (folder / "classifiers").exists()
    assert (folder / "registry.yaml").read_text() == REGISTRY


def test_a_model_of_several_labels_at_once_is_drafted_with_a_threshold_for_each(folder: Path) -> None:
    status, said, _ = add("--id", "several", model=str(tiny.MODELS / "multi_label.tflite"))
    assert status == 0
    assert "do not add up to one" in said
    assert "thresholds: as the card's comments say" in said
    card = yaml.safe_load((folder / "classifiers" / "several" / "card.yaml").read_text())
    assert card["model"]["scores"] == "multi_label"
    assert len(card["decision"]["thresholds"]) == len(card["labels"])


def test_what_is_known_need_not_be_guessed(folder: Path) -> None:
    model = str(tiny.MODELS / "multi_label.tflite")
    status, said, _ = add("--scores", "logits", "--scaling", "zero_to_one", "--id", "known", model=model)
    assert status == 0
    assert "scaling:" not in said
    card = yaml.safe_load((folder / "classifiers" / "known" / "card.yaml").read_text())
    assert (card["model"]["scores"], card["model"]["input"]["scaling"]) == ("logits", "zero_to_one")


def test_what_is_there_is_not_overwritten(folder: Path) -> None:
    (folder / "new").mkdir()
    (folder / "new" / "card.yaml").write_text("mine")
    status, _, complained = add("--folder", "new")
    assert status == 2
    assert "new/card.yaml is there already" in complained
    assert (folder / "new" / "card.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "model", "labels", "told"),
    [
        (["--id", "colour"], "my-model.tflite", "labels.txt", "colour/card.yaml has the id colour already"),
        (["--id", "X-Ray"], "my-model.tflite", "labels.txt", "--id X-Ray: must be small letters"),
        ([], "labels.txt", "labels.txt", "must be a file whose name ends in .tflite, .keras, .onnx"),
        ([], "none.tflite", "labels.txt", "none.tflite: must be a file"),
        ([], "my-model.tflite", "none.txt", "none.txt: cannot be read: No such file"),
        ([], "my-model.tflite", "/dev/zero", "/dev/zero: cannot be read: it is no regular file"),
        ([], "my-model.tflite", "one.txt", "one.txt: has 1 labels, at least two are needed"),
        ([], "my-model.tflite", "twice.txt", "twice.txt: red: every line must be a label of its own"),
    ],
)
def test_what_cannot_be_added_is_told_why(
    folder: Path, arguments: list[str], model: str, labels: str, told: str
) -> None:
    (folder / "one.txt").write_text("Red\n")
    (folder / "twice.txt").write_text("Red\nred!\nGreen\n")
    status, said, complained = add(*arguments, model=model, labels=labels)
    assert (status, said) == (2, "")
    assert told in complained


@pytest.mark.parametrize("kind", ["device", "pipe", "nested"])
def test_a_file_beside_a_stranger_s_model_that_cannot_be_read_to_its_end_says_nothing(folder: Path, kind: str) -> None:
    beside = folder / "config.json"
    if kind == "device":
        beside.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(beside)
    else:
        beside.write_text("[" * 100_000)
    status, _, complained = add("--id", "new")
    assert (status, complained) == (0, "")


def test_labels_get_codes() -> None:
    assert codes_of(["Melanoma", "Basal cell  (BCC)", "7", "Älter", "…"]) == [
        "melanoma",
        "basal_cell_bcc",
        "label_7",
        "lter",
        "label_4",
    ]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("plugins:\n- card: a\n", "plugins:\n- card: a\n- card: x\n"),
        ("plugins:\n- card: a", "plugins:\n- card: a\n- card: x\n"),
        ("plugins:\n  - {card: a}  # b\n", "plugins:\n  - {card: a}  # b\n  - card: x\n"),
        (
            "# a\nplugins: # b\n  # c\n  - card: 'a' # d\n    model: m\n\n# - card: off\nother: 1\n",
            "# a\nplugins: # b\n  # c\n  - card: 'a' # d\n    model: m\n  - card: x\n\n# - card: off\nother: 1\n",
        ),
        ("plugins: [{card: a}]\n", "plugins: [card: a, card: x]\n"),
        ("plugins: []\n", "plugins:\n  - card: x\n"),
    ],
)
def test_a_line_is_put_behind_the_last_one(tmp_path: Path, written: str, wanted: str) -> None:
    (tmp_path / "registry.yaml").write_text(written)
    assert with_line(tmp_path / "registry.yaml", "x") == wanted


@pytest.mark.parametrize("written", ["plugins: 1\n", "other: 1\n", "plugins: ["])
def test_a_registry_of_another_form_is_left_alone_and_the_line_is_told(tmp_path: Path, written: str) -> None:
    (tmp_path / "registry.yaml").write_text(written)
    with pytest.raises(CardFaults):
        with_line(tmp_path / "registry.yaml", "x")


def test_a_registry_that_is_not_there_begins_with_the_line(tmp_path: Path) -> None:
    assert yaml.safe_load(with_line(tmp_path / "registry.yaml", "x/card.yaml")) == {
        "plugins": [{"card": "x/card.yaml"}]
    }


def test_outputs_that_are_infinite_are_not_called_the_same_and_raise_no_warning() -> None:
    assert not same([[np.array([np.inf, 0.0])]] * 2, 0)
