"""`checkup evaluate`: a disease's model on photos whose labels are known; every figure with its 95 % interval."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import typer

from bot.cli.evaluate.labels import CannotEvaluate, labelled
from bot.cli.evaluate.photos import EvaluatedPhoto, UnreadPhoto, evaluate_all, refused, robust, spoil_all
from bot.cli.evaluate.text import skipped_lines, text
from bot.cli.evaluate.unknown import measure_unknown, text_of
from bot.cli.names import json_of
from bot.cli.photo_files import photos_in
from classifiers.evaluation import figures
from classifiers.evaluation.cases import Cases, gather
from classifiers.evaluation.outlines import masks_by_photo
from classifiers.evaluation.truth import Truth, WrongTruth
from classifiers.plugin import PhotoPlugin


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """What is to be measured, and on what."""

    photos: Sequence[Path]
    truth: Sequence[Path]
    merge: Sequence[str] = ()  # "scc=akiec"; nothing: what the tables' labels ask for; "none": nothing is merged
    masks: Path | None = None
    out_of_domain: Path | None = None
    not_this: Path | None = None
    robustness: int = 0  # how many photos to compress and resize
    spoiled: int = 0  # how many photos to blur, darken, over-expose and shrink
    split: str | None = None  # of the data sets that the model learnt from
    out: Path | None = None

    def command(self, disease: str) -> str:
        """Return the command that gives the same figures."""
        options: list[tuple[str, object]] = [("--disease", disease), *(("--truth", table) for table in self.truth)]
        options += [("--merge", merge) for merge in self.merge]
        options += [("--masks", self.masks), ("--out-of-domain", self.out_of_domain), ("--not-this", self.not_this)]
        options += [("--split", self.split)]
        options += [("--robustness", self.robustness or None), ("--spoiled", self.spoiled or None)]
        words = [word for name, value in options if value is not None for word in (name, str(value))]
        return shlex.join(["checkup", "evaluate", *map(str, self.photos), *words])


def run_evaluation(request: EvaluationRequest, plugin: PhotoPlugin, *, as_json: bool) -> int:
    """Print the figures, write them and their plots where asked to; return 0, or 1 when a photo could not be read.

    Raises CannotEvaluate for what makes no sense to measure, before anything is evaluated.
    """
    labels = labelled(request.photos, request.truth, plugin.card, split=request.split)
    merged = _merged(request.merge, labels.truth, plugin.card.codes)
    masks = masks_by_photo(photos_in([request.masks]).photos) if request.masks else {}
    found = evaluate_all(plugin, labels.matched.pairs, masks)
    evaluated = [one for one in found if isinstance(one, EvaluatedPhoto)]
    failed = [one for one in found if isinstance(one, UnreadPhoto)]
    if not evaluated:
        raise CannotEvaluate(f"None of {len(failed)} photos could be read, the first of them {failed[0].file}.")
    cases = gather([(one.row, one.finding) for one in evaluated], plugin.card, merged=merged)
    metrics = _metrics(request, plugin, labels.truth, cases, merged)
    metrics["skipped"] = dict(labels.skipped)
    if failed:
        metrics["skipped"]["photos that cannot be read"] = [f"{one.file} ({one.code})" for one in failed]
    if request.masks:
        metrics["outline"] = _outline(evaluated)
    unused = [one.unused_mask for one in evaluated if one.unused_mask]
    if unused:
        metrics["skipped"]["masks that cannot be used"] = unused
    unread = _extras(request, plugin, evaluated, metrics)
    typer.echo(json_of(metrics) if as_json else text(metrics), nl=as_json)
    if request.out:
        _write(request.out, cases, metrics)
    return 1 if failed or unused or unread else 0


def run_on_unknown(request: EvaluationRequest, plugin: PhotoPlugin, *, as_json: bool) -> int:
    """Print what is said of the photos of `not_this` alone; return 0, or 1 when a photo could not be read.

    Raises CannotEvaluate where there are none.
    """
    metrics: dict[str, Any] = {"disease": plugin.card.id, "model": plugin.card.model.version, "skipped": {}}
    metrics["command"] = request.command(plugin.card.id)
    some_unread = bool(request.not_this and _unknown(request.not_this, plugin, metrics))
    if not metrics["not_this"]:
        raise CannotEvaluate("\n".join(["There is nothing to measure.", *skipped_lines(metrics["skipped"])]))
    words = "".join(f"{line}\n" for line in skipped_lines(metrics["skipped"])) + text_of(metrics["not_this"])
    typer.echo(json_of(metrics) if as_json else words, nl=as_json)
    if request.out:
        request.out.mkdir(parents=True, exist_ok=True)
        (request.out / "metrics.json").write_text(json_of(metrics, indent=1), encoding="utf-8")
    return 1 if some_unread else 0


def _merged(merge: Sequence[str], truth: Truth, codes: Sequence[str]) -> dict[str, str]:
    """Return which label counts as which: what was asked for, else what the tables have no label of their own for."""
    if not merge:
        return {label: kin for label, kin in truth.kin.items() if label in codes and kin in codes}
    if list(merge) == ["none"]:
        return {}
    pairs = [one.split("=") for one in merge]
    for one, pair in zip(merge, pairs, strict=True):
        if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(codes):
            raise CannotEvaluate(
                f"--merge {one}: write two of the labels like {codes[0]}={codes[-1]}: {', '.join(codes)}"
            )
    merged = dict(pairs)
    if len(merged) < len({tuple(pair) for pair in pairs}):
        raise CannotEvaluate("--merge: a label can count as one other only")
    if set(merged) & set(merged.values()):
        raise CannotEvaluate("--merge: a label that counts as another cannot have others count as itself")
    return merged


def _metrics(
    request: EvaluationRequest, plugin: PhotoPlugin, truth: Truth, cases: Cases, merged: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "disease": plugin.card.id,
        "model": plugin.card.model.version,
        "command": request.command(plugin.card.id),
        "photos": len(cases),
        "groups": len(np.unique(cases.group)),
        "grouped_by": truth.grouped_by,
        "labels": list(cases.codes),
        "merged": dict(merged),
        "no_labels": list(truth.no_labels),
        "figures": figures.figures(cases),
        "by_camera": figures.by_camera(cases),
        "by_subgroup": figures.by_subgroup(cases),
    }


def _outline(evaluated: Sequence[EvaluatedPhoto]) -> dict[str, Any] | None:
    """Return Dice and mean Jaccard of the photos that have a mask; None where the model draws no outline."""
    fits = [(one.fit, one.row.group) for one in evaluated if one.fit]
    groups = np.array([group for _, group in fits])
    if not fits:
        return None
    return {
        name: figures.mean_of(np.array([getattr(fit, name) for fit, _ in fits]), groups) for name in ("dice", "jaccard")
    }


def _extras(
    request: EvaluationRequest, plugin: PhotoPlugin, evaluated: Sequence[EvaluatedPhoto], metrics: dict[str, Any]
) -> bool:
    """Add what is measured on other photos than those of the table; return whether some could not be read."""
    unread: list[UnreadPhoto] = []
    if request.out_of_domain:
        there = photos_in([request.out_of_domain])
        turned_away, unread = refused(plugin, there.photos)
        if there.passed_over:
            names = [f"{file} ({why})" for file, why in there.passed_over.items()]
            metrics["skipped"]["out-of-domain files passed over"] = names
        metrics["out_of_domain"] = {"rejected": figures.share_of(turned_away)} if len(turned_away) else None
        if not len(turned_away):
            metrics["skipped"]["--out-of-domain: no photo in it can be looked at"] = [str(request.out_of_domain)]
        if unread:
            metrics["skipped"]["out-of-domain photos that cannot be read"] = [
                f"{one.file} ({one.code})" for one in unread
            ]
    some_unread = bool(request.not_this and _unknown(request.not_this, plugin, metrics))
    if request.robustness:
        some = _some(evaluated, request.robustness)
        kept = robust(plugin, [one.file for one in some])
        groups = np.repeat([one.row.group for one in some], kept.shape[1])
        metrics["robustness"] = {
            "same_label": figures.share_of(kept.ravel(), groups),
            "same_label_in_all": figures.share_of(np.all(kept, axis=1), np.array([one.row.group for one in some])),
        }
    if request.spoiled:
        metrics["spoiled"] = _spoiled(plugin, _some(evaluated, request.spoiled), metrics["merged"])
    return bool(unread) or some_unread


def _unknown(folder: Path, plugin: PhotoPlugin, metrics: dict[str, Any]) -> bool:
    """Add what is said of photos that show none of the labels; return whether some could not be read."""
    try:
        unknown = measure_unknown(plugin, folder)
    except WrongTruth as error:
        raise CannotEvaluate(str(error)) from error
    metrics["not_this"] = unknown.figures
    metrics["skipped"] |= unknown.skipped
    if unknown.figures is None:
        metrics["skipped"]["--not-this: no photo in it can be looked at"] = [str(folder)]
    return unknown.some_unread


def _some(evaluated: Sequence[EvaluatedPhoto], number: int) -> Sequence[EvaluatedPhoto]:
    return evaluated[:: max(1, len(evaluated) // number)][:number]


def _spoiled(plugin: PhotoPlugin, some: Sequence[EvaluatedPhoto], merged: Mapping[str, str]) -> dict[str, Any]:
    """Return how many photos are turned away that were spoiled so far that the answer is wrong more often than right."""
    found = spoil_all(plugin, some, merged)
    kind, group = (np.array([getattr(one, name) for one in found]) for name in ("kind", "group"))
    right, rejected = (np.array([getattr(one, name) for one in found], dtype=bool) for name in ("right", "rejected"))
    ways = {
        str(one): {"right": float(right[kind == one].mean()), "rejected": float(rejected[kind == one].mean())}
        for one in dict.fromkeys(kind)
    }
    hopeless = np.isin(kind, [one for one, of in ways.items() if of["right"] < 0.5])
    share = figures.share_of(rejected[hopeless], group[hopeless]) if hopeless.any() else None
    return {"rejected": share, "ways": ways}


def _write(folder: Path, cases: Cases, metrics: dict[str, Any]) -> None:
    """Write metrics.json and the plots, which need matplotlib: without it the figures are there all the same."""
    from classifiers.evaluation import plots  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json_of(metrics, indent=1), encoding="utf-8")
    try:
        plots.draw(folder, cases, metrics)
    except ModuleNotFoundError:
        typer.echo("No plots: matplotlib is not installed: make install-evaluate", err=True)
