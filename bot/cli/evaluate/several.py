"""`checkup evaluate` for a model whose labels do not exclude each other: figures for each label by itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import typer

from bot.cli.evaluate.labels import CannotEvaluate
from bot.cli.evaluate.photos import EvaluatedPhoto, UnreadPhoto, evaluate_all
from bot.cli.evaluate.run import EvaluationRequest
from bot.cli.evaluate.text import skipped_lines, table
from bot.cli.names import json_of
from bot.cli.photo_files import photos_in
from classifiers.card.truth_tables import read_truth_tables
from classifiers.evaluation.figures import says
from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.matching import REPEATED, match
from classifiers.evaluation.several_figures import OF_LABEL, SEVERAL_TITLES, gather_several, several_figures
from classifiers.evaluation.several_truth import SeveralTruth, read_several_truth
from classifiers.evaluation.truth import NO_TABLES, WrongTruth
from classifiers.plugin import PhotoPlugin


def run_on_several(request: EvaluationRequest, plugin: PhotoPlugin, *, as_json: bool) -> int:
    """Print the figures, and write them where asked to; return 0, or 1 when a photo could not be read.

    Raises CannotEvaluate for what makes no sense to measure.
    """
    _refuse_options(request)
    thresholds = plugin.card.decision.thresholds or {}
    said = _truth(request, plugin)
    files = photos_in(request.photos)
    matched = match(said.truth.rows, files.photos, said.meaning, contradictory=said.truth.contradictory)
    found = evaluate_all(plugin, matched.pairs, {})
    evaluated = [one for one in found if isinstance(one, EvaluatedPhoto)]
    failed = [f"{one.file} ({one.code})" for one in found if isinstance(one, UnreadPhoto)]
    if not evaluated:
        raise CannotEvaluate(f"No photo has a row in the tables and can be read: {len(files.photos)} photos.")
    groups = [one.row.group for one in evaluated]
    has, findings = [said.meaning[one.row.label] for one in evaluated], [one.finding for one in evaluated]
    skipped = {
        **matched.skipped,
        REPEATED: (*said.truth.repeated, *matched.skipped.get(REPEATED, ())),
        "rows with nothing in them": said.truth.empty,
        "words that are none of its labels": said.unknown,
        "photos that cannot be read": failed,
    }
    metrics = {
        "disease": plugin.card.id,
        "model": plugin.card.model.version,
        "command": request.command(plugin.card.id),
        "photos": len(evaluated),
        "groups": len(np.unique(groups)),
        "grouped_by": said.truth.grouped_by,
        "thresholds": thresholds,
        "skipped": {reason: list(names) for reason, names in skipped.items() if names},
        "figures": several_figures(gather_several(has, findings, groups, thresholds)),
    }
    typer.echo(json_of(metrics) if as_json else "\n".join(_lines(metrics)))
    if request.out:
        request.out.mkdir(parents=True, exist_ok=True)
        (request.out / "metrics.json").write_text(json_of(metrics, indent=1), encoding="utf-8")
    return 1 if failed else 0


def _refuse_options(request: EvaluationRequest) -> None:
    options = {
        "--merge": request.merge,
        "--masks": request.masks,
        "--out-of-domain": request.out_of_domain,
        "--not-this": request.not_this,
        "--robustness": request.robustness,
        "--spoiled": request.spoiled,
        "--split": request.split,
    }
    if given := [name for name, value in options.items() if value]:
        raise CannotEvaluate(f"{', '.join(given)}: only for models of one label a photo.")
    if not request.truth or any(one.is_dir() for one in request.truth):
        raise CannotEvaluate("A photo can have several labels at once: name a table that says which, by --truth.")


def _truth(request: EvaluationRequest, plugin: PhotoPlugin) -> SeveralTruth:
    declared = read_truth_tables(plugin.card.truth_tables) if plugin.card.truth_tables else NO_TABLES
    try:
        return read_several_truth(request.truth, declared, LabelNames.of(plugin.card, declared))
    except WrongTruth as error:
        raise CannotEvaluate(str(error)) from error


def _lines(metrics: dict[str, Any]) -> Iterator[str]:
    by = metrics["grouped_by"]
    drawn = f"{metrics['groups']} groups by {by}" if by else "each counted alone: the table names no lesion or patient"
    yield f"{metrics['disease']}, model {metrics['model']}: {metrics['photos']} photos, {drawn}"
    yield from skipped_lines(metrics["skipped"])
    yield ""
    of = metrics["figures"]
    yield from table(
        ["", "all photos", "n"], [[title, says(of[name]), str(of[name]["n"])] for name, title in SEVERAL_TITLES.items()]
    )
    yield ""
    yield from table(
        ["label", "threshold", *OF_LABEL.values(), "with it", "without"],
        [
            [code, f"{metrics['thresholds'][code]:g}", *(says(one[name]) for name in OF_LABEL), *_numbers(one)]
            for code, one in of["by_label"].items()
        ],
    )


def _numbers(of_label: Mapping[str, Any]) -> tuple[str, str]:
    return str(of_label["sensitivity"]["n"]), str(of_label["specificity"]["n"])
