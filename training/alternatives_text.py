"""The page about alternatives to what is decided, from nothing but the results."""

from pathlib import Path
from typing import Any

from classifiers.evaluation.figures import TITLES, says
from training.held_out_alarm import EXCLUDED
from training.markdown import table
from training.whole_file import write_text

_HEAD = """# Alternatives to what is decided

*Written by `python -m training.alternatives`. Do not edit.*

What else could be made of the trained network without training it again, on validation photos: each alternative is fitted
on nine tenths of the lesions and people and judged on the rest, in turn. What ships looks at the whole photo once. 95 %
bootstrap intervals over lesions or people; HAM10000 has no scc: there scc counts as akiec. The gates are not asked. A label of
which a data set has a single photo moves its balanced accuracy by an eighth, as `vasc` among MILK10k's close-ups does. A table
leaves out the ways that change nothing in it.

    python -m training.alternatives --data DATA --run RUN

- **Views**: the mean of what the network says of several views of the photo.
- **Named by risk**: the label is the one with the largest percentage less a step of the log of how common it is.
- **For each camera, known**: as if the file that is served knew the camera; guessed: by a head on what the network sees
  in early and late layers, weighed by how likely each camera is, or by the lowest limit of those that are not excluded
  (less likely than {excluded}).
- **An alarm by a regression**: its score is moved, a little, to rank cancers and precancers above all else, where the
  score that ships is the sum of their percentages; by percentages, by the last layer's features, or by heads on the same
  layers that learnt from the training photos. "But for dermatoscopes": where one is not excluded all is as it ships.
  The area under its curve is of by how much a score exceeds the limit that was chosen with it, which differs a little
  from tenth to tenth, so that it is up to a hundredth less than of one score for all.
- **The head fitted anew**: its weights changed a little to fit the validation photos.
"""


def write(file: Path, results: dict[str, Any]) -> None:
    """Write the page."""
    text = _HEAD.format(excluded=EXCLUDED) + "".join(
        _figure(name, results) for name in next(iter(results["alternatives"].values()))["ham10000"]
    )
    text += "\n## Recall by label, HAM10000\n\n" + _side_by_side("label", results["recall"])
    text += "\n## Label and sureness that stay at other sizes and qualities of JPEG\n\n" + _rows(
        "views", results["stable"]
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, text)


def _figure(name: str, results: dict[str, Any]) -> str:
    sources = list(results["floor"])
    shipped, *others = [
        [what, *(says(of[source][name]) for source in sources)] for what, of in results["alternatives"].items()
    ]
    rows = [shipped, *(row for row in others if row[1:] != shipped[1:])]
    if name == "calibration_error":
        least = [f"{results['floor'][source]:.3f}" for source in sources]
        rows.append(["what so few photos show if every percentage were right", *least])
    title = {**TITLES, "melanoma_auc": "melanoma against all, AUC"}[name]
    return f"\n## {title[0].upper()}{title[1:]}\n\n" + table(["what", *sources], rows)


def _rows(head: str, of: dict[str, dict[str, Any]]) -> str:
    columns = list(next(iter(of.values())))
    return table([head, *columns], [[row, *(says(found[one]) for one in columns)] for row, found in of.items()])


def _side_by_side(head: str, of: dict[str, dict[str, Any]]) -> str:
    labels = list(next(iter(of.values())))
    return table([head, *of], [[label, *(says(found[label], digits=2) for found in of.values())] for label in labels])
