"""One command from a table to a shipped form: cross-validate, choose, learn, export, check, and write both cards."""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # comes with scikit-learn

from classifiers.card import FormCard, read_form_card
from classifiers.plugin import FormPlugin, load
from classifiers.verdict import conclude
from training.forms import card as form_card
from training.forms.features import features_of, values_of
from training.forms.model import FittedForm, FormRecipe, fit
from training.forms.model_card import write_model_card
from training.forms.report import Limits, choose_on_all, figures
from training.forms.tables import OTHER, Table
from training.forms.validation import cross_validate
from training.options import add_data, at_least, bare_parser
from training.tables import WrongData
from training.thresholds import softmax
from training.whole_file import write_text

CANDIDATES = {
    "logistic regression": ("logistic",),
    "boosted trees": ("trees",),
    "mean of both": ("logistic", "trees"),
    "small network": ("network",),
}
COMPARED = 2  # repeats that the candidates are compared on


def main(recipe: FormRecipe, *, about: str | None) -> None:
    """Read the command line and ship."""
    given = _options(recipe, about)
    ship(
        recipe,
        data=given.data,
        folder=given.run,
        card=given.card,
        version=given.version,
        folds=given.folds,
        repeats=given.repeats,
    )


def ship(
    recipe: FormRecipe, *, data: Path, folder: Path, card: Path, version: str, folds: int = 5, repeats: int = 10
) -> dict[str, Any]:
    """Do all of it, and return what was measured, which is also kept as metrics.json. Raises WrongData."""
    folder.mkdir(parents=True, exist_ok=True)
    words = form_card.card_without_model(card)
    table = recipe.read(data, words)
    known = table.rows(table.truth != OTHER)
    if any(np.sum(known.truth == label) < folds for label in range(len(words.labels))):
        raise WrongData(f"every label must have at least {folds} rows, one for each fold")
    with threadpool_limits(1):  # on tables this small threads only wait for each other
        metrics, limits = measure(recipe, words, known, folds=folds, repeats=repeats)
        values = values_of(known.numbers, features_of(words.questions, unused=recipe.unused))
        model = fit(recipe, words, values, known.truth, seed=0)
    names, numbers = np.unique(table.condition, return_counts=True)
    metrics["rows"] = {str(name): int(n) for name, n in zip(names, numbers, strict=True)}
    plugin = export(recipe, model, card, version=version, limits=limits, metrics=metrics)
    metrics |= {"limits": form_card.as_decision(recipe, words, limits), **check(plugin, model, known)}
    metrics["others"] = on_others(plugin, table.rows(table.truth == OTHER))
    write_text(folder / "metrics.json", json.dumps(metrics, indent=1))
    write_model_card(card.parent / "MODEL_CARD.md", recipe, plugin.card, metrics)
    return metrics


def measure(
    recipe: FormRecipe, card: FormCard, table: Table, *, folds: int, repeats: int
) -> tuple[dict[str, Any], Limits]:
    """Return what cross-validation measures of the recipe, and the limits it chooses."""
    found = cross_validate(recipe, card, table, folds=folds, repeats=repeats)
    compared = min(COMPARED, repeats)
    metrics = {
        "folds": folds,
        "repeats": repeats,
        "figures": figures(recipe, card, found),
        "candidates": compare(recipe, card, table, folds=folds, repeats=compared),
        "compared": compared,
        "worth": found.worth,
        "skipped": found.shift,
    }
    return metrics, choose_on_all(recipe, card, found)


def export(
    recipe: FormRecipe, model: FittedForm, card: Path, *, version: str, limits: Limits, metrics: dict[str, Any]
) -> FormPlugin:
    """Write the model beside the card and its numbers into the card; return what then ships."""
    from training.forms.export import write_litert  # noqa: PLC0415 - TensorFlow takes seconds, and only this needs it

    file = card.parent / "model.tflite"
    write_litert(model, form_card.card_without_model(card).questions, file)
    form_card.write_card(card, recipe, file=file, version=version, limits=limits, metrics=metrics)
    return load(read_form_card(card))


def compare(recipe: FormRecipe, card: FormCard, table: Table, *, folds: int, repeats: int) -> dict[str, Any]:
    """Return the figures, with all answers, of what the model could have been made of."""
    tried = {name: replace(recipe, parts=parts, known={}) for name, parts in CANDIDATES.items()}
    if recipe.unused:
        tried["as shipped, and the questions it does not look at"] = replace(recipe, unused=(), known={})
    measured = {}
    for name, one in tried.items():
        found = figures(one, card, cross_validate(one, card, table, folds=folds, repeats=repeats))
        measured[name] = next(iter(found.values()))
    return measured


def check(plugin: FormPlugin, model: FittedForm, table: Table) -> dict[str, float]:
    """Return how much the shipped file's probabilities differ at most from the model's, and milliseconds a case."""
    rows = table.numbers[:: max(1, len(table.numbers) // 500)]
    wanted = softmax(model.logits(values_of(rows, model.features)))
    started = time.perf_counter()
    shipped = np.stack([plugin.engine.score(row).probabilities for row in rows])
    spent = 1000 * (time.perf_counter() - started) / len(rows)
    return {"parity": float(np.abs(shipped - wanted).max()), "milliseconds": spent}


def on_others(plugin: FormPlugin, table: Table) -> dict[str, dict[str, float]]:
    """Return what the shipped model says of people who have none of its labels: {condition: {label or unsure: share}}."""
    found: dict[str, dict[str, float]] = {}
    for condition in dict.fromkeys(table.condition.tolist()):
        rows = table.numbers[table.condition == condition]
        findings = [conclude(plugin.card, plugin.engine.score(row), None) for row in rows]
        found[condition] = {"n": len(rows), "unsure": float(np.mean([one.outcome == "unsure" for one in findings]))}
        for code in plugin.card.codes:
            found[condition][code] = float(np.mean([one.label == code and one.outcome == "sure" for one in findings]))
    return found


def _options(recipe: FormRecipe, about: str | None) -> argparse.Namespace:
    options = bare_parser(about)
    add_data(options)
    disease = recipe.module.rpartition(".")[2]
    options.add_argument("--run", type=Path, default=Path("runs") / disease, help="where metrics.json is kept")
    options.add_argument("--card", type=Path, default=Path("classifiers") / disease / "card.yaml")
    options.add_argument("--version", required=True, help="the version the card will state")
    options.add_argument("--folds", type=at_least(2), default=5)
    options.add_argument("--repeats", type=at_least(1), default=10)
    return options.parse_args()
