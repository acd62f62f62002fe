"""A run's figures epoch by epoch as a picture, drawn anew after every epoch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator


def draw(file: Path, epochs: Sequence[dict[str, Any]]) -> None:
    """Write a PNG of every number that a run keeps of its epochs, groups of numbers (`validation`) in a panel of their own.

    An epoch that lacks a number, because it was not measured then, leaves no point.
    """
    panels = _panels(epochs)
    figure = Figure(figsize=(7, 3 * max(1, len(panels))), layout="constrained")
    for at, (title, lines) in enumerate(panels.items()):
        axes = figure.add_subplot(max(1, len(panels)), 1, at + 1, title=title, xlabel="epoch")
        for name, points in lines.items():
            axes.plot(*zip(*points, strict=True), marker=".", label=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend()
    unfinished = file.with_name(f"unfinished-{file.name}")
    figure.savefig(unfinished, dpi=100)
    unfinished.rename(file)


def _panels(epochs: Sequence[dict[str, Any]]) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Return {panel: {line: [(epoch, value)]}}; `epoch` itself and the size of views are no figures."""
    panels: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for number, epoch in enumerate(epochs):
        for name, value in epoch.items():
            if name in {"epoch", "size"} or value is None:
                continue
            for line, figure in (value if isinstance(value, dict) else {name: value}).items():
                if isinstance(figure, int | float):
                    panels.setdefault(name, {}).setdefault(line, []).append((number, float(figure)))
    return panels
