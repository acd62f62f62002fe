"""Tables that say of a photo which of several labels it has: a column of 0 and 1 for each, or one that lists them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classifiers.card.truth_tables import TruthTables
from classifiers.evaluation.label_names import LabelNames
from classifiers.evaluation.truth import Truth, row_of, rows_once, with_metadata
from classifiers.evaluation.truth_columns import Table, filled, number, read_table

_LISTS = ("labels", "findings", "finding_labels", "finding")
_BETWEEN = re.compile(r"[|;,]")
_ANSWERS = {0.0: False, 1.0: True}

Has = Mapping[str, bool]  # by label, of those that are known: one that is missing may be there or not


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralTruth:
    """The rows of the tables, each with a key in place of its label, and what each key means."""

    truth: Truth
    meaning: Mapping[str, Has]
    unknown: tuple[str, ...]  # words in lists that are none of the card's labels


def read_several_truth(files: Sequence[Path], declared: TruthTables, names: LabelNames) -> SeveralTruth:
    """Return what the tables say of each photo. Raises WrongTruth.

    A column of a label's holds 1 or 0; an empty cell, -1 and anything else say nothing. In a list ("Effusion|Mass") a label
    that is not named is not there; one of other words alone ("No Finding") names none.
    """
    tables = [read_table(file, declared) for file in files]
    photos = [table for table in tables if table.image]
    given, unknown = [], dict[str, None]()
    for table in photos:
        for line in table.lines:
            has, others = _labels_of(table, line, names)
            unknown |= dict.fromkeys(others)
            if has is not None:
                given.append((row_of(table, table.image or "", line), has))
    if not given:
        raise tables[0].wrong(f"its columns ({', '.join(tables[0].lines[0])}) do not say which labels a photo has.")
    meaning = {_key(has): has for _, has in given}
    truth = rows_once([(row, _key(has) or None) for row, has in given], frozenset(meaning), declared)
    truth = replace(with_metadata(truth, photos), empty=tuple(name for table in tables for name in table.empty))
    return SeveralTruth(truth=truth, meaning=meaning, unknown=tuple(unknown))


def _labels_of(table: Table, line: Mapping[str, str], names: LabelNames) -> tuple[Has | None, Sequence[str]]:
    """Return what a line says of the labels, None where it belongs to a table that does not, and words that are none."""
    columns = {name: code for name in table.others if (code := names.known(name))}
    if columns:
        said = [(code, _ANSWERS[cell]) for name, code in columns.items() if (cell := _cell(line[name])) in _ANSWERS]
        return {code: any(yes for one, yes in said if one == code) for code in dict(said)}, ()
    lists = [name for name in (*_LISTS, *table.labels) if name in line]
    if not lists:
        return None, ()
    words = [word.strip() for word in _BETWEEN.split(filled(line[lists[0]])) if word.strip()]
    named = {word: names.known(word) for word in words}
    has = {code: code in named.values() for code in names.codes} if words else {}
    return has, [word for word, code in named.items() if code is None]


def _cell(cell: str) -> float | None:
    return number(cell) if filled(cell) else None


def _key(has: Has) -> str:
    return " ".join(f"{code}={has[code]:d}" for code in sorted(has))
