"""What learning on gave: a network before and after, on validation photos of lesions and people it was not fitted on.

    python -m training.tuned --data ../shared/data --begun runs/restored --runs runs/tuned

Writes `docs/tuning.md`, or another page. Each network is calibrated on nine tenths of the validation lesions and people and
judged on the rest, in turn. The test part is not looked at.
"""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from classifiers.evaluation.figures import TITLES, says
from training import alternatives_figures as figures
from training.alternatives import FEW, Looked, look_at
from training.command import run_recipe
from training.data import CAMERAS
from training.distil import noted
from training.held_out import Known, as_shipped, held_out
from training.markdown import table
from training.model_card_made import how
from training.options import at_least, parser
from training.report import SOURCES
from training.run import kept_file
from training.whole_file import write_text

BEFORE, VIEW = "as it was", "the whole"
PAGE = Path("docs/tuning.md")
_HEAD = """# A network that learnt on

*Written by `python -m training.tuned`. Do not edit.*

`training.tune` teaches the shipped network to say of a photo that was resized and compressed what it says of the photo as it is,
`training.distil` to say what several networks say together. Before and after, on validation photos: each network is calibrated on
nine tenths of the lesions and people and judged on the rest, in turn, without its gates. 95 % bootstrap intervals over lesions or
people; HAM10000 has no scc: there scc counts as akiec.

    python -m training.tuned --data DATA --begun RUN --runs RUN …{page}
"""


def main() -> None:
    """Measure, and write the page."""
    options = _options()
    runs = {BEFORE: options.begun, **{_name(run): run for run in options.runs}}
    seen = {
        name: look_at(options.data, run=run, cache=options.cache or options.begun, few=options.few, views=[VIEW])
        for name, run in runs.items()
    }
    write(options.page, measure(seen))


def measure(seen: Mapping[str, Looked]) -> dict[str, Any]:
    """Return `figures` {network: {source: figures}} and `stable` {network: {camera: figure}} of what each network says."""
    found: dict[str, Any] = {"figures": {}, "stable": {}}
    for name, looked in seen.items():
        said = looked.seen[VIEW]
        known = Known(photos=looked.photos, logits=said.logits.astype(float), features=said.features)
        found["figures"][name] = figures.by_source(looked.photos, held_out(known, as_shipped))
        found["stable"][name] = figures.stable(looked.some, known, looked.again[VIEW].logits.astype(float))
        print(name, {camera: says(of) for camera, of in found["stable"][name].items()}, flush=True)
    return found


def write(page: Path, found: Mapping[str, Any]) -> None:
    """Write the page."""
    text = _HEAD.format(page="" if page.name == PAGE.name else f" --page docs/{page.name}")
    text += "\n## Label and sureness that stay at other sizes and qualities of JPEG\n\n"
    text += _side_by_side(CAMERAS, found["stable"])
    for name in (*figures.FIGURES, "melanoma_auc"):
        title = {**TITLES, "melanoma_auc": "melanoma against all, AUC"}[name]
        of_name = {run: {source: of[source][name] for source in SOURCES} for run, of in found["figures"].items()}
        text += f"\n## {title[0].upper()}{title[1:]}\n\n" + _side_by_side(SOURCES, of_name)
    page.parent.mkdir(parents=True, exist_ok=True)
    write_text(page, text)


def _side_by_side(columns: Iterable[str], rows: Mapping[str, Mapping[str, Any]]) -> str:
    return table(["network", *columns], [[row, *(says(of[one]) for one in columns)] for row, of in rows.items()])


def _name(run: Path) -> str:
    """Return by what a run is told from others."""
    config = noted(run)
    if "tuned" not in config:
        return how(config) + (", softened" if config.get("soften") else "")
    tuning = config["tuned"]
    epochs = len(kept_file(run, "epochs.jsonl").read_text().splitlines())
    learns = f" from {tuning['learn_from']} on" if tuning["learn_from"] else ""
    return f"{epochs} epochs over {epochs * tuning['photos']:,} pairs at {tuning['size']} px, rate {tuning['rate']:g}{learns}"


def _options() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--begun", type=Path, required=True, help="the run that was tuned")
    options.add_argument(
        "--runs", type=Path, nargs="+", required=True, help="runs of training.tune, or of training.distil"
    )
    options.add_argument("--page", type=Path, default=PAGE, help="where the page is written")
    options.add_argument("--few", type=at_least(1), default=FEW, help="photos of each camera that are sent again")
    return options.parse_args()


if __name__ == "__main__":
    run_recipe(main)
