"""The journal as a file for a spreadsheet (CSV) or a program (JSON lines)."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TextIO

from bot.store import Store

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
    "symptoms",
    "joint",
    "photos",
    "review_label",
    "review_care",
)
AGREEMENT = ("disease", "model", "outcome", "label", "review_label", "findings")


async def export(
    store: Store,
    out: TextIO,
    *,
    form: Literal["csv", "jsonl"],
    since: datetime | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write all entries, or those from a time on, in order of id, and return how many.

    CSV has a header, and JSON in the cells `probabilities`, `reasons` and `symptoms`; times are ISO 8601 in UTC. Entries go out
    as they are read, so that a journal of any length fits in memory; `on_rows` is told of each part how many. Raises
    StoreError.
    """
    how = _FORMS[form]
    out.write(how.head)
    written = 0
    async for rows in store.journal.pages(since=since):
        out.writelines(_lines(rows, how))
        written += len(rows)
        on_rows(len(rows))
    return written


async def export_agreement(store: Store, out: TextIO, *, form: Literal["csv", "jsonl"]) -> None:
    """Write how often reviewers gave which label where the model gave which. Raises StoreError."""
    rows = await store.opinions.agreement()
    if form == "csv":
        out.write(",".join(map(_cell, AGREEMENT)) + "\n")
        out.writelines(f"{','.join(map(_cell, texts))},{number}\n" for *texts, number in rows)
    else:
        out.writelines(f"{_encode(dict(zip(AGREEMENT, row, strict=True)))}\n" for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How values are written: `line` has a place for each field in turn, `texts` are those that come again and again."""

    head: str
    line: str
    text: Callable[[str | None], str]
    texts: Callable[[str | None], str]
    json: Callable[[str], str]
    nothing: str
    no_yes: tuple[str, str]


def _lines(rows: Iterable[Any], how: _Form) -> Iterator[str]:
    line, text, texts, as_json = how.line, how.text, how.texts, how.json
    # Each column by its name: a loop over them takes twice as long.
    for (
        number,
        time,
        person,
        disease,
        model,
        outcome,
        label,
        shares,
        care,
        alarm,
        reasons,
        took,
        feedback,
        said,
        joint,
        photos,
        *review,
    ) in rows:
        yield line % (
            number,
            f'"{time}"',
            text(person),
            texts(disease),
            texts(model),
            texts(outcome),
            texts(label),
            as_json(shares),
            texts(care),
            how.no_yes[alarm],
            as_json(reasons),
            took,
            texts(feedback),
            how.nothing if said is None else as_json(said),
            how.nothing if joint is None else joint,
            how.nothing if photos is None else photos,
            *map(texts, review),
        )


def _cell(text: str | None) -> str:
    """Return a cell of CSV. All are in quotes: without, a lone carriage return in one would end its line."""
    text = text or ""
    harmless = text if text[:1].isalnum() or not _FORMULA.match(text) else f"'{text}"
    return '"' + harmless.replace('"', '""') + '"'


def _json_cell(stored: str) -> str:
    if "\\u" in stored or _FORMULA.match(stored):
        return _cell(_readable(stored))
    return '"' + stored.replace('"', '""') + '"'


def _readable(stored: str) -> str:
    """Return JSON with all characters as themselves."""
    return json.dumps(json.loads(stored), ensure_ascii=False) if "\\u" in stored else stored


_encode = json.JSONEncoder(ensure_ascii=False).encode
_FORMS = {
    "csv": _Form(
        head=",".join(map(_cell, FIELDS)) + "\n",
        line=",".join(["%s"] * len(FIELDS)) + "\n",
        text=_cell,
        texts=lru_cache(_cell),
        json=_json_cell,
        nothing='""',
        no_yes=('"false"', '"true"'),
    ),
    "jsonl": _Form(
        head="",
        line="{" + ", ".join(f'"{field}": %s' for field in FIELDS) + "}\n",
        text=_encode,
        texts=lru_cache(_encode),
        json=_readable,
        nothing="null",
        no_yes=("false", "true"),
    ),
}
