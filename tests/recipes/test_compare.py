"""Models are compared on the same photos, and a comparison that was killed goes on."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from small_data import TINY, draw_all

from training import baselines, compare, comparison
from training.benchmark import Baseline, BaselineResult, Benchmark
from training.color_texture import binary_patterns, co_occurrence, describe

CARD = Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml"
NAMES = {
    "colour": baselines.colour_and_texture,
    "features": baselines.features_and_regression,
    "small": baselines.small_network,
    "MobileNetV2": baselines.mobilenet(learns_at=32, served_at=32),
    "what ships": baselines.shipped(CARD),
}


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory, tiny_backbone: Path, eager: None) -> Benchmark:
    folder = tmp_path_factory.mktemp("compare")
    draw_all(folder / "data", lesions=24)
    whole = compare.read_benchmark(folder / "data", budget=40, weights=tiny_backbone, cache=folder / "cache", seed=1)
    return replace(whole, epochs=2, batch=16, backbone=TINY)


def never(like: Baseline) -> Baseline:
    """Return what is called as another and must not be asked."""

    def baseline(benchmark: Benchmark, folder: Path) -> BaselineResult:
        raise AssertionError(f"{folder}: was done already")

    baseline.__doc__ = like.__doc__
    return baseline


@pytest.fixture(scope="module")
def compared(benchmark: Benchmark, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Any]]]:
    """The folder of a comparison, and its results."""
    folder = tmp_path_factory.mktemp("compared")
    return folder, compare.compare(benchmark, NAMES, folder=folder)


def test_every_contestant_answers_and_what_is_kept_is_not_done_again(
    benchmark: Benchmark, compared: tuple[Path, dict[str, dict[str, Any]]], tmp_path: Path
) -> None:
    folder, results = compared
    assert compare.compare(benchmark, {name: never(one) for name, one in NAMES.items()}, folder=folder) == results
    for name, result in results.items():
        assert set(result["sources"]) == set(compare.SOURCES)
        for figures in result["sources"].values():
            assert 0 <= figures["balanced_accuracy"]["value"] <= 1
        assert result["milliseconds"] > 0, name
        assert result["megabytes"] > 0.01, name
    assert [results[name]["views"] for name in NAMES] == [40, 40, 32, 32, None]
    assert len((folder / "small" / "epochs.jsonl").read_text().splitlines()) == 2
    assert (folder / "small" / "curves.png").is_file()
    with pytest.raises(SystemExit, match="another budget"):
        compare.compare(replace(benchmark, budget=80), NAMES, folder=folder)

    comparison.write(tmp_path / "docs", results, command="python -m training.compare --budget 40", budget=40)
    text = (tmp_path / "docs" / "comparison.md").read_text(encoding="utf-8")
    assert all(text.count(f"| {name} |") == 3 for name in NAMES)
    assert "as it was made" in text
    with Image.open(tmp_path / "docs" / "comparison.png") as picture:
        assert picture.width > 1000


def test_another_version_of_what_ships_is_judged_anew(
    benchmark: Benchmark, compared: tuple[Path, dict[str, dict[str, Any]]]
) -> None:
    judged = []

    def version(number: int) -> Baseline:
        def answers(benchmark: Benchmark, folder: Path) -> BaselineResult:
            judged.append(number)
            logits = np.zeros((len(benchmark.asked), len(compare.LABELS)))
            return BaselineResult(logits=logits, views=None, megabytes=1.0, one=lambda: None)

        answers.__doc__ = f"What ships, version {number}."
        return answers

    for number in (1, 1, 2):
        compare.compare(benchmark, {"another": version(number)}, folder=compared[0])
    assert judged == [1, 2]


def test_a_network_killed_on_the_way_goes_on_after_its_last_epoch(
    benchmark: Benchmark, compared: tuple[Path, dict[str, dict[str, Any]]]
) -> None:
    folder = compared[0] / "small"
    log = folder / "epochs.jsonl"
    first = log.read_text().splitlines()[0]
    log.write_text(first + "\n")  # as if killed before the second was written down
    baselines.small_network(benchmark, folder)
    assert log.read_text().splitlines()[0] == first
    assert [json.loads(line)["epoch"] for line in log.read_text().splitlines()] == [0, 1]


def test_who_answers_at_random_and_who_knows_get_what_they_deserve(benchmark: Benchmark) -> None:
    truth = np.array([compare.LABELS.index(benchmark.photos[row].label) for row in benchmark.asked])
    knows = np.eye(len(compare.LABELS))[truth] * 6
    guesses = np.random.default_rng(1).normal(size=knows.shape)

    def judged(logits: np.ndarray) -> dict[str, float]:
        answers = BaselineResult(logits=logits, views=1, megabytes=1.0, one=lambda: None)
        found = compare.judge(benchmark, answers, lambda: None)["sources"]["ham10000"]
        return {name: figure["value"] for name, figure in found.items()}

    assert judged(knows)["balanced_accuracy"] == 1
    assert judged(knows)["macro_auc"] == 1
    assert judged(guesses)["balanced_accuracy"] < 0.6


def test_texture_is_told_from_plainness_and_left_from_right_is_not() -> None:
    rng = np.random.default_rng(3)
    stripes = np.tile(np.repeat([60, 200], 4), (64, 8)).astype(np.int16)
    plain, noise = np.full((64, 64), 120, np.int16), rng.integers(0, 255, (64, 64)).astype(np.int16)
    assert binary_patterns(plain)[8] == 1
    assert binary_patterns(noise)[9] > 0.3 > binary_patterns(stripes)[9]
    assert np.allclose(binary_patterns(noise), binary_patterns(noise[:, ::-1]))
    assert co_occurrence(plain)[0] == 0 < co_occurrence(stripes)[0] < co_occurrence(noise)[0]
    photo = rng.integers(0, 255, (224, 224, 3)).astype(np.uint8)
    assert np.isfinite(describe(photo)).all()
    assert np.isfinite(describe(np.zeros((224, 224, 3), np.uint8))).all()
