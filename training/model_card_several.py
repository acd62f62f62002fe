"""The model card's section on several photos of one spot, from the figures that `training.several` keeps beside the card."""

import json
from pathlib import Path

from classifiers.evaluation.figures import TITLES, says
from training.markdown import table

HEADING, FIGURES_FILE = "Several photos of one spot", "several_photos.json"
COMMAND = "python -m training.several --data DATA"
_ABOUT = """An album, or photos in reply to one answer, are judged together: by the mean of the logits of those that the gates let
through. The alarm, and how soon to have it seen, are never less than what one of these photos alone says; the last column
says what the alarm would be by the mean alone. On the validation part, the same lesions with one photo and with more, of
version {version}, by

    {command}

"""


def several_section(folder: Path) -> str:
    """Return the section below its heading; nothing where nothing was measured."""
    file = folder / FIGURES_FILE
    if not file.is_file():
        return ""
    figures = json.loads(file.read_text(encoding="utf-8"))
    parts = []
    for name, sides in figures["sets"].items():
        first = next(iter(sides.values()))
        rows = [
            [TITLES[figure], *(says(side[figure]) if figure in side else "" for side in sides.values())]
            for figure in first
        ]
        lesions = first["accuracy"]["n"]
        parts.append(table([f"{name} (n = {lesions} lesions)", *sides], rows))
    return _ABOUT.format(version=figures["version"], command=COMMAND) + "\n".join(parts)
