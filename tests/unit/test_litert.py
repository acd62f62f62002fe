"""The LiteRT engine: pixels go in as the card says, and probabilities come out, on any thread."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
from ai_edge_litert.interpreter import Interpreter

from classifiers.card import PhotoCard
from classifiers.card.model import LiteRTModel
from classifiers.engines.litert import LiteRT
from classifiers.engines.outputs import scores_of
from classifiers.errors import WrongOutput
from classifiers.scores import Scores


def pixels(red: int, green: int, blue: int) -> np.ndarray:
    return np.tile(np.array([red, green, blue], dtype=np.uint8), (16, 16, 1))


def litert(card: PhotoCard) -> LiteRT:
    """Return the engine of a card whose model is LiteRT's."""
    assert isinstance(card.model, LiteRTModel)
    return LiteRT(card, card.model)


def scores(folder: Path, colour: tuple[int, int, int], model: str = "logits", **changes: Any) -> Scores:
    return litert(tiny.card(folder, model, **changes)).score(pixels(*colour))


def softmax(*logits: float) -> np.ndarray:
    raised = np.exp(np.array(logits) - max(logits))
    return raised / raised.sum()


def test_a_thread_takes_the_interpreter_that_another_one_has_left(tmp_path: Path) -> None:
    engine = litert(tiny.card(tmp_path))
    before = _interpreters()
    for _ in range(3):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(engine.score, pixels(9, 9, 9)).result()
    assert _interpreters() - before == 1  # each of the shipped model takes 21 MB


def _interpreters() -> int:
    gc.collect()
    return sum(isinstance(one, Interpreter) for one in gc.get_objects())


def test_logits_become_probabilities(tmp_path: Path) -> None:
    found = scores(tmp_path, (204, 102, 51)).probabilities
    assert found.dtype == np.float32
    assert found == pytest.approx(softmax(8, 4, 2), abs=1e-5)


def test_probabilities_are_taken_as_they_are(tmp_path: Path) -> None:
    assert scores(tmp_path, (204, 102, 51), "softmax").probabilities == pytest.approx(softmax(8, 4, 2), abs=1e-5)


def test_a_sigmoid_is_the_chance_of_the_second_label(tmp_path: Path) -> None:
    blue, red = scores(tmp_path, (153, 0, 102), "sigmoid").probabilities
    assert red == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-5)
    assert blue + red == pytest.approx(1)


def test_attention_and_not_this_come_along(tmp_path: Path) -> None:
    half = pixels(255, 0, 0)
    half[:, 8:] = (0, 0, 255)
    found = litert(tiny.card(tmp_path)).score(half)
    assert found.class_maps is not None
    assert found.class_maps.shape == (2, 2, 3)
    assert found.class_maps[0, 0].tolist() == pytest.approx([10, 0, 0])
    assert found.class_maps[1, 1].tolist() == pytest.approx([0, 0, 10])
    assert found.not_this == pytest.approx(0)


def test_white_is_not_this(tmp_path: Path) -> None:
    assert scores(tmp_path, (255, 255, 255)).not_this == pytest.approx(1)


def test_a_model_without_more_outputs_gives_no_more(tmp_path: Path) -> None:
    found = scores(tmp_path, (9, 9, 9), "softmax")
    assert found.class_maps is None
    assert found.not_this is None


def test_channels_may_come_the_other_way_round(tmp_path: Path) -> None:
    found = scores(tmp_path, (204, 102, 51), model__input__channels="bgr").probabilities
    assert found == pytest.approx(softmax(2, 4, 8), abs=1e-5)


@pytest.mark.parametrize(
    ("scaling", "seen"),
    [
        ("raw", (255, 102, 0)),
        ("zero_to_one", (1, 0.4, 0)),
        ("minus_one_to_one", (1, -0.2, -1)),
        ("imagenet", ((1 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (0 - 0.406) / 0.225)),
    ],
)
def test_pixels_are_scaled_as_the_card_says(tmp_path: Path, scaling: str, seen: tuple[float, ...]) -> None:
    found = scores(tmp_path, (255, 102, 0), model__input__scaling=scaling).class_maps
    assert found is not None
    assert found[0, 0] * 25.5 == pytest.approx(seen, rel=1e-4, abs=1e-4)


def test_what_one_case_gave_is_not_changed_by_the_next(tmp_path: Path) -> None:
    engine = litert(tiny.card(tmp_path))
    first = engine.score(pixels(255, 0, 0))
    kept = first.class_maps.copy() if first.class_maps is not None else None
    engine.score(pixels(0, 0, 255))
    assert first.class_maps is not None
    assert (first.class_maps == kept).all()


def test_threads_do_not_mix_their_cases(tmp_path: Path) -> None:
    engine = litert(tiny.card(tmp_path))
    colours = [(at % 256, (at * 7) % 256, (at * 31) % 256) for at in range(400)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda colour: engine.score(pixels(*colour)).probabilities, colours))
    alone = [engine.score(pixels(*colour)).probabilities for colour in colours]
    assert np.array_equal(together, alone)


def test_an_outline_comes_along_as_a_chance_for_every_place(tmp_path: Path) -> None:
    half = pixels(255, 0, 0)
    half[:, 8:] = (0, 0, 255)
    found = litert(tiny.card(tmp_path, "outline")).score(half).outline
    assert found is not None
    assert found.shape == (16, 16)
    assert found[:, :8].tolist() == [[1] * 8] * 16
    assert not found[:, 8:].any()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (np.ones((1, 3)), "height and width"),
        (np.full((1, 4, 4, 1), 7.0), "from 0 to 1"),
        (np.ones((1, 4, 4, 2)), "width"),
    ],
    ids=["no picture", "logits", "two pictures"],
)
def test_what_is_no_outline_is_refused(tmp_path: Path, wrong: np.ndarray, expected: str) -> None:
    card = tiny.card(tmp_path, "outline")
    with pytest.raises(WrongOutput, match=expected):
        scores_of([wrong, np.zeros((1, 3))], card)
