"""The journal as a file for a spreadsheet (CSV) or a program (JSON lines)."""

import csv
import json
import re
from datetime import datetime
from typing import Any, Literal, TextIO

from bot.store import JournalEntry, Store

# What a spreadsheet may run: a cell that begins like a formula, also after spaces and invisible characters, or in the
# full-width characters that it takes for the same. An apostrophe makes such a cell text.
_FORMULA = re.compile(r"[\t\r\n]|[\s\W_]*?[=+\-@|＝＋－＠｜−﹢﹣﹦﹫]")
FIELDS = (
    "id",
    "time",
    "person",
    "disease",
    "model",
    "outcome",
    "label",
    "probabilities",
    "care",
    "alarm",
    "reasons",
    "milliseconds",
    "feedback",
)


async def export(store: Store, out: TextIO, *, form: Literal["csv", "jsonl"], since: datetime | None = None) -> int:
    """Write all entries, or those from a time on, in order of id, and return how many.

    CSV has a header, and JSON in the cells `probabilities` and `reasons`; times are ISO 8601 in UTC. Entries go out
    as they are read, so that a journal of any length fits in memory. Raises StoreError.
    """
    # All texts in quotes: without, a lone carriage return in one would end its line.
    lines = csv.DictWriter(out, FIELDS, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    if form == "csv":
        lines.writeheader()
    written = 0
    async for entry in store.journal.entries(since=since):
        if form == "csv":
            lines.writerow(_cells(entry))
        else:
            out.write(json.dumps(_values(entry), ensure_ascii=False) + "\n")
        written += 1
    return written


def _values(entry: JournalEntry) -> dict[str, Any]:
    values = {field: getattr(entry, field) for field in FIELDS}
    return values | {"time": entry.time.isoformat(), "reasons": list(entry.reasons)}


def _cells(entry: JournalEntry) -> dict[str, Any]:
    return {field: _cell(value) for field, value in _values(entry).items()}


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return json.dumps(value)
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
