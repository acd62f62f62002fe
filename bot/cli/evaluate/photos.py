"""What `checkup evaluate` looks at: photos with a row, photos of other things, photos compressed again."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track

from bot.cli.photo_files import read_photo
from bot.workers import Workers
from classifiers.errors import CodedError, UnsupportedFormat
from classifiers.evaluation.outlines import Fit, fit, is_as_its_photo, outline_of, read_mask
from classifiers.evaluation.robustness import keeps_its_label
from classifiers.evaluation.truth import TruthRow
from classifiers.photo.open import open_photo
from classifiers.plugin import Examination, PhotoPlugin, examine
from classifiers.verdict import Finding

LARGE = 640  # pixels: a spoiled photo's longer side
SPOILED = (0.25, 0.5, 0.75, 1.0)  # of the way from mild to hopeless
Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedPhoto:
    """One photo with its row, what was found, and how well its outline fits where there is a mask that can be used."""

    file: Path
    row: TruthRow
    finding: Finding
    fit: Fit | None = None
    unused_mask: str | None = None  # which, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadPhoto:
    """A photo that cannot be read, and why."""

    file: Path
    code: str


def evaluate_all(
    plugin: PhotoPlugin, pairs: Sequence[tuple[TruthRow, Path]], masks: Mapping[str, Path]
) -> list[EvaluatedPhoto | UnreadPhoto]:
    """Return what was found of every photo, in order."""

    def look(pair: tuple[TruthRow, Path]) -> EvaluatedPhoto | UnreadPhoto:
        row, file = pair
        try:
            examination = examine(plugin, read_photo(file))
        except (CodedError, OSError) as error:
            return _failed(file, error)
        photo = EvaluatedPhoto(file=file, row=row, finding=examination.finding)
        return _held_against(photo, masks[file.stem], plugin, examination) if file.stem in masks else photo

    return _each(look, pairs, "photos")


def _held_against(photo: EvaluatedPhoto, file: Path, plugin: PhotoPlugin, found: Examination) -> EvaluatedPhoto:
    """Return the photo with how well its outline fits a mask, or why that cannot be said."""
    outline = outline_of(plugin.card, found)
    if outline is None:
        return photo
    try:
        mask = read_mask(file)
    except OSError as error:
        return replace(photo, unused_mask=f"{file} ({error.strerror or 'cannot be read'})")
    if not is_as_its_photo(mask, width=found.photo.width, height=found.photo.height):
        return replace(photo, unused_mask=f"{file} ({mask.shape[1]}×{mask.shape[0]}, its photo has another shape)")
    return replace(photo, fit=fit(outline, mask))


def findings_of(plugin: PhotoPlugin, files: Sequence[Path]) -> tuple[dict[Path, Finding], list[UnreadPhoto]]:
    """Return what was found of each photo that can be read, and those that cannot be."""

    def look(file: Path) -> Finding | UnreadPhoto:
        try:
            return examine(plugin, read_photo(file)).finding
        except (CodedError, OSError) as error:
            return _failed(file, error)

    found = list(zip(files, _each(look, files, "other photos"), strict=True))
    return (
        {file: one for file, one in found if isinstance(one, Finding)},
        [one for _, one in found if isinstance(one, UnreadPhoto)],
    )


def refused(plugin: PhotoPlugin, files: Sequence[Path]) -> tuple[np.ndarray, list[UnreadPhoto]]:
    """Return whether each photo that can be read is turned away, bool (readable,), and those that cannot be."""
    found, unread = findings_of(plugin, files)
    return np.array([not one.is_judged for one in found.values()], dtype=bool), unread


def robust(plugin: PhotoPlugin, files: Sequence[Path]) -> np.ndarray:
    """Return whether each variant of each photo keeps the photo's label, bool (photos, variants). They can all be read."""
    return np.stack(_each(lambda file: keeps_its_label(plugin, read_photo(file)), files, "compressed again"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoiledPhoto:
    """A photo made worse in a way, to a share of the way to hopeless: was the answer right, was it turned away?"""

    kind: str
    group: str
    right: bool
    rejected: bool


def spoil_all(plugin: PhotoPlugin, some: Sequence[EvaluatedPhoto], merged: Mapping[str, str]) -> list[SpoiledPhoto]:
    """Return what becomes of photos that are spoiled in every way of `training.gates.degraded`, to every share of SPOILED."""
    return [
        one for of_photo in _each(lambda one: list(_spoil(plugin, one, merged)), some, "spoiled") for one in of_photo
    ]


def _spoil(plugin: PhotoPlugin, evaluated: EvaluatedPhoto, merged: Mapping[str, str]) -> Iterator[SpoiledPhoto]:
    from training.gates.degraded import KINDS, degrade  # noqa: PLC0415 - the gate is measured by what it learnt from

    photo = open_photo(read_photo(evaluated.file), least=LARGE).image
    photo.thumbnail((LARGE, LARGE))
    rng = np.random.default_rng(1)
    for name, kind in KINDS.items():
        for share in SPOILED:
            file = io.BytesIO()
            Image.fromarray(degrade(np.asarray(photo), kind, share, rng)).save(file, "PNG", compress_level=1)
            finding = examine(plugin, file.getvalue()).finding
            named, true = (merged.get(label, label) for label in (finding.label, evaluated.row.label))
            rejected = not finding.is_judged
            yield SpoiledPhoto(
                kind=f"{name} {share:.0%}", group=evaluated.row.group, right=named == true, rejected=rejected
            )


def _failed(file: Path, error: CodedError | OSError) -> UnreadPhoto:
    if isinstance(error, UnsupportedFormat):
        return UnreadPhoto(file=file, code=f"{error.code}: {error.facts['format']}")
    return UnreadPhoto(file=file, code=error.code if isinstance(error, CodedError) else error.strerror or str(error))


def _each(work: Callable[[Item], Answer], items: Sequence[Item], what: str) -> list[Answer]:
    bar = Console(stderr=True)
    with Workers() as workers:
        answers = workers.each(work, items)
        return list(track(answers, what, len(items), console=bar, disable=not bar.is_terminal, transient=True))
