"""Tables that give a label by a 1 in its column: which of their columns are labels, and what each row says."""

from collections.abc import Mapping

from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.truth_columns import Table, number

Numbers = Mapping[str, list[float | None]]  # by column, a number for each line
Columns = Mapping[str, list[str]]  # by label; publishers may tell apart what a card does not


def label_columns(table: Table, names: LabelNames) -> tuple[Columns, tuple[str, ...]]:
    """Return the columns that are labels, by their label, and the columns of 0 and 1 that are none.

    Those of the card's labels are. Another one is a label of somebody else's where its photos have no second label; weights,
    "was it biopsied" and the like stand beside one. Without a column of the card's there are none.
    """
    numbers = {name: [number(line[name]) for line in table.lines] for name in table.others}
    numbers = {name: its for name, its in numbers.items() if None not in its or (names.known(name) and _mostly(its))}
    own = [name for name in numbers if names.known(name)]
    marks = [name for name in numbers if name not in own and set(numbers[name]) <= {0.0, 1.0}]
    if not own or len(own) + len(marks) < 2:
        return {}, ()
    aside = _beside_labels(marks, own, numbers)
    columns: dict[str, list[str]] = {}
    for name in numbers:
        if name in own or (name in marks and name not in aside):
            columns.setdefault(names.code(name), []).append(name)
    return columns, aside


def _mostly(numbers: list[float | None]) -> bool:
    """Return whether most cells are numbers: then the rows of the others are put aside, not the column."""
    return 2 * numbers.count(None) < len(numbers)


def _beside_labels(marks: list[str], own: list[str], numbers: Numbers) -> tuple[str, ...]:
    """Return the columns, the most shared first, most of whose 1s stand in rows where another label has one, too."""
    left, aside = list(marks), list[str]()
    while True:
        shared = {name: _shared(name, [*own, *left], numbers) for name in left}
        beside = [name for name in left if 2 * shared[name] > numbers[name].count(1)]
        if not beside:
            return tuple(aside)
        aside.append(max(beside, key=lambda name: shared[name]))
        left.remove(aside[-1])


def _shared(name: str, columns: list[str], numbers: Numbers) -> int:
    """Return how many rows have a 1 in a column and in another."""
    others = [numbers[other] for other in columns if other != name]
    return sum(value == 1 and any(other[at] == 1 for other in others) for at, value in enumerate(numbers[name]))


def labels_by(key: str, table: Table, columns: Columns) -> dict[str, str | None]:
    """Return per photo, or whatever the column `key` holds, the label whose column says 1; None where none or several do.

    Raises WrongTruth where no row says so with 0 and 1.
    """
    found: dict[str, str | None] = {}
    for line in table.lines:
        label = _only_one({label: [number(line[name]) for name in its] for label, its in columns.items()})
        found[line[key]] = label if found.get(line[key], label) == label else None
    if not any(found.values()):
        named = ", ".join(name for its in columns.values() for name in its)
        raise table.wrong(
            f"its columns ({named}) do not say what label a photo has: a 1 in one of them, 0 in the others."
        )
    return found


def _only_one(values: Mapping[str, list[float | None]]) -> str | None:
    ones = [label for label, its in values.items() if 1 in its]
    clear = all(value in {0.0, 1.0} for its in values.values() for value in its)
    return ones[0] if clear and len(ones) == 1 else None


def marks_by_line(table: Table, names: LabelNames) -> list[frozenset[str]]:
    """Return for each line the labels of the card whose columns say 1, in a table whose labels another column names."""
    columns, _ = label_columns(table, names)
    own = {label: its for label, its in columns.items() if label in names.codes}
    if len(own) < 2:
        return [frozenset()] * len(table.lines)
    return [
        frozenset(label for label, its in own.items() if any(number(line[name]) == 1 for name in its))
        for line in table.lines
    ]
