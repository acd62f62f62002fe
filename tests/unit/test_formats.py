"""Models as others make them: quantised, of other formats, of other channels; answered with, or refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
import tiny_apart
from photo_bytes import file

from classifiers.card.model import Input
from classifiers.engines.choice import require_installed
from classifiers.engines.inputs import preprocess
from classifiers.engines.isolated.engine import IsolatedEngine
from classifiers.engines.tensors import Tensor, as_model_input
from classifiers.errors import CardFaults, EngineFailed, WrongOutput
from classifiers.plugin import Plugin, examine

ORANGE = np.tile(np.array([204, 102, 51], dtype=np.uint8), (16, 16, 1))  # to the tiny models: 8, 4 and 2
SHARES = np.exp([8, 4, 2]) / np.exp([8, 4, 2]).sum()


@contextmanager
def apart(folder: Path, name: str, **changes: Any) -> Iterator[Plugin]:
    plugin = tiny_apart.plugin(folder, tiny_apart.content(folder, name, **changes))
    assert isinstance(plugin.engine, IsolatedEngine)
    try:
        yield plugin
    finally:
        plugin.engine.close()


@pytest.mark.parametrize(("model", "within"), [("int8", 0.02), ("uint8", 0.02), ("half", 1e-3), ("several", 1e-5)])
def test_litert_models_answer_in_whatever_numbers_they_were_made(tmp_path: Path, model: str, within: float) -> None:
    found = tiny.plugin(tmp_path, model).engine.score(ORANGE).probabilities
    assert found == pytest.approx(SHARES, abs=within)
    assert found.sum() == pytest.approx(1)


def test_a_multi_label_model_is_named_where_its_card_says_that_labels_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(WrongOutput, match="scores: multi_label"):
        tiny.plugin(tmp_path, "multi_label")


def test_a_multi_label_model_finds_each_label_above_its_own_threshold(tmp_path: Path) -> None:
    plugin = tiny.plugin(tmp_path, "multi_label", **tiny.MULTI_LABEL)
    found = examine(plugin, file(tiny.plain((255, 255, 0)), "PNG")).finding
    assert (found.outcome, set(found.found)) == ("findings", {"red", "green"})
    assert found.probabilities["blue"] <= 0.6 < min(found.probabilities["red"], found.probabilities["green"])
    nothing = examine(plugin, file(tiny.plain("black"), "PNG")).finding
    assert (nothing.outcome, nothing.found, nothing.care) == ("nothing_found", (), "routine")


def test_a_model_of_several_inputs_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(WrongOutput) as refused:
        tiny.plugin(tmp_path, "form")
    assert refused.value.facts["expected"] == "a model with one input"
    assert "cholesterol" in str(refused.value.facts["found"])


def test_pixels_that_were_scaled_do_not_fit_into_a_model_of_whole_numbers() -> None:
    takes = Tensor(name="photo", shape=(-1, 16, 16, 3), dtype="uint8")
    whole = preprocess(ORANGE, Input(size=(16, 16)))
    assert np.array_equal(as_model_input(whole, (takes,))[0], ORANGE)
    with pytest.raises(WrongOutput, match="scaling raw"):
        as_model_input(whole / 255, (takes,))


def test_an_onnx_model_answers_from_a_process_of_its_own(tmp_path: Path) -> None:
    changes = {"model__outputs__scores": 1, "model__input__layout": "nchw"}
    with apart(tmp_path, "both.onnx", **changes) as plugin:
        assert plugin.engine.runs == "apart"
        assert plugin.engine.score(ORANGE).probabilities == pytest.approx(SHARES, abs=1e-5)


def test_an_onnx_model_s_logits_do_as_well(tmp_path: Path) -> None:
    changes = {"model__scores": "logits", "model__input__layout": "nchw", "model__input__channels": "bgr"}
    with apart(tmp_path, "both.onnx", **changes) as plugin:
        assert plugin.engine.score(ORANGE).probabilities == pytest.approx(SHARES[::-1], abs=1e-5)


def test_an_onnx_model_whose_sides_are_told_wrongly_is_refused_with_both(tmp_path: Path) -> None:
    with pytest.raises(WrongOutput) as refused, apart(tmp_path, "both.onnx"):
        pass
    assert "(1, 16, 16, 3)" in str(refused.value.facts["expected"])
    assert "3, 16, 16)" in str(refused.value.facts["found"])


def test_a_keras_model_answers_from_a_process_of_its_own(tmp_path: Path) -> None:
    with apart(tmp_path, "softmax.keras") as plugin:
        assert plugin.engine.score(ORANGE).probabilities == pytest.approx(SHARES, abs=1e-5)


def test_a_file_that_is_no_model_is_said_to_be_none(tmp_path: Path) -> None:
    card = tiny_apart.content(tmp_path, "both.onnx")
    (tmp_path / "both.onnx").write_bytes(b"no model")
    card["model"]["sha256"] = "66b8ffff9c77a45ecb87b28a1f2ac1b1d0eed3d04b26e6aa7c0b21ac5e3dd1f5"
    with pytest.raises(CardFaults) as refused:
        tiny_apart.card(tmp_path, card)
    card["model"]["sha256"] = str(refused.value).rpartition("the file's is ")[2].partition(":")[0]
    with pytest.raises(EngineFailed, match="engine_failed"):
        tiny_apart.plugin(tmp_path, card)


def test_an_extra_that_is_missing_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifiers.engines.choice.find_spec", lambda _name: None)
    with pytest.raises(EngineFailed) as refused:
        require_installed("keras")
    assert refused.value.facts["why"] == (
        "not installed: keras, tensorflow; this installs what is needed: make install-keras"
    )


@pytest.mark.parametrize(
    ("spec", "seen"),
    [
        ({"channels": "grey"}, [126.684]),
        ({"channels": "grey", "scaling": "own", "mean": [0.5], "std": [0.25]}, [(126.684 / 255 - 0.5) / 0.25]),
        ({"scaling": "own", "mean": [0.8, 0.4, 0.2], "std": [1, 0.5, 0.1]}, [0, 0, 0]),
        ({"scaling": "own", "mean": [0, 0.4, 0.1], "std": [1, 0.5, 0.1], "channels": "bgr"}, [1, 0, 0.8]),
        ({"scaling": "imagenet", "channels": "bgr"}, [(0.2 - 0.406) / 0.225, (0.4 - 0.456) / 0.224, 0.315 / 0.229]),
    ],
)
def test_channels_and_scaling_are_as_the_card_says(spec: dict[str, Any], seen: list[float]) -> None:
    found = preprocess(ORANGE, Input.model_validate({"size": [16, 16], **spec}))
    assert found.dtype == np.float32
    assert found.shape == (1, 16, 16, len(seen))
    assert found[0, 3, 3] == pytest.approx(seen, abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"model__file": ...}, "model.file: is missing"),
        (
            {"model__sha256": ...},
            f"model.sha256: is missing; the file's is {tiny.content('softmax')['model']['sha256']}",
        ),
        ({"model__entry": "a:B"}, "model.entry: only a python engine has one"),
        ({"model__timeout": 3}, "model.timeout: LiteRT runs in the bot's own process, which has none"),
        ({"model__engine": "python"}, "model.entry: is missing: package.module:Class"),
        (
            {"model__engine": "python", "model__entry": "a:B", "model__input__scaling": "imagenet"},
            "model.input.scaling: a python engine is given RGB pixels as they are, and does the rest itself",
        ),
        ({"model__input__mean": [1, 1, 1]}, "model.input.mean: only own scaling (scaling: own) has one"),
        (
            {"model__input__scaling": "own", "model__input__mean": [0.5], "model__input__std": [1, 1, 0]},
            "model.input.mean: 1 numbers for 3 channels\nmodel.input.std: must not be zero",
        ),
        (
            {"model__input__scaling": "imagenet", "model__input__channels": "grey"},
            "model.input.scaling: imagenet is of three channels, here is one",
        ),
    ],
)
def test_a_card_that_says_what_its_engine_cannot_do_is_refused(
    tmp_path: Path, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(CardFaults) as refused:
        tiny.card(tmp_path, "softmax", **changes)
    said = str(refused.value).replace(f"{tmp_path}/card.yaml: ", "")
    assert said == fault
