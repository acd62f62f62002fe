"""The report says what was found by week, beside what the card's figures allow, and nothing of anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import journal
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, card, registry

from bot.cli.report.page import page
from bot.cli.report.run import write_report
from bot.cli.report.tally import Tally
from bot.settings import Settings
from bot.store import Store

FIGURE = {"on": {"en": "photos"}, "interval": [0, 1], "n": 9}
EVIDENCE = {
    "measured": "2026-03-01",
    "data": {"en": "photos"},
    "command": "none",
    "figures": [
        FIGURE | {"name": "wrongly_rejected", "value": 0.01},
        FIGURE | {"name": "wrongly_rejected", "value": 0.03},
        FIGURE | {"name": "alarm_sensitivity", "value": 0.9},
        FIGURE | {"name": "alarm_specificity", "value": 0.7},
    ],
}
ENTRY = replace(
    journal.ENTRY,
    time=datetime(2026, 3, 1, 23, 59, tzinfo=UTC),  # a Sunday
    person="5f3a" * 16,
    model="2026.1",
    milliseconds=40.0,
)
MONDAY = ENTRY.time + timedelta(minutes=2)
ENTRIES = (
    replace(ENTRY, feedback="yes"),
    replace(ENTRY, time=MONDAY, outcome="unsure", alarm=True, feedback="no", milliseconds=80.0),
    replace(ENTRY, time=MONDAY, outcome="not_this", label="", alarm=True, model="2026.2"),
    replace(ENTRY, time=MONDAY, photos=2, model="together", milliseconds=900.0),  # of the two above, counted once
    replace(ENTRY, time=MONDAY, disease="gone", label="x | y", feedback="no"),
)


async def test_the_page_has_weeks_shares_and_feedback_and_its_plots_are_beside_it(tmp_path: Path) -> None:
    settings = Settings.read({"CHECKUP_DATABASE": sqlite_url(tmp_path)})
    async with Store.open(settings.database_url) as store:
        for entry in ENTRIES:
            await store.journal.write(entry)
    known = registry(SaysWhatItIsTold(), card(evidence=EVIDENCE))
    await write_report(settings, known, tmp_path / "report")
    text = (tmp_path / "report" / "report.md").read_text()
    for line in (
        "## Skin spot (`skin`)",
        "3 findings, by model version: 2026.1 (2), 2026.2 (1).",
        "| `not_this` | 0.333 |  |",
        "| turned away | 0.333 | 0.010 to 0.030, of real lesions |",
        "| alarms, of what was judged | 0.500 | 0.300 to 0.900, from all harmless to none |",
        "| 2026-W09 | 1 | 1.000 | 0.000 | 0.000 | 0.000 | 40 | 40 |",
        "| 2026-W10 | 2 | 0.000 | 0.500 | 0.500 | 1.000 | 60 | 78 |",
        "| nv | 1 | 1 |",
        "## gone (`gone`)",
        "| turned away | 0.000 | the registry has no such card |",
        r"| x \| y | 1 |",
    ):
        assert line in text.splitlines(), text
    assert ENTRY.person not in text
    for name in ("skin-findings.png", "skin-shares.png", "skin-milliseconds.png", "gone-findings.png"):
        assert f"]({name})" in text
        assert (tmp_path / "report" / name).read_bytes().startswith(b"\x89PNG")


def test_an_empty_journal_has_a_page_that_says_so() -> None:
    assert page(Tally(), {}, {}, today=date(2026, 3, 1)).endswith("There are none.\n")
