"""Days, times and durations (DMN 1.5 §10.3.4.1 and §10.3.4.7). Today and now come from the moment asked about."""

from datetime import timedelta, timezone
from decimal import Decimal

from app.dmn.feel import limits
from app.dmn.feel.chronology import DAY, NANOS, YEAR_LIMIT, days_of, month_length
from app.dmn.feel.functions.signature import row
from app.dmn.feel.limits import Meter
from app.dmn.feel.temporal_text import read_date, read_date_time, read_duration, read_time
from app.dmn.feel.values import (
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    Value,
)
from app.dmn.feel.wire import adopt

CHINA = timezone(timedelta(hours=8))
"""Legal days are days in China; since 1991 they begin at 16:00 UTC, always (GB/T 7408)."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


def now(meter: Meter) -> Value:
    """The moment asked about, on China's clock."""
    return adopt(meter.at.astimezone(CHINA))


def date_of_text(meter: Meter, from_: str) -> Value:
    """`date("2026-11-23")`."""
    found = read_date(from_)
    return found if found is not None else meter.note(f"“{from_[:40]}”不是日期")


def whole(*values: Decimal) -> tuple[int, ...] | None:
    """The numbers as ints, if they are whole and of a size a date can have."""
    if any(abs(value) > YEAR_LIMIT or value != value.to_integral_value() for value in values):
        return None
    return tuple(int(value) for value in values)


def date_of_parts(meter: Meter, year: Decimal, month: Decimal, day: Decimal) -> Value:
    """`date(2026, 11, 23)`."""
    parts = whole(year, month, day)
    if parts is None or not 1 <= parts[1] <= 12 or not 1 <= parts[2] <= month_length(parts[0], parts[1]):
        return meter.note("没有这一天")
    return FeelDate(*parts)


def looked_up(text: str, meter: Meter) -> None:
    """Pay for a look at the zones: one that nobody knows is searched for anew each time."""
    if "@" in text:
        meter.spend(limits.HEAVY)


def time_of_text(meter: Meter, from_: str) -> Value:
    """`time("08:30:00+08:00")`."""
    looked_up(from_, meter)
    found = read_time(from_)
    return found if found is not None else meter.note(f"“{from_[:40]}”不是时间")


def time_of(meter: Meter, from_: Value) -> Value:
    """The time of a moment; a day begins at midnight UTC."""
    if isinstance(from_, FeelTime):
        return from_
    return from_.time if isinstance(from_, FeelDateTime) else FeelTime(0, 0, 0, 0, 0)


def time_of_parts(
    meter: Meter, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None
) -> Value:
    """`time(8, 30, 0, duration("PT8H"))`."""
    parts = whole(hour, minute)
    if parts is None or not (0 <= parts[0] <= 23 and 0 <= parts[1] <= 59 and 0 <= second < 60):
        return meter.note("没有这个时间")
    zone = None if offset is None else offset.nanos // NANOS
    if zone is not None and abs(zone) > 18 * 3600:
        return meter.note("时区偏移超出范围")
    nanos = int(second * NANOS)
    return FeelTime(parts[0], parts[1], nanos // NANOS, nanos % NANOS, zone)


def moment_of_text(meter: Meter, from_: str) -> Value:
    """`date and time("2026-11-23T08:30:00")`."""
    looked_up(from_, meter)
    found = read_date_time(from_)
    return found if found is not None else meter.note(f"“{from_[:40]}”不是日期时间")


def moment_of(meter: Meter, date: FeelDate | FeelDateTime, time: FeelTime) -> Value:
    """A day and a time."""
    return FeelDateTime(date if isinstance(date, FeelDate) else date.date, time)


def moved(meter: Meter, date: FeelDateTime, timezone: str) -> Value:
    """The same instant on another zone's clock."""
    from app.dmn.feel.chronology import offset_at, zone_named

    if date.offset is None or zone_named(timezone) is None:
        return meter.note("不能换到这个时区")
    days, rest = divmod(date.instant, DAY)
    offset = offset_at(timezone, days, rest) or 0
    return FeelDateTime.from_local(date.instant + offset * NANOS, timezone)


def duration_of(meter: Meter, from_: str) -> Value:
    """`duration("P30D")`, `duration("P1Y6M")`."""
    found = read_duration(from_)
    return found if found is not None else meter.note(f"“{from_[:40]}”不是时长")


def months_between(meter: Meter, from_: Value, to: Value) -> Value:
    """Whole months from one day to another; the time of day does not count."""
    first, last = day_part(from_), day_part(to)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return MonthsDuration(months)


def day_part(value: FeelDate | FeelDateTime) -> FeelDate:
    """The day of a moment."""
    return value if isinstance(value, FeelDate) else value.date


def week_of_year(meter: Meter, date: Value) -> Value:
    """The ISO 8601 week: the one that holds the year's Thursday."""
    day = day_part(date)
    thursday = FeelDate.from_days(day.days - (day.days + 3) % 7 + 3)
    return Decimal((thursday.days - days_of(thursday.year, 1, 1)) // 7 + 1)


def day_of_year(meter: Meter, date: Value) -> Value:
    """1 … 366."""
    day = day_part(date)
    return Decimal(day.days - days_of(day.year, 1, 1) + 1)


ROWS = (
    row("date", "from: string", date_of_text),
    row("date", "from: day", lambda meter, from_: day_part(from_)),
    row("date", "year: number, month: number, day: number", date_of_parts),
    row("time", "from: string", time_of_text),
    row("time", "from: temporal", time_of),
    row("time", "hour: number, minute: number, second: number, offset?: days duration|null", time_of_parts),
    row("date and time", "from: string", moment_of_text),
    row("date and time", "from: day", lambda meter, from_: moment_of(meter, from_, time_of(meter, from_))),
    row("date and time", "date: day, time: time", moment_of),
    row("date and time", "date: date and time, timezone: string", moved),
    row("duration", "from: string", duration_of),
    row("duration", "from: duration", lambda meter, from_: from_),
    row("years and months duration", "from: day, to: day", months_between),
    row("now", "", now),
    row("today", "", lambda meter: now(meter).date),
    row("day of week", "date: day", lambda meter, date: WEEKDAYS[(day_part(date).days + 3) % 7]),
    row("month of year", "date: day", lambda meter, date: MONTHS[day_part(date).month - 1]),
    row("day of year", "date: day", day_of_year),
    row("week of year", "date: day", week_of_year),
)
