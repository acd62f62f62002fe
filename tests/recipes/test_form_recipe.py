"""The heart and thyroid recipes on made-up tables: from a table to a shipped card that answers with anything missing."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_tables import write_heart, write_thyroid

from classifiers.card import read_card
from classifiers.card.questions import Answers
from classifiers.form.score import as_input, examine_form
from classifiers.plugin import Plugin, load
from classifiers.verdict import conclude
from training.forms.model import FormRecipe
from training.forms.recipe import ship
from training.heart import HEART
from training.thyroid import THYROID

FEW = {"max_iter": 20, "max_leaf_nodes": 4, "min_samples_leaf": 10}


@pytest.fixture(scope="module", params=["heart", "thyroid"])
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, FormRecipe]:
    """A folder with a table, a card shipped from it, and the run's metrics."""
    disease: str = request.param
    folder = tmp_path_factory.mktemp(disease)
    recipe = {"heart": HEART, "thyroid": THYROID}[disease]
    recipe = replace(recipe, trees=FEW, parts=("logistic", "trees"))
    {"heart": write_heart, "thyroid": write_thyroid}[disease](folder / "data")
    card = folder / disease / "card.yaml"
    card.parent.mkdir()
    shutil.copytree(Path("classifiers") / disease / "words", card.parent / "words")
    shutil.copy(Path("classifiers") / disease / "card.yaml", card)
    ship(recipe, data=folder / "data", folder=folder / "run", card=card, version="test", folds=3, repeats=1)
    return disease, folder, recipe


def metrics(folder: Path) -> dict[str, Any]:
    """What the run measured."""
    found: dict[str, Any] = json.loads((folder / "run" / "metrics.json").read_text(encoding="utf-8"))
    return found


def test_the_shipped_card_is_whole_and_keeps_its_words(shipped: tuple[str, Path, FormRecipe]) -> None:
    disease, folder, _ = shipped
    card, before = read_card(folder / disease / "card.yaml"), read_card(Path("classifiers") / disease / "card.yaml")
    assert [question.text for question in card.questions] == [question.text for question in before.questions]
    assert [flag.text for flag in card.red_flags] == [flag.text for flag in before.red_flags]
    assert card.model.version == "test"
    assert card.evidence is not None
    assert any(question.worth for question in card.questions)


def test_the_shipped_file_says_what_was_learned(shipped: tuple[str, Path, FormRecipe]) -> None:
    assert metrics(shipped[1])["parity"] < 1e-4


def test_rules_that_made_the_table_are_found(shipped: tuple[str, Path, FormRecipe]) -> None:
    figures = next(iter(metrics(shipped[1])["figures"].values()))
    assert figures["balanced_accuracy"]["value"] > 0.8
    assert figures["area_under_roc"]["value"] > 0.85
    assert all(figure["interval"][0] <= figure["value"] <= figure["interval"][1] for figure in figures.values())


def test_any_answer_may_be_missing(shipped: tuple[str, Path, FormRecipe]) -> None:
    plugin = load(read_card(shipped[1] / shipped[0] / "card.yaml"))
    assert examine_form(plugin, {}).finding.outcome == "unsure"
    for answers in ({"age": 60.0}, {"sex": "F"}, {"age": 40.0, "sex": "M"}):
        assert sum(examine_form(plugin, answers).finding.probabilities.values()) == pytest.approx(1)


def test_the_model_card_names_the_command_the_figures_and_the_licence(shipped: tuple[str, Path, FormRecipe]) -> None:
    disease, folder, _ = shipped
    text = (folder / disease / "MODEL_CARD.md").read_text(encoding="utf-8")
    for wanted in (f"python -m training.{disease}", "balanced accuracy", "CC BY 4.0", "boosted trees", "small network"):
        assert wanted in text


def test_what_medicine_knows_holds_in_the_shipped_models() -> None:
    rng = np.random.default_rng(3)
    for disease, recipe in (("heart", HEART), ("thyroid", THYROID)):
        plugin = load(read_card(Path("classifiers") / disease / "card.yaml"))
        for label, monotonic in recipe.monotonic.items():
            for question, direction in monotonic.items():
                for _ in range(6):
                    chances = along(plugin, question, label, others=some_answers(plugin, rng))
                    assert (np.diff(chances) * direction >= -1e-6).all(), (disease, question, label)


def along(plugin: Plugin, question: str, label: str, *, others: Answers) -> np.ndarray:
    """Return the label's chance while one answer goes from the least to the most and the others stay."""
    asked = plugin.card.question(question)
    steps = np.geomspace(1, 1001, 30) - 1 if asked.kind == "number" else np.array([False, True])
    if asked.kind == "number":
        low, high = asked.range
        steps = low + (high - low) * steps / 1000
    inputs = [as_input(plugin.card, {**others, question: step.item()}) for step in steps]
    findings = [conclude(plugin.card, plugin.engine.score(one), None) for one in inputs]
    return np.array([finding.probabilities[label] for finding in findings])


def some_answers(plugin: Plugin, rng: np.random.Generator) -> Answers:
    """Return answers to about half of the questions."""
    answers: dict[str, Any] = {}
    for question in plugin.card.questions:
        if rng.random() < 0.5:
            continue
        if question.kind == "number":
            answers[question.id] = question.example * float(rng.lognormal(0, 0.6))
        elif question.kind == "choice":
            answers[question.id] = str(rng.choice([option.value for option in question.options]))
        else:
            answers[question.id] = bool(rng.random() < 0.3)
    return answers
