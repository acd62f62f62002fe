"""The model card's section on two photos of a spot, made of its own file of figures, whoever writes the rest of the card."""

import json
from pathlib import Path
from typing import Any

from classifiers.evaluation.figures import says
from training.following.pairs import KIN, NEW_COLOUR, NEW_PART, OTHER, SAME
from training.markdown import table, with_section
from training.whole_file import write_text

FIGURES = "following.json"  # beside the card
HEADING = "What changed between two photos"
_ABOUT = """Of model {model}, by `python -m training.following --data DATA`. Two photos of one lesion count as unchanged, though
nobody knows when they were taken: from other sides, at other magnifications, in other light. The limits of `following:` in the
card were chosen on HAM10000's validation part and on half of PAD-UFES-20's patients, the figures are of the test part and of the
other half, a pair a lesion, with 95 % intervals over lesions or patients. What was drawn: an eighth of the lesion in another
colour, or a new part at its edge that is a quarter as large. Photos that lie months apart were not to be had, nor photos with
a real coin: how large a spot is said to be was tested on drawn coins alone.

"""
_SAID = {
    "changed": "called changed, though they are not",
    "outline_changed": "by the outline",
    "colour_changed": "by the colours",
    "same": "said not to have changed",
    "unclear": '"I cannot tell" of outline, colours or both',
    "outline_off": "called larger or smaller by the outline alone, were the scale known exactly",
}
_DRAWN = {NEW_COLOUR: "a new colour", NEW_PART: "a new part"}
_PAIRS = {SAME: "the same lesion", KIN: "two lesions of one label", OTHER: "two lesions"}


def section(figures: dict[str, Any]) -> str:
    """Return the section below its heading."""
    sides = figures["same"]
    rows = [["pairs", *(str(of["changed"]["n"]) for of in sides.values())]]
    rows += [[title, *(says(of[name]) for of in sides.values())] for name, title in _SAID.items()]
    drawn = [[title, *map(says, figures["drawn"][kind].values())] for kind, title in _DRAWN.items()]
    asked = [[title, *(_with_n(of[kind]) for of in figures["asked"].values())] for kind, title in _PAIRS.items()]
    coins = [[side, says(of), str(of["n"])] for side, of in figures["coins"].items()]
    return (
        _ABOUT.format(model=figures["model"])
        + table(["pairs of the same lesion", *sides], rows)
        + "\nChanges that were drawn into the later photo (dermatoscope):\n\n"
        + table(["change", "called changed", "said to be the same"], drawn)
        + '\n"Is this the same spot?" is asked about:\n\n'
        + table(["pairs of", *figures["asked"]], asked)
        + "\nCoins that are found where none lies:\n\n"
        + table(["photos", "found", "n"], coins)
    )


def _with_n(figure: dict[str, Any]) -> str:
    return f"{says(figure)}, n = {figure['n']}"


def kept_section(folder: Path) -> str:
    """Return the section with its heading, by the figures that lie beside a card; nothing where there are none."""
    file = folder / FIGURES
    return f"\n## {HEADING}\n\n{section(json.loads(file.read_text(encoding='utf-8')))}" if file.is_file() else ""


def put_section(card: Path, figures: dict[str, Any]) -> None:
    """Write the section into a model card, in the place of the old one or before the known failures."""
    text = with_section(card.read_text(encoding="utf-8"), HEADING, section(figures), before="Known failures")
    write_text(card, text)
