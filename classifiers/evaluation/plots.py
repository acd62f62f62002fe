"""Pictures of an evaluation: confusion, calibration, the alarm's ROC, risk against coverage, cameras and subgroups."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.evaluation.cases import Cases
from classifiers.evaluation.figures import SHORT, TITLES

INK, GUIDE = "#1f5f8b", "#9aa5ad"
BINS = 15


def draw(folder: Path, cases: Cases, metrics: dict[str, Any]) -> list[Path]:
    """Write every plot that there is something to show in; return the files. Raises ModuleNotFoundError without matplotlib."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, Callable[[Path], None]] = {
        "confusion.png": lambda file: confusion(file, cases.codes, np.array(metrics["figures"]["confusion"])),
        "reliability.png": lambda file: reliability(file, cases),
        "risk_coverage.png": lambda file: risk_coverage(file, metrics["figures"]["risk_coverage"]),
    }
    if cases.has_alarm and 0 < cases.malignant.sum() < len(cases):
        pictures["alarm_roc.png"] = lambda file: alarm_roc(file, cases)
    subgroups = {f"{name} (n = {of['n']})": of for name, of in metrics["by_subgroup"].items() if len(of) > 1}
    if subgroups:
        pictures["subgroup.png"] = lambda file: compared(file, subgroups, "by subgroup")
    cameras = {f"{name} (n = {of['accuracy']['n']})": of for name, of in metrics["by_camera"].items()}
    if cameras:
        pictures["camera.png"] = lambda file: compared(file, cameras, "by camera")
    for name, picture in pictures.items():
        picture(folder / name)
    return [folder / name for name in pictures]


@contextmanager
def _axes(
    file: Path, title: str, *, across: str = "", up: str = "", size: tuple[float, float] = (6, 5)
) -> Iterator[Any]:
    """Give one pair of axes and write them into a file. No window is opened anywhere."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - half a second, and an extra

    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot(title=title, xlabel=across, ylabel=up)
    yield axes
    figure.savefig(file, dpi=120)


def confusion(file: Path, codes: tuple[str, ...], counts: np.ndarray) -> None:
    """Draw how many photos of each label were given each label; colour is the share of the row."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with _axes(file, "What was found of each label", across="found", up="true") as axes:
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(len(codes)), codes, rotation=45, ha="right")
        axes.set_yticks(range(len(codes)), codes)
        for row, column in np.ndindex(*counts.shape):
            shade = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{counts[row, column]}", ha="center", va="center", color=shade, fontsize=8)


def reliability(file: Path, cases: Cases) -> None:
    """Draw how often it was right where it was how sure; a dot's area is its number of photos."""
    which = np.minimum((cases.confidence * BINS).astype(int), BINS - 1)
    bins = np.unique(which)
    confidence = [cases.confidence[which == one].mean() for one in bins]
    true = [cases.right[which == one].mean() for one in bins]
    number = np.array([np.sum(which == one) for one in bins])
    with _axes(file, "Calibration", across="how sure it said to be", up="how often it was right") as axes:
        axes.plot([0, 1], [0, 1], color=GUIDE, linestyle="--")
        axes.plot(confidence, true, color=INK)
        axes.scatter(confidence, true, s=12 + 300 * number / number.sum(), color=INK)
        axes.set(xlim=(0, 1), ylim=(0, 1))


def alarm_roc(file: Path, cases: Cases) -> None:
    """Draw the alarm's sensitivity against its specificity at every threshold, and where the card's stands."""
    order = np.argsort(-cases.alarm_score, kind="stable")
    last = np.append(np.diff(cases.alarm_score[order]) != 0, True)  # equal scores are passed together
    caught = np.cumsum(cases.malignant[order])[last] / cases.malignant.sum()
    disturbed = np.cumsum(~cases.malignant[order])[last] / (~cases.malignant).sum()
    here = (cases.alarm[~cases.malignant].mean(), cases.alarm[cases.malignant].mean())
    with _axes(file, "The alarm", across="1 - specificity", up="sensitivity") as axes:
        axes.plot([0, 1], [0, 1], color=GUIDE, linestyle="--")
        axes.plot([0, *disturbed], [0, *caught], color=INK)
        axes.scatter(*here, color="#c0392b", zorder=3, label=f"as shipped: {here[1]:.2f} at {1 - here[0]:.2f}")
        axes.legend(loc="lower right")


def risk_coverage(file: Path, curve: list[dict[str, Any]]) -> None:
    """Draw the accuracy on the photos it is surest of against how many these are, with 95 % intervals."""
    coverage = [point["coverage"] for point in curve]
    low, high = np.array([point["interval"] for point in curve], dtype=float).T
    with _axes(file, "Accuracy on the photos it is surest of", across="share of the photos", up="accuracy") as axes:
        axes.fill_between(coverage, low, high, color=INK, alpha=0.2, linewidth=0)
        axes.plot(coverage, [point["value"] for point in curve], color=INK)
        axes.set(xlim=(0, 1), ylim=(min(0.5, float(np.nanmin(low))), 1))


def compared(file: Path, sides: dict[str, dict[str, Any]], title: str) -> None:
    """Draw the same figures of several groups of photos side by side, with 95 % intervals."""
    names = [name for name in SHORT if any(of.get(name, {}).get("value") is not None for of in sides.values())]
    with _axes(file, f"Figures {title}", size=(8, 0.8 + 0.28 * len(names) * (1 + len(sides)))) as axes:
        step = 0.8 / len(sides)
        for at, (side, of) in enumerate(sides.items()):
            shown = [(place, of[name]) for place, name in enumerate(names) if of.get(name, {}).get("value") is not None]
            value = np.array([figure["value"] for _, figure in shown])
            bounds = np.array([figure["interval"] for _, figure in shown], dtype=float)
            reach = np.maximum(0, np.abs(bounds - value[:, np.newaxis])).T
            place = np.array([place for place, _ in shown]) + step * (at - (len(sides) - 1) / 2)
            axes.errorbar(value, place, xerr=reach, fmt="o", capsize=2, label=side)
        axes.set_yticks(range(len(names)), [TITLES[name] for name in names])
        axes.set(xlim=(0, 1))
        axes.invert_yaxis()
        axes.grid(axis="x", alpha=0.3)
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
