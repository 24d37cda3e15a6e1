"""What stands after a point: keys of a context, parts of a day, time, duration or range (DMN 1.5 table 65)."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from app.dmn.feel.chronology import DAY, NANOS
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import (
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    Range,
    Value,
)


def toward_zero(amount: int, by: int) -> int:
    """Whole division that keeps the sign of a negative duration on each of its parts."""
    return amount // by if amount >= 0 else -(-amount // by)


def part(duration: DaysDuration, unit: int, ring: int) -> Decimal:
    """One part of a duration: hours of the day, minutes of the hour, …"""
    whole = toward_zero(duration.nanos, unit)
    return Decimal(whole - toward_zero(whole, ring) * ring)


def seconds_of(duration: DaysDuration) -> Decimal:
    """Seconds of the minute, with their fraction."""
    rest = duration.nanos - toward_zero(duration.nanos, 60 * NANOS) * 60 * NANOS
    return Decimal(rest) / NANOS if rest % NANOS else Decimal(toward_zero(rest, NANOS))


def zone_offset(zone: int | None) -> DaysDuration | None:
    """An offset in seconds as a duration."""
    return None if zone is None else DaysDuration(zone * NANOS)


Reader: TypeAlias = Callable[[Value], Value]


def inner_part(side: str, read: Reader) -> Reader:
    """A property of a moment's day or time."""
    return lambda moment: read(getattr(moment, side))


DATE: dict[str, Reader] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal((day.days + 3) % 7 + 1),
}
TIME: dict[str, Reader] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": lambda time: Decimal(time.second) + (Decimal(time.nanos) / NANOS if time.nanos else 0),
    "time offset": lambda time: zone_offset(time.zone) if isinstance(time.zone, int) else None,
    "timezone": lambda time: time.zone if isinstance(time.zone, str) else None,
}
PARTS: dict[type, dict[str, Reader]] = {
    FeelDate: DATE,
    FeelTime: TIME,
    FeelDateTime: {
        **{name: inner_part("date", read) for name, read in DATE.items()},
        **{name: inner_part("time", read) for name, read in TIME.items()},
        "time offset": lambda moment: zone_offset(moment.offset),
    },
    DaysDuration: {
        "days": lambda span: Decimal(toward_zero(span.nanos, DAY)),
        "hours": lambda span: part(span, 3600 * NANOS, 24),
        "minutes": lambda span: part(span, 60 * NANOS, 60),
        "seconds": seconds_of,
    },
    MonthsDuration: {
        "years": lambda span: Decimal(toward_zero(span.months, 12)),
        "months": lambda span: Decimal(span.months - toward_zero(span.months, 12) * 12),
    },
    Range: {
        "start": lambda span: span.low,
        "end": lambda span: span.high,
        "start included": lambda span: span.low_closed,
        "end included": lambda span: span.high_closed,
    },
}


def property_of(value: Value, name: str, meter: Meter) -> Value:
    """The property, or null with a note."""
    if type(value) is dict:
        if name in value:
            return value[name]
    else:
        read = PARTS.get(type(value), {}).get(name)
        if read is not None:
            return read(value)
    return meter.note(f"没有名为“{name}”的项") if value is not None else None
