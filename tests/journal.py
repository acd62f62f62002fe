"""A row of the journal for tests, of which each changes what it is about."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.store import JournalEntry

ENTRY = JournalEntry(
    time=datetime(2026, 3, 1, 12, tzinfo=UTC),
    person="ada",
    disease="skin",
    model="1",
    outcome="sure",
    label="nv",
    probabilities={"nv": 1.0},
    care="routine",
    alarm=False,
    reasons=(),
    milliseconds=1.0,
)
