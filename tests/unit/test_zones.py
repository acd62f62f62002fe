"""Time zones to choose from: whatever clock a person lives by is among them, under a name in their language."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest

from bot.replies.zones import ZONES, at_offset, near, offset, offsets
from bot.texts import Texts

TEXTS = Texts.load()
WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
WEEKS = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(weeks=week) for week in range(52)]


def rules(zone: str) -> tuple[int, ...]:
    return tuple(offset(zone, week) for week in WEEKS)


def test_every_zone_is_known_once_and_has_a_name_in_every_language() -> None:
    assert len(set(ZONES)) == len(ZONES)
    assert set(ZONES) <= zoneinfo.available_timezones()
    for lang in TEXTS.languages:
        formats = TEXTS.speaking(lang).formats
        assert all(formats.place(zone) for zone in ZONES)
        assert set(near(lang)) <= set(ZONES)


def test_whatever_rules_people_live_by_a_zone_has_them() -> None:
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    inhabited = {zone for zone in zoneinfo.available_timezones() if zone.startswith(regions)} - {"America/Miquelon"}
    ours = {rules(zone) for zone in ZONES}
    assert {zone for zone in inhabited if rules(zone) not in ours} == set()


@pytest.mark.parametrize(("now", "minutes"), [(WINTER, 60), (SUMMER, 120)])
def test_a_zone_is_found_by_what_its_clocks_say_now_summer_time_counted(now: datetime, minutes: int) -> None:
    assert offset("Europe/Berlin", now) == minutes
    assert "Europe/Berlin" in at_offset(minutes, now)


def test_every_clock_leads_to_a_choice_that_can_be_overlooked() -> None:
    for now in (WINTER, SUMMER):
        assert sorted(zone for minutes in offsets(now) for zone in at_offset(minutes, now)) == sorted(ZONES)
        assert len(offsets(now)) <= 40
        assert max(len(at_offset(minutes, now)) for minutes in offsets(now)) <= 20


def test_times_are_written_as_the_language_writes_them() -> None:
    evening = datetime(2026, 7, 15, 18, 5, tzinfo=UTC)
    assert TEXTS.formats.time(evening, "Europe/Berlin") == "20:05"
    assert TEXTS.speaking("id").formats.time(evening, "Asia/Jakarta") == "01.05"
    assert TEXTS.speaking("hi").formats.time(evening, "Asia/Kolkata") == "11:35 pm"
    assert TEXTS.speaking("ar").formats.time(evening, "Africa/Cairo") == "9:05 م"
