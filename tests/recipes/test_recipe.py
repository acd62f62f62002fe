"""The skin recipe, from data sets to a shipped card, on drawn photos: it runs, resumes, and what it ships answers."""

import json
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from small_data import TINY, draw_all

from bot.cli.predict.photos import predict_photos
from classifiers.card import read_card
from classifiers.plugin import load
from training import seeds
from training.gates.material import Amounts
from training.outline.network import head
from training.outline.recipe import OutlineRecipe
from training.restore import restore
from training.ship import ship
from training.skin import train
from training.stages import Stage
from training.thresholds import softmax

SKIN = Path("classifiers/skin")
STAGES = (
    Stage(size=32, epochs=1, rate=1e-3, learn_from="maps", photos=8),
    Stage(size=32, epochs=2, rate=1e-3, learn_from="b6_expand", photos=8),
)

FEW = Amounts(
    lesions=24,
    strangers=34,
    plain=12,
    degraded=16,
    validated=16,
    epochs=2,
    good=24,
    each=1,
    elsewhere=16,
    rash_views=1,
)
BRIEF = OutlineRecipe(epochs=1, rounds=1, batch=8)


def recipe(folder: Path, weights: Path) -> dict[str, Any]:
    """Return what every run of these tests is made with."""
    return {"data": folder / "data", "cache": folder / "pixels", "weights": weights, "backbone": TINY, "batch": 8}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_backbone: Path, eager: None) -> Path:
    """A folder with data, a run that was interrupted once, and a card that was shipped from it."""
    folder = tmp_path_factory.mktemp("recipe")
    draw_all(folder / "data", lesions=22)
    everything = recipe(folder, tiny_backbone)
    train(**everything, folder=folder / "run", stages=STAGES)
    log = folder / "run" / "epochs.jsonl"
    kept = log.read_text().splitlines()
    log.write_text("\n".join(kept[:2]) + "\n")  # as if killed before the third epoch was written down
    train(**everything, folder=folder / "run", stages=STAGES)
    assert log.read_text().splitlines()[:2] == kept[:2]
    (folder / "skin").mkdir()
    for name in ("card.yaml", "truth_tables.yaml"):  # what is written by hand; the recipe makes all else
        shutil.copy(SKIN / name, folder / "skin" / name)
    for name in ("words", "guide", "examples"):
        shutil.copytree(SKIN / name, folder / "skin" / name)
    card = folder / "skin" / "card.yaml"
    shipped = {"folder": folder / "run", "cache": folder / "pixels", "card": card}
    ship(data=folder / "data", version="test", amounts=FEW, outlining=BRIEF, **shipped)
    return folder


def test_a_killed_run_goes_on_after_its_last_epoch(trained: Path) -> None:
    epochs = [json.loads(line) for line in (trained / "run" / "epochs.jsonl").read_text().splitlines()]
    assert [epoch["epoch"] for epoch in epochs] == [0, 1, 2]


def test_another_recipe_is_not_mixed_into_a_run(trained: Path, tiny_backbone: Path) -> None:
    with pytest.raises(SystemExit, match="another recipe"):
        train(**recipe(trained, tiny_backbone), folder=trained / "run", seed=2, stages=STAGES)


def test_what_ships_stays_as_it_is_until_what_comes_is_measured(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def files() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}

    folder = shutil.copytree(trained / "skin", tmp_path / "skin")
    before = files()
    monkeypatch.setattr("training.ship.measure", stopped)
    run = {"data": trained / "data", "folder": trained / "run", "cache": trained / "pixels"}
    with pytest.raises(KeyboardInterrupt):
        ship(**run, card=folder / "card.yaml", version="next", amounts=FEW, outlining=BRIEF)
    assert files() == before


