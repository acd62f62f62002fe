"""A network learns to say of a photo that was sent again what it says of it as it is, goes on after a kill, and is told of."""

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from small_data import TINY, draw_all
from small_network import small_network

from classifiers.resize import to_input
from training import network, tuned
from training.alternatives import ask_heads, look_at
from training.data import CAMERAS, OTHER, read_all
from training.early_heads import STRENGTHS
from training.model_card_made import commands, made  # what a reader sees of the recipe
from training.outline import network as outline_network
from training.outline import recipe as outline
from training.pairs import sent_again
from training.tune import Apart, Tuning, says, tune

HOW = Tuning(size=64, photos=8, epochs=2, rate=2e-3)


def lively_network() -> keras.Model:
    """Return a network that is as sure as one that has learnt."""
    model = small_network(labels=8)
    maps = model.get_layer(network.MAPS)
    maps.set_weights([8 * maps.get_weights()[0], maps.get_weights()[1]])
    return model


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, eager: None) -> Path:
    """A folder with data, a run that outlines, and the same tuned, interrupted once."""
    home = tmp_path_factory.mktemp("tune")
    draw_all(home / "data", lesions=22)
    model = lively_network()
    (home / "begun").mkdir()
    model.save(home / "begun" / "last.keras")
    (home / "begun" / "config.json").write_text(json.dumps({"seed": 1, "stages": [], "batch": 8, "backbone": TINY}))
    made = {"seed": 1, "recipe": {"epochs": 1}, "lesions": 1}
    outline.keep(outline_network.build(model), model, folder=home / "begun" / "outline", made=made)
    tune_once(home)
    log = home / "tuned" / "epochs.jsonl"
    first = log.read_text().splitlines()[0]
    log.write_text(first + "\n")  # as if killed before the second epoch was written down
    tune_once(home)
    assert log.read_text().splitlines()[0] == first
    return home


def tune_once(home: Path, how: Tuning = HOW) -> None:
    tune(data=home / "data", begun=home / "begun", folder=home / "tuned", cache=home, tuning=how, batch=8)


def test_it_comes_to_say_of_a_spoiled_photo_what_was_said_of_it_as_it_is() -> None:
    teacher, student = ((model, outline_network.build(model)) for model in (lively_network(), lively_network()))
    student[1].set_weights(teacher[1].get_weights())
    rng = np.random.default_rng(1)
    as_is = np.repeat(np.repeat(rng.integers(0, 256, (32, 8, 8, 3)), 8, axis=1), 8, axis=2).astype(np.float32)
    spoiled = np.clip(as_is + rng.normal(0, 70, as_is.shape), 0, 255).astype(np.float32)
    wanted = teacher[0].predict_on_batch(as_is)
    before = np.abs(student[0].predict_on_batch(spoiled) - wanted).mean()
    learning = Apart(says(*teacher), says(*student), tuning=Tuning(), spread=np.ones(1))
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(learning.trainable_variables)  # within the first step it would have that traced twice
    learning.compile(optimizer=optimizer, loss=lambda _, apart: apart)
    learning.fit((as_is, spoiled), np.zeros(32), batch_size=8, epochs=12, verbose=0)
    assert np.abs(student[0].predict_on_batch(spoiled) - wanted).mean() < 0.6 * before
    assert np.array_equal(wanted, teacher[0].predict_on_batch(as_is)), "the teacher stays as it is"


def test_a_killed_tuning_goes_on_and_another_is_not_mixed_into_it(home: Path) -> None:
    lines = (home / "tuned" / "epochs.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [0, 1]
    with pytest.raises(SystemExit, match="another recipe"):
        tune_once(home, Tuning(size=64, photos=8, epochs=2, rate=1e-3))


def test_its_outline_is_kept_as_that_of_its_network(home: Path) -> None:
    model = keras.models.load_model(home / "tuned" / "last.keras", compile=False)
    says = outline_network.head(keras.models.load_model(home / "tuned" / "outline" / "last.keras"), model)
    chance = says.said_by(model).predict_on_batch(np.zeros((1, 64, 64, 3)))
    assert chance.shape == (1, 16, 16, 1)
    kept = json.loads((home / "tuned" / "outline" / "config.json").read_text())
    assert kept["network"] != json.loads((home / "begun" / "outline" / "config.json").read_text())["network"]


def test_a_run_without_an_outline_is_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "begun").mkdir()
    shutil.copy(home / "begun" / "config.json", tmp_path / "begun")
    with pytest.raises(SystemExit, match=r"begun: no run that was shipped or restored"):
        tune(data=home / "data", begun=tmp_path / "begun", folder=tmp_path / "tuned", cache=home, tuning=HOW)


def test_a_photo_sent_again_is_the_same_photo_with_traces_of_compression() -> None:
    rng = np.random.default_rng(1)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((320, 240))
    again = sent_again(coarse, size=224, rng=np.random.default_rng(2)).astype(float)
    as_is = to_input(coarse, (224, 224), "stretch").astype(float)
    assert again.shape == as_is.shape
    assert 0 < np.abs(again - as_is).mean() < 6
    assert np.array_equal(again, sent_again(coarse, size=224, rng=np.random.default_rng(2)))


def test_the_model_card_tells_of_the_tuning_and_the_page_of_what_it_gave(home: Path, tmp_path: Path) -> None:
    config = json.loads((home / "tuned" / "config.json").read_text())
    assert "tuned by `training/tune.py`: seed 1, 2 epochs over 16 pairs" in made(config)
    lines = commands(config).splitlines()
    assert [line.split()[2] for line in lines] == ["training.skin", "training.ship", "training.tune"]
    assert lines[-1].endswith("--begun RUN-1 --epochs 2 --photos 8 --rate 0.002 --seed 1 --run RUN")
    seen = {
        name: look_at(home / "data", run=home / run, cache=home, few=2, views=[tuned.VIEW])
        for name, run in ((tuned.BEFORE, "begun"), ("after", "tuned"))
    }
    tuned.write(tmp_path / "tuning.md", tuned.measure(seen))
    text = (tmp_path / "tuning.md").read_text(encoding="utf-8")
    assert text.count("| as it was |") == text.count("| after |") == 8


def test_a_run_that_learnt_on_is_looked_at_again(home: Path, tmp_path: Path) -> None:
    def logits() -> np.ndarray:
        asked = look_at(home / "data", run=tmp_path, cache=home, few=1, views=[tuned.VIEW])
        return asked.seen[tuned.VIEW].logits

    shutil.copy(home / "begun" / "last.keras", tmp_path)
    before = logits()
    shutil.copy(home / "tuned" / "last.keras", tmp_path)
    assert not np.array_equal(before, logits())


def test_heads_that_learn_from_training_photos_say_something_of_every_validation_photo(home: Path) -> None:
    asked = [photo for photo in read_all(home / "data") if photo.part == "validation" and photo.label != OTHER]
    heads = ask_heads(home / "data", run=home / "begun", cache=home)
    assert heads.chance.shape == (len(asked), len(CAMERAS))
    assert np.allclose(heads.chance.sum(axis=1), 1)
    assert heads.alarm.shape == (len(asked), len(STRENGTHS))
    again = ask_heads(home / "data", run=home / "begun", cache=home)
    assert np.array_equal(again.alarm, heads.alarm)
