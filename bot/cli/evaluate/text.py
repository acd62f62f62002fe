"""The figures of `checkup evaluate` as text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.cli.evaluate.unknown import lines_of
from bot.cli.names import shown
from classifiers.evaluation.figures import LEAST, SHORT, TITLES, says

NAMED = 5  # of what was skipped; all names stand in metrics.json
_EXTRAS = {
    ("out_of_domain", "rejected"): "photos of other things turned away",
    ("outline", "dice"): "outline: Dice",
    ("outline", "jaccard"): "outline: mean Jaccard",
    ("spoiled", "rejected"): "spoiled photos turned away, where it is mostly wrong",
    ("robustness", "same_label"): "same label after resizing and compressing",
    ("robustness", "same_label_in_all"): "… in all of a photo's variants",
}


def text(metrics: dict[str, Any]) -> str:
    """Return everything but the curves, each line ended."""
    return "".join(f"{line}\n" for line in _lines(metrics))


def _lines(metrics: dict[str, Any]) -> Iterator[str]:
    by = metrics["grouped_by"]
    drawn = f"{metrics['groups']} groups by {by}" if by else "each counted alone: the table names no lesion or patient"
    yield f"{metrics['disease']}, model {metrics['model']}: {metrics['photos']} photos, {drawn}"
    for label, kin in metrics["merged"].items():
        yield f"{label} counts as {kin}"
    if metrics["no_labels"]:
        yield f"columns of 0 and 1 that are no labels: {', '.join(metrics['no_labels'])}"
    yield from skipped_lines(metrics["skipped"])
    yield ""
    sides = {"all photos": metrics["figures"], **metrics["by_camera"]}
    names = [name for name in TITLES if name in metrics["figures"]]
    yield from table(
        ["", *sides, "n"],
        [
            [TITLES[name], *(says(of.get(name)) for of in sides.values()), str(metrics["figures"][name]["n"])]
            for name in names
        ],
    )
    yield from _extras(metrics)
    yield ""
    yield from _labels(metrics["figures"])
    yield from _subgroups(metrics["by_subgroup"])


def skipped_lines(skipped: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a line for each reason for which something is not used."""
    for reason, names in skipped.items():
        more = " …" if len(names) > NAMED else ""
        yield f"skipped: {len(names)} {reason}: {', '.join(map(shown, names[:NAMED]))}{more}"


def _extras(metrics: dict[str, Any]) -> Iterator[str]:
    found = [(title, (metrics.get(part) or {}).get(name)) for (part, name), title in _EXTRAS.items()]
    rows = [[title, says(figure), str(figure["n"])] for title, figure in found if figure]
    if metrics.get("not_this"):
        rows += [[title, says(figure), str(figure["n"])] for title, figure in lines_of(metrics["not_this"])]
    if rows:
        yield ""
        yield from table(["on other photos, or with masks", "", "n"], rows)
    if "outline" in metrics and metrics["outline"] is None:
        yield "no outline: the model draws none, or no mask that can be used has a photo's name"


def _labels(figures: dict[str, Any]) -> Iterator[str]:
    yield from table(
        ["label", "found (recall)", "AUC", "n"],
        [
            [code, says(recall), says(figures["auc"].get(code)), str(recall["n"])]
            for code, recall in figures["recall"].items()
        ],
    )


def _subgroups(found: dict[str, Any]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield from table(
        ["subgroup", *(TITLES[name] for name in SHORT), "n"],
        [[name, *(says(of.get(one), digits=2) for one in SHORT), str(of["n"])] for name, of in found.items()],
    )
    yield f"(subgroups with fewer than {LEAST} photos: only how many there are)"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table with its columns aligned."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
