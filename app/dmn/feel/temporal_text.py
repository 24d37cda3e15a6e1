"""Reading dates, times and durations as ISO 8601 and XML Schema write them, by hand and without patterns.

Each reader gives None for a text that is not one; the caller decides whether that is null or a refusal.
"""

from app.dmn.feel.chronology import DAY, NANOS, YEAR_LIMIT, month_length, zone_named
from app.dmn.feel.values import DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration, Value

DIGITS = frozenset("0123456789")


def digits(text: str, width: int | None = None) -> int | None:
    """A run of ASCII digits as an int; None for anything else or another width."""
    if not text or len(text) > 18 or (width is not None and len(text) != width) or not DIGITS.issuperset(text):
        return None
    return int(text)


def read_date(text: str) -> FeelDate | None:
    """`2026-11-23`, also `-0044-03-15` and `12345-01-01`."""
    negative = text.startswith("-")
    parts = text[negative:].split("-")
    if len(parts) != 3 or len(parts[0]) < 4 or (len(parts[0]) > 4 and parts[0][0] == "0"):
        return None
    year, month, day = digits(parts[0]), digits(parts[1], 2), digits(parts[2], 2)
    if year is None or month is None or day is None or year > YEAR_LIMIT or not 1 <= month <= 12:
        return None
    year = -year if negative else year
    return FeelDate(year, month, day) if 1 <= day <= month_length(year, month) else None


def read_zone(text: str) -> tuple[bool, int | str | None]:
    """Whether the tail of a time is a zone at all, and which."""
    if text in ("", "Z", "z"):
        return True, (0 if text else None)
    if text[0] == "@":
        return zone_named(text[1:]) is not None, text[1:]
    parts = [digits(part, 2) for part in text[1:].split(":")]
    if text[0] not in "+-" or len(parts) not in (2, 3) or any(part is None for part in parts):
        return False, None
    hours, minutes, seconds = [part or 0 for part in [*parts, 0][:3]]
    if hours > 18 or minutes > 59 or seconds > 59 or (hours == 18 and minutes + seconds):
        return False, None
    total = hours * 3600 + minutes * 60 + seconds
    return True, -total if text[0] == "-" else total


def read_time(text: str) -> FeelTime | None:
    """`08:30:00`, `08:30:00.5Z`, `08:30:00+08:00`, `08:30:00@Asia/Shanghai`."""
    end = next((i for i, c in enumerate(text) if c in "Zz+-@"), len(text))
    known, zone = read_zone(text[end:])
    parts = text[:end].split(":")
    if not known or len(parts) != 3:
        return None
    whole, dot, fraction = parts[2].partition(".")
    hour, minute, second = digits(parts[0], 2), digits(parts[1], 2), digits(whole, 2)
    if hour is None or minute is None or second is None or (dot and not DIGITS.issuperset(fraction)):
        return None
    if (dot and not fraction) or hour > 23 or minute > 59 or second > 59:
        return None
    return FeelTime(hour, minute, second, int((fraction + "0" * 9)[:9]), zone)


def read_date_time(text: str) -> FeelDateTime | None:
    """A date, `T`, a time; a date alone is its midnight."""
    day, mark, clock = text.partition("T")
    date = read_date(day)
    time = read_time(clock) if mark else FeelTime(0, 0, 0)
    return FeelDateTime(date, time) if date is not None and time is not None else None


def read_duration(text: str) -> DaysDuration | MonthsDuration | None:
    """`P1Y6M` or `P30DT12H`; years and months do not mix with days and times."""
    negative = text.startswith("-")
    body = text[negative:]
    if not body.startswith("P"):
        return None
    days_part, mark, time_part = body[1:].partition("T")
    months = read_amounts(days_part, "YM")
    if months is not None and not mark and days_part:
        total = months.get("Y", 0) * 12 + months.get("M", 0)
        return MonthsDuration((-total if negative else total) // NANOS)
    days, clock = read_amounts(days_part, "D"), read_amounts(time_part, "HMS")
    if days is None or clock is None or not (days or clock) or (mark and not clock):
        return None
    seconds = clock.get("H", 0) * 3600 + clock.get("M", 0) * 60 + clock.get("S", 0)
    nanos = days.get("D", 0) // NANOS * DAY + seconds
    return DaysDuration(-nanos if negative else nanos)


def read_amounts(text: str, units: str) -> dict[str, int] | None:
    """`3H20M` by unit, times 10⁹ (only seconds may have a fraction); None when units are unknown or out of order."""
    amounts: dict[str, int] = {}
    start, allowed = 0, units
    for place, char in enumerate(text):
        if char in DIGITS or char == ".":
            continue
        if char not in allowed:
            return None
        whole, dot, fraction = text[start:place].partition(".")
        amount = digits(whole)
        if amount is None or (dot and (char != "S" or not fraction or not DIGITS.issuperset(fraction))):
            return None
        amounts[char] = amount * NANOS + int((fraction + "0" * 9)[:9])
        allowed, start = allowed[allowed.index(char) + 1 :], place + 1
    return amounts if start == len(text) else None


def read_at_literal(text: str) -> Value:
    """What `@"…"` means: the first of date, date and time, time, duration that reads it; None when none does."""
    for reader in (read_date, read_date_time, read_time, read_duration):
        value = reader(text)
        if value is not None:
            return value
    return None
