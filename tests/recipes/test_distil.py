"""A student learns what its teachers say together, goes on after a kill, and is shipped like any other run."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import keras
import numpy as np
import pytest
from small_data import TINY, draw_all

from training import distil, pixels
from training.backbones import MOBILENET_V2
from training.data import OTHER, read_all
from training.distil import DistillationBatches, Lesson
from training.model_card_made import commands, made  # what a reader sees of the recipe
from training.skin import SERVED, train
from training.stages import STAGES, Stage
from training.thresholds import softmax

STAGE = Stage(size=32, epochs=3, rate=3e-3, left=0.5, learn_from="b6_expand", photos=64, mixed=0.5)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny_backbone: Path, eager: None) -> Path:
    """A folder with data, two teachers that disagree, and a student that was interrupted once."""
    home = tmp_path_factory.mktemp("distil")
    draw_all(home / "data", lesions=22)
    brief = (Stage(size=32, epochs=1, rate=1e-3, learn_from="maps", photos=8),)
    for seed in (1, 2):
        folder = home / f"teacher-{seed}"
        taught = {"data": home / "data", "weights": tiny_backbone, "backbone": TINY, "cache": home, "batch": 8}
        train(**taught, folder=folder, seed=seed, stages=brief)
        teacher = keras.models.load_model(folder / "last.keras")
        maps = teacher.get_layer("maps")  # each is sure of a label of its own
        maps.set_weights([maps.get_weights()[0], np.eye(8, dtype=np.float32)[seed] * 4])
        teacher.save(folder / "last.keras")
    learn(home)
    return home


def learn(home: Path) -> None:
    lesson = Lesson(teachers=[home / "teacher-1", home / "teacher-2"])
    distil.distil(data=home / "data", lesson=lesson, folder=home / "run", cache=home, stage=STAGE, batch=8)


def test_the_student_comes_to_say_what_its_teachers_say_together(home: Path) -> None:
    x = pixels.load([one for one in read_all(home / "data") if one.label != OTHER], size=SERVED, cache=home)[:16]
    student, first, second = (
        softmax(np.asarray(keras.models.load_model(home / run / "last.keras", compile=False).predict_on_batch(x)))
        for run in ("run", "teacher-1", "teacher-2")
    )
    together = softmax((np.log(first) + np.log(second)) / 2)
    assert np.abs(student - together).mean() < 0.5 * np.abs(first - together).mean()


def test_a_student_of_its_own_that_is_told_the_labels_leaves_its_teacher_for_them(home: Path) -> None:
    lesson = Lesson(teachers=[home / "teacher-1"], student=home / "teacher-2", labels=50.0)
    distil.distil(data=home / "data", lesson=lesson, folder=home / "told", cache=home, stage=STAGE, batch=8)
    views, labels = np.load(home / "told" / "views.npy"), np.load(home / "told" / "labels.npy")[:, 0]
    said = {
        run: softmax(
            np.asarray(keras.models.load_model(home / run / "last.keras", compile=False).predict_on_batch(views))
        )
        for run in ("told", "teacher-1", "teacher-2")
    }
    wrong = {run: -(labels * np.log(p)).sum(axis=1).mean() for run, p in said.items()}
    assert wrong["told"] < 0.9 * min(wrong["teacher-1"], wrong["teacher-2"])
    config = json.loads((home / "told" / "config.json").read_text())
    assert (
        "the views' labels (begun as a network that was made by `training/skin.py` from a tiny network: seed 2"
        in made(config)
    )
    whole = config | {"stages": [asdict(replace(STAGE, learn_from=None))], "soften": True}
    assert "--teachers RUN-1 --student RUN-2 --all-layers --soften --labels 50 --size 32" in commands(whole)
    assert "from softened views" in made(whole)
    many = config | {"stages": [asdict(replace(STAGE, photos=1_234_567))]}
    assert "--views 1234567 " in commands(many)


def test_a_student_of_softened_views_keeps_softening_what_it_is_shown(home: Path) -> None:
    stage = replace(STAGE, epochs=1)
    lesson = Lesson(teachers=[home / "teacher-1"], soften=True)
    distil.distil(data=home / "data", lesson=lesson, folder=home / "soft", cache=home, stage=stage, batch=8)
    student = keras.models.load_model(home / "soft" / "last.keras", compile=False)
    assert np.array_equal(student.get_layer("softened").get_weights()[0][1, :, 0, 0], np.float32([1 / 8, 1 / 4, 1 / 8]))
    later = Lesson(teachers=[home / "soft"])
    assert later.config()["soften"]


def test_views_of_a_run_before_labels_were_kept_are_drawn_again(home: Path) -> None:
    kept = np.load(home / "run" / "views.npy")
    (home / "run" / "labels.npy").unlink()
    learn(home)
    assert (np.load(home / "run" / "views.npy") == kept).all()
    assert np.load(home / "run" / "labels.npy")[:, 0].sum(axis=1) == pytest.approx(1.0)


def test_a_killed_student_goes_on_without_asking_again(home: Path) -> None:
    log = home / "run" / "epochs.jsonl"
    kept = log.read_text().splitlines()
    log.write_text(kept[0] + "\n")  # as if killed before the second epoch was written down
    for number in (1, 2):
        (home / f"teacher-{number}" / "last.keras").rename(home / f"teacher-{number}" / "away.keras")
    learn(home)
    again = [json.loads(line) for line in log.read_text().splitlines()]
    assert [epoch["epoch"] for epoch in again] == [0, 1, 2]
    assert log.read_text().splitlines()[0] == kept[0]
    for number in (1, 2):
        (home / f"teacher-{number}" / "away.keras").rename(home / f"teacher-{number}" / "last.keras")


def test_a_teacher_that_was_stopped_early_is_noted_as_that(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "run", tmp_path / "stopped")
    log = tmp_path / "stopped" / "epochs.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:2]))
    assert Lesson(teachers=[tmp_path / "stopped"]).config()["teachers"][0]["stopped_after"] == 2
    assert "stopped_after" not in Lesson(teachers=[home / "run"]).config()["teachers"][0]
    config = tmp_path / "stopped" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"tuned": {"seed": 1}}))
    assert "stopped_after" not in Lesson(teachers=[tmp_path / "stopped"]).config()["teachers"][0]


def test_other_teachers_are_not_mixed_into_a_run(home: Path) -> None:
    with pytest.raises(SystemExit, match="another recipe"):
        lesson = Lesson(teachers=[home / "teacher-2"])
        distil.distil(data=home / "data", lesson=lesson, folder=home / "run", cache=home, stage=STAGE)


def test_a_teacher_that_is_no_run_is_named(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "teacher-1", tmp_path / "half")
    (tmp_path / "half" / "last.keras").unlink()
    with pytest.raises(SystemExit, match="half"):
        lesson = Lesson(teachers=[tmp_path / "half"])
        distil.distil(data=home / "data", lesson=lesson, folder=tmp_path / "run", cache=home, stage=STAGE, batch=8)


def test_every_view_is_learnt_from_once_an_epoch_in_any_of_its_symmetries() -> None:
    views = np.arange(16 * 4 * 4 * 3, dtype=np.uint16).reshape(16, 4, 4, 3)
    logits = np.arange(16, dtype=np.float32)[:, np.newaxis]
    batches = DistillationBatches(views, logits, batch=4, seed=(1, 0))
    x, y = (np.concatenate(parts) for parts in zip(*(batches[index] for index in range(len(batches))), strict=True))
    assert sorted(y[:, 0]) == list(range(16))
    for view, number in zip(x, y[:, 0], strict=True):
        assert sorted(view.ravel()) == sorted(views[int(number)].ravel())
    assert any(not np.array_equal(view, views[int(number)]) for view, number in zip(x, y[:, 0], strict=True))


def test_the_model_card_tells_the_teachers_and_how_to_make_them(home: Path) -> None:
    config = json.loads((home / "run" / "config.json").read_text())
    assert "seed 1, 1 epochs over 8 views" in made(config)
    other = replace(STAGE, size=64, epochs=1, photos=16)
    assert "from a tiny network: seed 3, 1 epochs over 16 views (other stages than the recipe's: 1 at 64 px)" in made(
        config | {"teachers": [{"seed": 3, "backbone": TINY, "stages": [asdict(other)]}]}
    )
    stopped = {"seed": 3, "backbone": TINY, "stages": [asdict(replace(other, epochs=5))], "stopped_after": 4}
    assert "seed 3, 4 of 5 epochs over 64 views" in made(config | {"teachers": [stopped]})
    cut_short = {"seed": 3, "stages": [asdict(stage) for stage in STAGES[MOBILENET_V2][:3]]}
    assert "(the first 3 of its 4 stages)" in made(config | {"teachers": [cut_short]})
    assert "training.skin --data DATA --backbone tiny --batch 8 --weights WEIGHTS --seed 2 --run RUN-2" in commands(
        config
    )
    assert "training.distil --data DATA --teachers RUN-1 RUN-2" in commands(config)
    lite = {"seed": 1, "stages": [], "backbone": "efficientnet_lite0"}
    assert "training.skin --data DATA --backbone efficientnet_lite0 --weights WEIGHTS --seed 1" in commands(lite)
    large = {"seed": 4, "backbone": "dinov2_small", "stages": [asdict(stage) for stage in STAGES["dinov2_small"]]}
    told = "from DINOv2's small transformer: seed 4, 3 epochs over 36,000 views."
    assert told in made(config | {"teachers": [large]})


def test_the_model_card_tells_of_a_teacher_that_had_teachers_itself(home: Path) -> None:
    first = json.loads((home / "run" / "config.json").read_text())
    pupil = first | {"seed": 7, "teachers": [first, *first["teachers"]]}
    assert "by `training/distil.py` from 2 networks: a tiny network, seed 1, 3 epochs" in made(pupil)
    lines = [line.strip() for line in commands(pupil).splitlines()]
    assert lines == [
        "python -m training.skin --data DATA --backbone tiny --batch 8 --weights WEIGHTS --seed 1 --run RUN-1",
        "python -m training.skin --data DATA --backbone tiny --batch 8 --weights WEIGHTS --seed 2 --run RUN-2",
        "python -m training.distil --data DATA --teachers RUN-1 RUN-2 --size 32 --epochs 3 --views 64 --seed 1 --run RUN-3",
        "python -m training.distil --data DATA --teachers RUN-3 RUN-1 RUN-2 --size 32 --epochs 3 --views 64 --seed 7 --run RUN",
    ]
