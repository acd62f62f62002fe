"""When a person is to be reminded: by day where they live, and at most once a week. Pure."""

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)  # between two reminders of one person, and until the next one where they tap "later"
_OPENS, _OPEN = time(10), timedelta(hours=9)  # by the person's clock: from 10:00 to 19:00
_AWAKE = timedelta(hours=3)  # after the hour at which they chose it, where their time zone is not known


def after_months(moment: datetime, months: int, zone: str | None) -> datetime:
    """Return the same time of day so many months later by the person's clock, in UTC; the 31st becomes a month's last day."""
    local = moment.astimezone(ZoneInfo(zone) if zone else UTC)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(UTC)


def next_moment(now: datetime, *, zone: str | None, last: datetime | None, chosen: datetime) -> datetime:
    """Return when a reminder that is due can be sent: now, or the first moment that is right, in UTC.

    `last` is when the person was reminded last. Where their zone is not known, the hour at which they chose to be reminded
    (`chosen`) is one at which they are awake.
    """
    earliest = max(now, last + WEEK) if last else now
    clock, opens, length = (ZoneInfo(zone), _OPENS, _OPEN) if zone else (UTC, chosen.astimezone(UTC).time(), _AWAKE)
    today = earliest.astimezone(clock).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        begin = datetime.combine(day, opens, clock).astimezone(UTC)
        if earliest < begin + length:
            return max(earliest, begin)
    raise AssertionError("a day has an hour that is right")
