"""What a drafted card finds on photos under each scaling, as a table: a wrong scaling makes no error, only bad answers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bot.cli.add.draft import Draft, scaled, scalings_of
from bot.cli.add.probe import Probe
from bot.cli.photo_files import read_photo
from classifiers.card import PhotoCard
from classifiers.engines.outputs import scores_of
from classifiers.errors import CodedError, Fault, Refusal
from classifiers.photo.open import open_photo
from classifiers.resize import to_input
from classifiers.verdict import Finding, conclude

_SAME = 1e-4  # of a probability: findings that differ by less say the same


def trial(probe: Probe, draft: Draft, card: PhotoCard, photos: Sequence[Path]) -> list[str]:
    """Return the table's lines, and a warning where the draft's own scaling finds the same in all photos."""
    scalings = scalings_of(draft.model.input)
    found = {photo: _findings(probe, draft, card, photo, scalings) for photo in photos}
    head = ["", *(f"{one} (as drafted)" if one == draft.model.input.scaling else one for one in scalings)]
    rows = [[photo.name, *(_cell(one, card) for one in its)] for photo, its in found.items()]
    own = [its[scalings.index(draft.model.input.scaling)] for its in found.values()]
    return [
        "What it says under each scaling:",
        *_table([head, *rows]),
        *_warning([one for one in own if isinstance(one, Finding)]),
    ]


def _findings(probe: Probe, draft: Draft, card: PhotoCard, photo: Path, scalings: Sequence[str]) -> list[Finding | str]:
    spec = draft.model.input
    try:
        opened = open_photo(read_photo(photo), least=2 * max(spec.size)).image
    except (Refusal, OSError) as error:
        return [error.code if isinstance(error, CodedError) else error.strerror or "cannot be read"] * len(scalings)
    pixels = to_input(opened, spec.size, spec.resize)
    return [_finding(probe, draft, card, pixels, scaling) for scaling in scalings]


def _finding(probe: Probe, draft: Draft, card: PhotoCard, pixels: np.ndarray, scaling: str) -> Finding | str:
    try:
        outputs = probe.run(pixels, scaled(draft.model.input, scaling))
        return conclude(card, scores_of(outputs, card, step=draft.step), None)
    except Fault:
        return "does not fit"


def _cell(found: Finding | str, card: PhotoCard) -> str:
    if isinstance(found, str):
        return found
    named = found.found or (found.label,)
    nearest = "nothing, nearest " if found.outcome == "nothing_found" else ""
    return nearest + ", ".join(f"{card.label(code).title['en']} {found.probabilities[code]:.0%}" for code in named)


def _warning(found: Sequence[Finding]) -> Iterator[str]:
    if not found:
        yield "WARNING: nothing was found on any of them, so the scaling stays a guess."
        return
    p = np.array([list(one.probabilities.values()) for one in found])
    if len(found) > 1 and (np.ptp(p, axis=0) < _SAME).all():
        yield f"WARNING: as drafted, it says the same of all {len(found)} photos."


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
