"""The proleptic Gregorian calendar over any year, and the offset of a zone at a moment.

Python's `datetime` ends at year 9999 and starts at 1; FEEL does neither (DMN 1.5 §10.3.2.3.4).
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

NANOS = 1_000_000_000
DAY = 86_400 * NANOS
YEAR_LIMIT = 999_999_999


def is_leap(year: int) -> bool:
    """Whether February has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Days in the month (1…12)."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01, negative before it."""
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of so many days since 1970-01-01."""
    days += 719_468
    era = days // 146_097
    of_era_days = days - era * 146_097
    of_era = (of_era_days - of_era_days // 1460 + of_era_days // 36_524 - of_era_days // 146_096) // 365
    of_year = of_era_days - (365 * of_era + of_era // 4 - of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None."""
    if len(name) > 64 or not name or not all(c.isascii() and (c.isalnum() or c in "/_+-") for c in name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def offset_at(zone: int | str | None, days: int, nanos: int) -> int | None:
    """Seconds east of UTC of a local moment; None when the moment has no zone.

    A year outside 1…9999 is answered by the year with the same calendar 400 years apart, as zones have no rules there.
    """
    if zone is None or isinstance(zone, int):
        return zone
    info = zone_named(zone)
    if info is None:
        return None
    year, month, day = civil_of(days)
    inside = year if 1 < year < 9999 else 2000 + year % 400
    seconds = nanos // NANOS
    moment = datetime(inside, month, day, seconds // 3600, seconds % 3600 // 60, seconds % 60, tzinfo=info)
    offset = moment.utcoffset()
    return None if offset is None else round(offset.total_seconds())