def test_the_shipped_card_is_whole_and_keeps_its_words(trained: Path) -> None:
    card = read_card(trained / "skin" / "card.yaml")
    assert [label.title for label in card.labels] == [label.title for label in read_card(SKIN / "card.yaml").labels]
    assert card.model.version == "test"
    assert card.evidence is not None
    assert "balanced accuracy" in (trained / "skin" / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_the_shipped_card_has_both_gates_and_what_they_turn_away_is_measured(trained: Path) -> None:
    card = read_card(trained / "skin" / "card.yaml")
    assert card.model.outputs.not_this is not None
    assert list(card.decision.retake_above or {}) == ["blurred", "dark", "bright", "flat"]
    figures = json.loads((trained / "run" / "metrics.json").read_text())["gates"]["figures"]
    assert {"everyday things turned away", "drawn, page", "spoiled, shaken"} <= set(figures)
    assert all(figure["n"] > 0 for figure in figures.values())


def test_the_shipped_card_has_an_outline_and_how_well_it_fits_is_measured(trained: Path) -> None:
    card = read_card(trained / "skin" / "card.yaml")
    assert card.model.outputs.outline is not None
    assert card.decision.outline is not None
    assert "mean Jaccard" in (trained / "skin" / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_what_is_said_of_rashes_the_gate_never_saw_stands_in_the_model_card(trained: Path) -> None:
    metrics = json.loads((trained / "run" / "metrics.json").read_text())
    (left_out, drawn_alone, *inflamed) = metrics["unknown"].values()
    assert (left_out["photos"], left_out["groups"], drawn_alone["photos"]) == (6, 3, 6)
    assert inflamed
    assert {"phone", "close-up", "dermatoscope"} <= set(metrics["cancers_lost"])
    written = (trained / "skin" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "## What is no single lesion" in written
    assert "**Rashes and infections are not recognised as such.**" in written
    assert "gate outcome on darker skin, phone" in written


def test_a_shipped_model_is_restored_to_a_run_that_ships_the_same_network_and_outline(
    trained: Path, tmp_path: Path
) -> None:
    restore(card=trained / "skin" / "card.yaml", folder=tmp_path / "run")
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config == json.loads((trained / "run" / "config.json").read_text())
    engine = load(read_card(trained / "skin" / "card.yaml")).engine
    model = keras.models.load_model(tmp_path / "run" / "last.keras")
    decoder = keras.models.load_model(tmp_path / "run" / "outline" / "last.keras")
    says = head(decoder, model).said_by(model)
    pixels = np.random.default_rng(1).integers(0, 256, (1, 224, 224, 3), dtype=np.uint8)
    scores = engine.score(pixels[0])
    assert np.abs(softmax(model.predict_on_batch(pixels))[0] - scores.probabilities).max() < 1e-4
    assert scores.outline is not None
    assert np.abs(says.predict_on_batch(pixels)[0, ..., 0] - scores.outline).max() < 1e-3
    with pytest.raises(SystemExit, match="something already"):
        restore(card=trained / "skin" / "card.yaml", folder=tmp_path / "run")


def test_keras_and_the_shipped_file_say_the_same(trained: Path) -> None:
    assert json.loads((trained / "run" / "metrics.json").read_text())["parity"] <= 1e-4


def test_the_shipped_model_answers_a_photo(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = next((trained / "data" / "pad_ufes_20").rglob("*.png"))
    assert predict_photos([photo], load(read_card(trained / "skin" / "card.yaml")), as_json=True, pictures=None) == 0
    said = json.loads(capsys.readouterr().out)
    assert abs(sum(said["probabilities"].values()) - 1) < 1e-4
    assert said["outcome"] in {"sure", "unsure", "retake", "not_this"}


def test_the_figures_of_several_seeds_are_pooled_and_stand_in_the_model_card(
    trained: Path, tiny_backbone: Path
) -> None:
    other, run = trained / "other", {"run": trained / "run", "cache": trained / "pixels"}
    train(**recipe(trained, tiny_backbone), folder=other, seed=2, stages=STAGES[:1])
    seeds.add([other], data=trained / "data", card=trained / "skin" / "card.yaml", **run)
    metrics = json.loads((trained / "run" / "metrics.json").read_text())
    alone, both = metrics["figures"]["ham10000"]["accuracy"], metrics["seeds"]["figures"]["ham10000"]["accuracy"]
    assert metrics["seeds"]["seeds"] == [1, 2]
    assert both["n"] == 2 * alone["n"]
    each = [figure["value"] for figure in metrics["seeds"]["each"]["ham10000"]]
    assert min(each) <= metrics["seeds"]["figures"]["ham10000"]["balanced_accuracy"]["value"] <= max(each)
    card = (trained / "skin" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "## From several seeds" in card
    assert f"Balanced accuracy of each, ham10000: {each[0]:.3f}, {each[1]:.3f}." in card


def test_a_run_that_was_not_shipped_is_told_to_be(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"training\.ship"):
        seeds.add([trained / "run"], run=tmp_path, data=trained / "data", card=trained / "skin" / "card.yaml")
