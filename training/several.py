"""One photo of a lesion against several together, on the validation part: what `several_photos` of the skin card is worth.

    chrt -i 0 python -m training.several --data DATA

Writes the figures beside the card, and its section of the model card, from these figures alone. A few minutes on two
cores.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from classifiers.card import read_photo_card
from classifiers.evaluation import figures as measured
from classifiers.evaluation.cases import gather
from classifiers.evaluation.truth import TruthRow
from classifiers.plugin import PhotoPlugin, examine, load
from classifiers.verdict import Finding, conclude_together, raises_alarm
from training.command import run_recipe
from training.data import KIN, LABELS, LabelledPhoto, read_ham10000, read_milk10k
from training.markdown import with_section
from training.model_card_several import FIGURES_FILE, HEADING, several_section
from training.options import parser
from training.pixels import readable
from training.whole_file import write_text

ALARM = ("alarm_sensitivity", "alarm_specificity")
SHOWN = ("balanced_accuracy", "accuracy", *ALARM, "wrongly_rejected")
Lesion = list[tuple[LabelledPhoto, Finding]]


def main() -> None:
    """Measure the shipped model and write what it says."""
    options = _options()
    plugin = load(read_photo_card(options.card), folder=options.card.parent)
    figures = {"version": plugin.card.model.version, "sets": measure(plugin, options.data)}
    folder = options.card.parent
    write_text(folder / FIGURES_FILE, json.dumps(figures, indent=1) + "\n")
    card = folder / "MODEL_CARD.md"
    text = with_section(card.read_text(encoding="utf-8"), HEADING, several_section(folder))
    write_text(card, text)


def measure(plugin: PhotoPlugin, data: Path) -> dict[str, dict[str, Any]]:
    """Return {set: {how many photos, or of which camera: {figure}}}; print the balanced accuracies as they come."""
    ham = _examined(plugin, [photo for photo in read_ham10000(data) if photo.part == "validation"])
    milk = _examined(plugin, [photo for photo in read_milk10k(data) if photo.part == "validation"])
    sets = {
        "HAM10000, lesions with two photos or more": _first(ham, 2),
        "HAM10000, lesions with three photos or more": _first(ham, 3),
        "MILK10k, each lesion twice": _cameras(milk),
    }
    found: dict[str, dict[str, Any]] = {}
    for name, sides in sets.items():
        if not all(sides.values()):
            print(f"{name}: there are none")
            continue
        found[name] = {side: _figures(plugin, lesions) for side, lesions in sides.items()}
        *_, (last, lesions) = sides.items()
        found[name][f"{last}, alarm by the mean alone"] = _figures(plugin, lesions, by_mean=True)
        for side, figures in found[name].items():
            print(
                f"{name}: {side}: " + ", ".join(f"{one} {measured.says(figures[one])}" for one in figures), flush=True
            )
    return found


def _examined(plugin: PhotoPlugin, photos: Sequence[LabelledPhoto]) -> list[Lesion]:
    """Return what is found of the photos of every lesion with a label and several photos, in the order of their names."""
    lesions: dict[str, list[LabelledPhoto]] = defaultdict(list)
    for photo in sorted(photos, key=lambda one: one.path.stem):
        if photo.label in LABELS:
            lesions[photo.group].append(photo)
    whole = set(readable([photo.path for group in lesions.values() if len(group) > 1 for photo in group]))
    lesions = {name: [photo for photo in group if photo.path in whole] for name, group in lesions.items()}
    several = [photo for group in lesions.values() if len(group) > 1 for photo in group]
    with ThreadPoolExecutor(2) as pool:
        findings = iter(list(pool.map(lambda one: examine(plugin, one.path.read_bytes()).finding, several)))
    return [[(photo, next(findings)) for photo in group] for group in lesions.values() if len(group) > 1]


def _first(lesions: Sequence[Lesion], most: int) -> dict[str, list[Lesion]]:
    """Return the first photo, the first two … of the lesions that have so many."""
    enough = [lesion for lesion in lesions if len(lesion) >= most]
    names = ("one photo", "two photos", "three photos")
    return {names[count - 1]: [lesion[:count] for lesion in enough] for count in range(1, most + 1)}


def _cameras(lesions: Sequence[Lesion]) -> dict[str, list[Lesion]]:
    """Return the photo of each camera, and both."""
    pairs = [lesion for lesion in lesions if {photo.camera for photo, _ in lesion} == {"dermatoscope", "close-up"}]
    alone = {
        camera: [[one for one in lesion if one[0].camera == camera][:1] for lesion in pairs]
        for camera in ("dermatoscope", "close-up")
    }
    return alone | {"both together": pairs}


def _figures(plugin: PhotoPlugin, lesions: Sequence[Lesion], *, by_mean: bool = False) -> dict[str, Any]:
    """Return the figures; `by_mean` those of the alarm, as if no photo alone could raise it: what that costs and saves."""
    rows = list(_rows(plugin, lesions, by_mean=by_mean))
    is_ham = lesions[0][0][0].source == "ham10000"  # which has no scc
    return measured.some(gather(rows, plugin.card, merged=KIN if is_ham else {}), ALARM if by_mean else SHOWN)


def _rows(plugin: PhotoPlugin, lesions: Sequence[Lesion], *, by_mean: bool) -> Iterator[tuple[TruthRow, Finding]]:
    for lesion in lesions:
        photo = lesion[0][0]
        together, _ = conclude_together(plugin.card, [finding for _, finding in lesion])
        if by_mean:
            together = replace(together, alarm=raises_alarm(plugin.card, together.probabilities))
        yield TruthRow(photo=photo.path.stem, label=photo.label, group=f"{photo.source}/{photo.group}"), together


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--card", type=Path, default=Path("classifiers/skin/card.yaml"))
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
