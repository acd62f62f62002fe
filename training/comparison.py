"""The comparison of models as people see it: a table and a plot, from nothing but the results."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from classifiers.evaluation.figures import says
from training.markdown import table
from training.whole_file import write_text

FIGURES = ("balanced_accuracy", "macro_auc", "calibration_error")
_SHOWN = ("ham10000", "milk10k/close-up", "pad_ufes_20")
_HEAD = """# Models compared

*Written by `python -m training.compare`. Do not edit.*

The same split by lesion and patient for all, and at most {budget:,} views of training photos for each network (models without
views see each training photo once). All are calibrated alike on validation photos; nothing was chosen on the test photos, which
the figures are from, with 95 % bootstrap intervals over lesions or patients. HAM10000 has no scc: there scc counts as akiec.
Milliseconds are for one photo on one thread, without opening it, and beside MobileNetV2 at 224 pixels timed in turn with it.

    {command}

![Balanced accuracy against time](comparison.png)

## Balanced accuracy

"""


def write(folder: Path, results: dict[str, dict[str, Any]], *, command: str, budget: int) -> None:
    """Write comparison.md and comparison.png into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = list(next(iter(results.values()))["sources"])
    text = _HEAD.format(budget=budget, command=command)
    text += table(["model", *sources], [[name, *_by_source(one, "balanced_accuracy")] for name, one in results.items()])
    text += "\n## Macro AUC\n\n"
    text += table(["model", *sources], [[name, *_by_source(one, "macro_auc")] for name, one in results.items()])
    text += "\n## Calibration and cost\n\n"
    head = ["model", "ECE, dermatoscope", "ms", "× MobileNetV2", "MB", "views learnt from"]
    text += table(head, [[name, *_costs(one)] for name, one in results.items()])
    write_text(folder / "comparison.md", text)
    plot(folder / "comparison.png", results)


def cells(result: dict[str, Any]) -> list[str]:
    """Return a result in short, for a terminal."""
    sources = [f"{source} {says(of['balanced_accuracy'])}" for source, of in result["sources"].items()]
    return [*sources, f"{result['milliseconds']:.1f} ms", f"{result['megabytes']:.1f} MB"]


def plot(file: Path, results: dict[str, dict[str, Any]]) -> None:
    """Draw balanced accuracy against the time of one photo, a panel a data set."""
    figure = Figure(figsize=(13, 5), layout="constrained")
    handles: list[Any] = []
    for at, source in enumerate(_SHOWN):
        axes = figure.add_subplot(1, len(_SHOWN), at + 1, title=source, xlabel="ms a photo, one thread", xscale="log")
        handles = []
        for name, result in results.items():
            found = result["sources"][source]["balanced_accuracy"]
            if found["value"] is None:
                continue
            reach = np.abs(np.array(found["interval"]) - found["value"])[:, np.newaxis]
            handles.append(
                axes.errorbar(result["milliseconds"], found["value"], yerr=reach, fmt="o", capsize=3, label=name)
            )
        axes.set_ylabel("balanced accuracy" if at == 0 else "")
        axes.grid(alpha=0.3)
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    figure.savefig(file, dpi=110)


def _by_source(result: dict[str, Any], name: str) -> list[str]:
    return [says(of[name]) for of in result["sources"].values()]


def _costs(result: dict[str, Any]) -> list[str]:
    views = f"{result['views']:,}" if result["views"] else "as it was made"
    return [
        says(result["dermatoscope"]["calibration_error"]),
        f"{result['milliseconds']:.1f}",
        f"{result['times_bare']:.2f}",
        f"{result['megabytes']:.1f}",
        views,
    ]
