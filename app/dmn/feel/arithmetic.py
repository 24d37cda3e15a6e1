"""`+ - * / **` over numbers, texts, days and durations (DMN 1.5 §10.3.2.13.5, table 57). What does not fit is null."""

import decimal
from collections.abc import Callable
from decimal import Decimal

from app.dmn.feel import limits
from app.dmn.feel.chronology import DAY, YEAR_LIMIT
from app.dmn.feel.errors import Exhausted
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import (
    NUMBERS,
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    MonthsDuration,
    Value,
)

SPAN = YEAR_LIMIT * 366 * DAY
"""Nanoseconds a duration may last, either way."""


def add(left: Value, right: Value, meter: Meter) -> Value:
    """Numbers, texts, a day or moment and a duration, two durations of one kind."""
    kind = type(left)
    if kind is str and type(right) is str:
        meter.text(len(left) + len(right))
        return left + right
    if kind is Decimal and type(right) is Decimal:
        return NUMBERS.add(left, right)
    if kind in (DaysDuration, MonthsDuration) and type(right) is kind:
        return shift(left, right, 1)
    if kind in (DaysDuration, MonthsDuration):
        left, right = right, left
    return shift(left, right, 1)


def subtract(left: Value, right: Value, meter: Meter) -> Value:
    """Numbers, two days or moments (a duration), a day or moment and a duration."""
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.subtract(left, right)
    if type(left) is FeelTime and type(right) is FeelTime:
        return between_times(left, right)
    if type(left) in (FeelDate, FeelDateTime) and type(right) in (FeelDate, FeelDateTime):
        one, other = as_moment(left), as_moment(right)
        if (one.time.zone is None) != (other.time.zone is None):
            return None
        return DaysDuration(one.instant - other.instant)
    return shift(left, right, -1)


def between_times(left: FeelTime, right: FeelTime) -> DaysDuration | None:
    """The span between two times of day, both with or both without a zone."""
    if (left.zone is None) != (right.zone is None):
        return None
    zones = [zone if isinstance(zone, int) else 0 for zone in (left.zone, right.zone)]
    return DaysDuration(left.of_day - right.of_day - (zones[0] - zones[1]) * 1_000_000_000)


def as_moment(value: FeelDate | FeelDateTime) -> FeelDateTime:
    """A day is its midnight in UTC."""
    return value if isinstance(value, FeelDateTime) else FeelDateTime(value, FeelTime(0, 0, 0, 0, 0))


def shift(left: Value, right: Value, sign: int) -> Value:
    """A day, moment, time or duration, and a duration forward or back."""
    kind = type(left)
    if type(right) is MonthsDuration:
        months = sign * right.months
        if kind is MonthsDuration:
            return sized(MonthsDuration(left.months + months))
        if kind is FeelDate:
            return dated(left.plus_months(months))
        return FeelDateTime(dated(left.date.plus_months(months)), left.time) if kind is FeelDateTime else None
    if type(right) is not DaysDuration:
        return None
    nanos = sign * right.nanos
    if kind is DaysDuration:
        return sized(DaysDuration(left.nanos + nanos))
    if kind is FeelTime:
        return FeelTime.from_nanos((left.of_day + nanos) % DAY, left.zone)
    if kind is FeelDate:
        return dated(FeelDate.from_days((left.days * DAY + nanos) // DAY))
    return shift_moment(left, nanos) if kind is FeelDateTime else None


def shift_moment(left: FeelDateTime, nanos: int) -> FeelDateTime:
    """A moment so much later on its own clock."""
    moved = FeelDateTime.from_local(left.local + nanos, left.time.zone)
    dated(moved.date)
    return moved


def dated(day: FeelDate) -> FeelDate:
    """The day, if its year can be written."""
    if abs(day.year) > YEAR_LIMIT:
        raise Exhausted("日期超出范围")
    return day


def sized(duration: DaysDuration | MonthsDuration) -> DaysDuration | MonthsDuration:
    """The duration, if it is no longer than time."""
    amount = duration.nanos // (31 * DAY) if isinstance(duration, DaysDuration) else duration.months
    if abs(amount) > YEAR_LIMIT * 12:
        raise Exhausted("时长超出范围")
    return duration


def multiply(left: Value, right: Value, meter: Meter) -> Value:
    """Numbers, or a duration and a number."""
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.multiply(left, right)
    if type(left) is Decimal:
        left, right = right, left
    return scale(left, NUMBERS.multiply, right) if type(right) is Decimal else None


def divide(left: Value, right: Value, meter: Meter) -> Value:
    """Numbers, a duration by a number, or two durations of one kind (a number). By zero is null."""
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.divide(left, right) if right else None
    if type(left) is type(right) and type(left) in (DaysDuration, MonthsDuration):
        return NUMBERS.divide(amount_of(left), amount_of(right)) if amount_of(right) else None
    return scale(left, NUMBERS.divide, right) if type(right) is Decimal and right else None


def amount_of(duration: DaysDuration | MonthsDuration) -> Decimal:
    """Nanoseconds or months as a number."""
    return Decimal(duration.nanos if isinstance(duration, DaysDuration) else duration.months)


def scale(left: Value, act: Callable[[Decimal, Decimal], Decimal], factor: Decimal) -> Value:
    """A duration times or by a number, cut to whole nanoseconds or months."""
    if type(left) not in (DaysDuration, MonthsDuration):
        return None
    result = act(amount_of(left), factor)
    if result.adjusted() > 30:
        raise Exhausted("时长超出范围")
    return sized(type(left)(int(result)))


def power(left: Value, right: Value, meter: Meter) -> Value:
    """`left ** right`; a result beyond 10^384 is refused."""
    if type(left) is not Decimal or type(right) is not Decimal:
        return None
    if left and right and abs(right) > 1 and abs(left) != 1:
        magnitude = abs(left.adjusted() + (left.adjusted() < 0)) * abs(right)
        if magnitude > limits.EXPONENT or abs(right) > 1_000_000:
            raise Exhausted(f"乘方的结果超过 10 的 {limits.EXPONENT} 次方，已停止计算")
    if right != right.to_integral_value() or abs(right) > 64:
        meter.spend(limits.HEAVY)
    result = NUMBERS.power(left, right)
    if result and abs(result.adjusted()) > limits.EXPONENT:
        raise Exhausted(f"乘方的结果超过 10 的 {limits.EXPONENT} 次方，已停止计算")
    return result


def negate(value: Value) -> Value:
    """`-value`."""
    if type(value) is Decimal:
        return NUMBERS.minus(value)
    if type(value) is DaysDuration:
        return DaysDuration(-value.nanos)
    return MonthsDuration(-value.months) if type(value) is MonthsDuration else None


FAULTS = (decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow)
ACTS: dict[str, Callable[[Value, Value, Meter], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
