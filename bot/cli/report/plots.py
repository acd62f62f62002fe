"""The report's plots: findings and shares by week, and how long a finding took."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.report.tally import TURNED_AWAY, Counts, DiseaseTally


def draw(folder: Path, disease: str, found: DiseaseTally) -> list[str]:
    """Write the plots of a disease into a folder; return their files' names. Raises ModuleNotFoundError without matplotlib."""
    weeks = sorted(found.weeks)
    counts = [found.weeks[week] for week in weeks]
    pictures: dict[str, Callable[[Any], None]] = {
        f"{disease}-findings.png": lambda axes: _findings(axes, weeks, counts),
        f"{disease}-shares.png": lambda axes: _shares(axes, weeks, counts),
        f"{disease}-milliseconds.png": lambda axes: _milliseconds(axes, weeks, counts),
    }
    for name, fill in pictures.items():
        _write(folder / name, fill)
    return list(pictures)


def _write(file: Path, fill: Callable[[Any], None]) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 - half a second, and an extra
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    figure = Figure(figsize=(9, 3), layout="constrained")
    axes = figure.add_subplot()
    fill(axes)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_ylim(bottom=0)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8)
    figure.savefig(file, dpi=110)


def _findings(axes: Any, weeks: list[str], counts: list[Counts]) -> None:
    axes.set_title("Findings by week")
    axes.bar(weeks, [one.findings for one in counts], label="all", color="#9aa5ad")
    axes.bar(weeks, [one.judged for one in counts], label="judged", color="#1f5f8b")


def _shares(axes: Any, weeks: list[str], counts: list[Counts]) -> None:
    axes.set_title("Shares by week")
    for outcome in ("sure", *TURNED_AWAY):
        axes.plot(weeks, [one.share(outcome) for one in counts], label=outcome, marker=".")
    axes.plot(weeks, [one.alarm_share for one in counts], label="alarms, of what was judged", marker=".")


def _milliseconds(axes: Any, weeks: list[str], counts: list[Counts]) -> None:
    axes.set_title("Milliseconds from opening to finding")
    for share, label in ((50, "median"), (95, "95 %")):
        axes.plot(weeks, [np.percentile(one.milliseconds, share) for one in counts], label=label, marker=".")
