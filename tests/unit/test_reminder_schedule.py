"""When people are reminded: months later by their clock, by day, at most once a week, summer time or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.schedule import WEEK, after_months, next_moment
from bot.replies.zones import ZONES

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


def local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("chosen", "months", "zone", "due"),
    [
        ("2026-01-15 14:30", 2, "Europe/Berlin", "2026-03-15 14:30"),
        ("2026-01-15 14:30", 3, "Europe/Berlin", "2026-04-15 14:30"),  # summer time by then
        ("2026-09-15 14:30", 2, "America/New_York", "2026-11-15 14:30"),  # and not any more
        ("2026-12-31 18:00", 2, "Asia/Kolkata", "2027-02-28 18:00"),
        ("2027-08-31 11:00", 6, "Europe/Madrid", "2028-02-29 11:00"),
    ],
)
def test_months_are_counted_by_the_person_s_calendar_and_clock(chosen: str, months: int, zone: str, due: str) -> None:
    moment = datetime.fromisoformat(chosen).replace(tzinfo=ZoneInfo(zone))
    assert local(after_months(moment, months, zone), zone) == due


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-03-28 12:00", "2026-03-28 12:00"),
        ("2026-03-28 19:00", "2026-03-29 10:00"),  # the night in which clocks go forward
        ("2026-03-28 21:30", "2026-03-29 10:00"),
        ("2026-03-29 03:30", "2026-03-29 10:00"),
        ("2026-10-24 20:00", "2026-10-25 10:00"),  # and in which they go back
        ("2026-10-25 02:30", "2026-10-25 10:00"),
        ("2026-10-25 18:59", "2026-10-25 18:59"),
    ],
)
def test_nobody_is_reminded_in_the_evening_or_at_night(now: str, sent: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    found = next_moment(moment, zone="Europe/Berlin", last=None, chosen=NOON)
    assert local(found, "Europe/Berlin") == sent


def test_a_week_lies_between_two_reminders() -> None:
    last = NOON - timedelta(days=2)
    assert next_moment(NOON, zone="Europe/London", last=last, chosen=NOON) == last + WEEK
    assert next_moment(NOON, zone="Europe/London", last=NOON - WEEK, chosen=NOON) == NOON


@given(MOMENTS, st.sampled_from(ZONES), st.none() | MOMENTS)
def test_it_is_always_between_ten_and_seven_never_early_and_soon(
    now: datetime, zone: str, last: datetime | None
) -> None:
    found = next_moment(now, zone=zone, last=last, chosen=now)
    earliest = max(now, last + WEEK) if last else now
    assert earliest <= found <= earliest + timedelta(hours=16)
    clock = found.astimezone(ZoneInfo(zone))
    assert (10, 0) <= (clock.hour, clock.minute) < (19, 1)


@given(MOMENTS, MOMENTS)
def test_without_a_zone_the_hour_at_which_it_was_chosen_is_as_good_and_the_next_three(
    now: datetime, chosen: datetime
) -> None:
    found = next_moment(now, zone=None, last=None, chosen=chosen)
    assert now <= found <= now + timedelta(days=1)
    after = (found - found.replace(hour=chosen.hour, minute=chosen.minute, second=chosen.second)) % timedelta(days=1)
    assert after <= timedelta(hours=3)
