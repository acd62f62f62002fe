"""The journal gives back what was written, takes feedback from its owner alone, and exports itself."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import journal
import pytest

from bot.store import JournalEntry, Store, StoreError
from bot.store.export import FIELDS, export

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
ENTRY = replace(
    journal.ENTRY,
    time=NOW,
    label="mel",
    probabilities={"nv": 0.1 + 0.2, "mel": 0.7},
    care="urgent",
    alarm=True,
    reasons=("alarm", "most_likely"),
    milliseconds=12.25,
)


async def entries(store: Store, since: datetime | None = None) -> list[JournalEntry]:
    return [entry async for entry in store.journal.entries(since=since)]


async def test_an_entry_comes_back_as_it_was_written_with_its_number(store: Store) -> None:
    number = await store.journal.write(ENTRY)
    (entry,) = await entries(store)
    assert entry == replace(ENTRY, id=number)
    assert list(entry.probabilities) == ["nv", "mel"]


async def test_a_time_from_another_zone_comes_back_in_utc(store: Store) -> None:
    await store.journal.write(replace(ENTRY, time=NOW.astimezone(timezone(timedelta(hours=-5)))))
    (entry,) = await entries(store)
    assert (entry.time, entry.time.tzinfo) == (NOW, UTC)


async def test_a_long_journal_comes_in_order_while_others_write(store: Store) -> None:
    for number in range(1, 504):
        await store.journal.write(replace(ENTRY, milliseconds=float(number)))
    seen = []
    async for entry in store.journal.entries():
        if entry.id == 10:
            await store.journal.write(ENTRY)
        seen.append(entry.milliseconds)
    assert seen == [float(number) for number in range(1, 504)] + [ENTRY.milliseconds]


async def test_entries_since_a_time_leave_out_the_older_ones(store: Store) -> None:
    for hours in (0, 1, 2):
        await store.journal.write(replace(ENTRY, time=NOW + timedelta(hours=hours)))
    assert [entry.time.hour for entry in await entries(store, since=NOW + timedelta(hours=1))] == [13, 14]


async def test_feedback_is_taken_for_ones_own_entry_alone(store: Store) -> None:
    number = await store.journal.write(ENTRY)
    assert not await store.journal.feedback(number, "bob", "wrong")
    assert not await store.journal.feedback(number + 1, "ada", "wrong")
    assert await store.journal.feedback(number, "ada", "right")
    assert [entry.feedback for entry in await entries(store)] == ["right"]


async def test_what_a_person_notices_is_kept_with_their_own_entry_and_exported(store: Store) -> None:
    number = await store.journal.write(ENTRY)
    assert await store.journal.of_person(number, "bob") is None
    await store.journal.note_symptoms(number, "bob", ["bleeding"])
    assert await store.journal.of_person(number, "ada") == replace(ENTRY, id=number)
    for codes in (["changing", "bleeding"], []):
        await store.journal.note_symptoms(number, "ada", codes)
        table, lines = io.StringIO(), io.StringIO()
        await export(store, table, form="csv")
        await export(store, lines, form="jsonl")
        (row,) = csv.DictReader(io.StringIO(table.getvalue()))
        entry = await store.journal.of_person(number, "ada")
        assert entry
        assert entry.symptoms == tuple(codes)
        assert json.loads(row["symptoms"]) == json.loads(lines.getvalue())["symptoms"] == codes


async def test_the_number_of_a_forgotten_entry_is_never_given_again(store: Store) -> None:
    number = await store.journal.write(ENTRY)
    await store.people.forget("ada")
    assert await store.journal.write(ENTRY) > number


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="ValueError"):
        await store.journal.write(replace(ENTRY, time=NOW.replace(tzinfo=None)))
    assert await entries(store) == []


async def test_json_lines_hold_every_field_of_every_entry(store: Store) -> None:
    number = await store.journal.write(ENTRY)
    out = io.StringIO()
    assert await export(store, out, form="jsonl") == 1
    values = json.loads(out.getvalue())
    assert tuple(values) == FIELDS
    time, reasons = datetime.fromisoformat(values.pop("time")), tuple(values.pop("reasons"))
    assert JournalEntry(**values, time=time, reasons=reasons) == replace(ENTRY, id=number)


async def test_what_is_exported_is_what_is_stored_to_the_microsecond_and_the_letter(store: Store) -> None:
    odd = replace(ENTRY, time=NOW + timedelta(microseconds=120), probabilities={"é": 0.1, "\\u": 0.9}, alarm=True)
    number = await store.journal.write(odd)
    table, lines, told = io.StringIO(), io.StringIO(), list[int]()
    await export(store, table, form="csv", on_rows=told.append)
    await export(store, lines, form="jsonl")
    (row,), values = csv.DictReader(io.StringIO(table.getvalue())), json.loads(lines.getvalue())
    assert (row["id"], row["time"], values["time"]) == (str(number), odd.time.isoformat(), odd.time.isoformat())
    assert row["probabilities"] == json.dumps(odd.probabilities, ensure_ascii=False)
    assert (values["probabilities"], values["alarm"], "é" in lines.getvalue()) == (odd.probabilities, True, True)
    assert told == [1]


async def test_csv_can_be_read_back_by_any_reader(store: Store) -> None:
    await store.journal.write(ENTRY)
    await store.journal.write(replace(ENTRY, label='a "b", c\nd', feedback="right"))
    out = io.StringIO()
    assert await export(store, out, form="csv") == 2
    first, second = csv.DictReader(io.StringIO(out.getvalue()))
    assert tuple(first) == FIELDS
    assert json.loads(first["probabilities"]) == ENTRY.probabilities
    assert json.loads(first["reasons"]) == list(ENTRY.reasons)
    assert (first["time"], first["alarm"], first["feedback"]) == (NOW.isoformat(), "true", "")
    assert (second["label"], second["feedback"]) == ('a "b", c\nd', "right")


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    "  @A1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
]
FORMULAS += [
    "|calc",
    " | calc",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "｜calc",
    " ＝1",
    '"=1',
    "'=1",
    ";=1",
    "−1",
    "\ttext",
    "\rtext",
]


@pytest.mark.parametrize("formula", FORMULAS)
async def test_a_cell_that_a_spreadsheet_would_run_is_made_text(store: Store, formula: str) -> None:
    await store.journal.write(replace(ENTRY, label=formula))
    out = io.StringIO()
    await export(store, out, form="csv")
    (row,) = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert row["label"] == f"'{formula}"


async def test_an_empty_journal_exports_a_header_and_no_line(store: Store) -> None:
    table, lines = io.StringIO(), io.StringIO()
    assert (await export(store, table, form="csv"), await export(store, lines, form="jsonl")) == (0, 0)
    assert (table.getvalue(), lines.getvalue()) == (",".join(f'"{field}"' for field in FIELDS) + "\n", "")


async def test_an_export_can_begin_at_a_time(store: Store) -> None:
    for hours in (0, 2):
        await store.journal.write(replace(ENTRY, time=NOW + timedelta(hours=hours)))
    assert await export(store, io.StringIO(), form="csv", since=NOW + timedelta(hours=1)) == 1
