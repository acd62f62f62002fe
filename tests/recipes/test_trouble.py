"""What stands in a recipe's way ends it in a sentence that says how to mend it, and loses nothing that was finished."""

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import pytest
import tensorflow as tf
from small_data import draw_all

from training import distil, restore, seeds, ship, skin, tune, tuned
from training.command import run_recipe
from training.data import read_all, read_rash_openstax
from training.forms import recipe as forms
from training.gates.kept import kept_gate
from training.heart import HEART
from training.mapped_file import mapped
from training.material import read_material
from training.pixels import load
from training.run import Run, network_of

CONFIG = {"seed": 1}


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def small(units: int = 2) -> keras.Model:
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(units)])


def told(main: Callable[[], None], *arguments: object) -> str:
    """Return what a recipe that is started with these arguments ends with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["recipe", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run_recipe(main)
    return str(ended.value)


def test_a_full_disk_costs_no_epoch_and_the_recipe_says_to_make_room(tmp_path: Path) -> None:
    Run(tmp_path, config=CONFIG).save(small(), epoch=0, loss=1.0)

    def go_on() -> None:
        Run(tmp_path, config=CONFIG)

    def save() -> None:
        with full_disk():
            run.save(small(), epoch=1, loss=0.5)

    with full_disk():
        assert "make room and give the same command again" in told(go_on)
    run = Run(tmp_path, config=CONFIG)
    assert run.finished == 1
    assert "make room" in told(save)
    run = Run(tmp_path, config=CONFIG)
    assert run.finished == 1
    assert run.model() is not None
    assert not list(tmp_path.glob("unfinished-*"))


def test_what_tensorflow_says_of_a_full_disk_is_understood_and_all_else_is_a_fault_of_ours() -> None:
    def write() -> None:
        raise tf.errors.UnknownError(None, None, "variables/variables.data; No space left on device")

    def stumble() -> None:
        raise ZeroDivisionError

    assert (
        told(write) == "No space left on device: make room and give the same command again; what was finished is kept"
    )
    with pytest.raises(ZeroDivisionError):
        run_recipe(stumble)


@pytest.mark.parametrize("name", ["config.json", "epochs.jsonl"])
def test_a_run_whose_notes_were_cut_is_named(tmp_path: Path, name: str) -> None:
    Run(tmp_path, config=CONFIG).save(small(), epoch=0)
    (tmp_path / name).write_text('{"ep')
    with pytest.raises(SystemExit, match=rf"{name}: cannot be read .*: give another --run, or delete this one"):
        Run(tmp_path, config=CONFIG)


def test_pixels_take_their_room_on_the_disk_before_they_are_decoded(tmp_path: Path) -> None:
    file = tmp_path / "pixels.npy"
    mapped(file, (100, 64, 64, 3))
    assert file.stat().st_blocks * 512 >= file.stat().st_size
    with full_disk(), pytest.raises(OSError, match="too large"):
        mapped(tmp_path / "more.npy", (100, 64, 64, 3))


def test_a_decoder_that_was_stopped_by_a_full_disk_goes_on_with_room(tmp_path: Path) -> None:
    draw_all(tmp_path / "data", lesions=7)
    photos = read_all(tmp_path / "data")
    with full_disk(), pytest.raises(OSError, match="too large"):
        load(photos, size=16, cache=tmp_path / "cache")
    assert len(load(photos, size=16, cache=tmp_path / "cache")) == len(photos)


def test_what_is_no_run_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "last.keras").write_bytes(b"PK\x03\x04")
    with pytest.raises(SystemExit, match=r"last\.keras: cannot be read .*: give the folder of another run"):
        network_of(tmp_path / "broken")
    (tmp_path / "metrics.json").write_text("{}")
    draw_all(tmp_path / "data", lesions=7)
    data, none = ("--data", tmp_path / "data"), tmp_path / "none"
    for said in (
        told(ship.main, *data, "--run", none, "--version", "1"),
        told(seeds.main, *data, "--run", tmp_path, "--others", none, "--cache", tmp_path / "cache"),
        told(tune.main, *data, "--begun", none, "--run", tmp_path / "tuned"),
    ):
        assert "no run that has learnt" in said


def test_what_would_end_shipping_at_its_end_ends_it_at_its_beginning(tmp_path: Path) -> None:
    Run(tmp_path / "run", config=CONFIG).save(small(), epoch=0)
    to_ship = ("--run", tmp_path / "run", "--version", "1", "--data", tmp_path / "data")
    assert "no.yaml: is not there" in told(ship.main, *to_ship, "--card", tmp_path / "no.yaml")
    draw_all(tmp_path / "data", lesions=7)
    shutil.rmtree(tmp_path / "data" / "not_skin")
    (tmp_path / "card.yaml").touch()
    assert "not_skin: no photo is there" in told(ship.main, *to_ship, "--card", tmp_path / "card.yaml")


def test_photos_that_are_only_measured_on_are_left_out_where_they_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw_all(tmp_path, lesions=11)
    rash, thing = (tmp_path / name for name in ("rash_openstax/images/os_1.webp", "not_skin/thing_2.webp"))
    inflamed = next(photo.path for photo in read_all(tmp_path) if photo.kind == "INF")
    for photo in (rash, thing, inflamed):
        photo.write_text("Dear doctor")
    (tmp_path / "not_skin" / ".DS_Store").touch()
    material = read_material(tmp_path, cache=tmp_path / "cache")
    assert {inflamed, rash, thing}.isdisjoint([*(photo.path for photo in material.others), *material.not_skin])
    assert len(material.not_skin) == 5
    assert sum(photo.source == "rash_openstax" for photo in material.others) == len(read_rash_openstax(tmp_path)) - 1
    said = capsys.readouterr().out
    assert all(str(photo) in said for photo in (rash, thing, inflamed))


def test_only_what_was_shipped_can_be_restored_and_a_broken_card_is_told_of_with_its_faults(tmp_path: Path) -> None:
    to = ("--run", tmp_path / "run")
    assert "recipe.json: is not there" in told(restore.main, *to, "--card", "classifiers/heart/card.yaml")
    (tmp_path / "recipe.json").write_text(json.dumps({"config": {}}))
    (tmp_path / "card.yaml").write_text("id: skin\n")
    assert "card.yaml: input: is missing: photo or form" in told(restore.main, *to, "--card", tmp_path / "card.yaml")
    assert "Not a directory" in told(restore.main, "--run", tmp_path / "card.yaml" / "run")


@pytest.mark.parametrize(
    ("main", "option", "value"),
    [
        (distil.main, "--epochs", 0),
        (skin.main, "--batch", "many"),
        (tuned.main, "--few", 0),
        (lambda: forms.main(HEART, about=""), "--folds", 1),
    ],
)
def test_a_number_that_nothing_can_be_done_with_is_refused(
    main: Callable[[], None], option: str, value: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(main, option, value) == "2"
    assert f"argument {option}: '{value}' is no whole number from" in capsys.readouterr().err


def test_a_recipe_s_help_names_its_command() -> None:
    command = [sys.executable, "-m", "training.drawings", "--help"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.startswith("usage: python -m training.drawings")


def test_a_run_that_found_no_room_to_be_restored_stands_in_nobody_s_way(tmp_path: Path) -> None:
    def start() -> None:
        with full_disk():
            restore.main()

    assert "make room" in told(start, "--run", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_gate_is_learnt_again_once_its_network_has_learnt_on(tmp_path: Path) -> None:
    def asked(network: keras.Model, units: int) -> int:
        gate = kept_gate("not_this", folder=tmp_path, of=network, make=lambda: small(units))
        return int(gate.get_weights()[1].size)

    network = small()
    assert (asked(network, 4), asked(network, 5)) == (4, 4)
    network.set_weights([weight + 1 for weight in network.get_weights()])
    assert (asked(network, 6), asked(network, 7)) == (6, 6)
