"""Equality and order of values (DMN 1.5 §10.3.2.13, tables 53, 54): True, False, None when not comparable."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from app.dmn.feel.errors import Exhausted
from app.dmn.feel.values import (
    DaysDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    Function,
    MonthsDuration,
    Range,
    Value,
)

PLAIN = frozenset({Decimal, str, bool, FeelDate, DaysDuration, MonthsDuration})
WALK = 20_000
"""Parts of two lists or contexts that are compared at most."""


def equal(left: Value, right: Value) -> bool | None:
    """`left = right`; null equals only null, values of different kinds are not comparable."""
    kind = type(left)
    if kind is type(right) and kind in PLAIN:
        return bool(left == right)
    return walk(left, right, [WALK])


def walk(left: Value, right: Value, budget: list[int]) -> bool | None:
    """Equality of anything, charged by part."""
    budget[0] -= 1
    if budget[0] < 0:
        raise Exhausted("比较的内容太大，已停止计算")
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in PLAIN:
        return bool(left == right)
    if kind is list:
        return len(left) == len(right) and same_parts(zip(left, right, strict=True), budget)
    if kind is dict:
        return left.keys() == right.keys() and same_parts([(left[key], right[key]) for key in left], budget)
    if kind is Range:
        edges = left.low_closed == right.low_closed and left.high_closed == right.high_closed
        return edges and same_parts([(left.low, right.low), (left.high, right.high)], budget)
    if kind is FeelTime or kind is FeelDateTime:
        return same_moment(left, right)
    return left is right if kind is Function else None


def same_parts(pairs: Iterable[tuple[Value, Value]], budget: list[int]) -> bool:
    """Whether all pairs are equal; a pair that cannot be compared is not."""
    return all(walk(left, right, budget) is True for left, right in pairs)


def same_moment(left: FeelTime | FeelDateTime, right: FeelTime | FeelDateTime) -> bool:
    """Times are equal when they name the same instant; with and without a zone they never are."""
    return (zone_of(left) is None) == (zone_of(right) is None) and moment(left) == moment(right)


def zone_of(value: FeelTime | FeelDateTime) -> int | str | None:
    """The zone, None without one."""
    return value.zone if isinstance(value, FeelTime) else value.time.zone


def moment(value: FeelTime | FeelDateTime) -> object:
    """What makes two times the same: nanoseconds in UTC where there is a zone."""
    if isinstance(value, FeelDateTime):
        return value.instant
    if isinstance(value.zone, str):
        return value.of_day, value.zone
    return value.of_day - (value.zone or 0) * 1_000_000_000, None


def order(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None for null, for kinds that have no order and for kinds that differ."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is Decimal or kind is str:
        return int(left > right) - int(left < right)
    if kind in KEYS:
        if kind in (FeelTime, FeelDateTime) and (zone_of(left) is None) != (zone_of(right) is None):
            return None
        one, other = KEYS[kind](left), KEYS[kind](right)
        return int(one > other) - int(one < other)
    return None


def time_key(value: FeelTime) -> int:
    """Nanoseconds in UTC; a named zone has no offset without a date and is read as local."""
    return value.of_day - (value.zone if isinstance(value.zone, int) else 0) * 1_000_000_000


KEYS: dict[type, Callable[[Value], int]] = {
    FeelDate: lambda value: value.days,
    FeelDateTime: lambda value: value.instant,
    FeelTime: time_key,
    DaysDuration: lambda value: value.nanos,
    MonthsDuration: lambda value: value.months,
}


def in_range(value: Value, span: Range) -> bool | None:
    """`value in span`; None when a bound cannot be compared with the value."""
    if span.low is None and span.high is None:
        return None
    low = 1 if span.low is None else order(value, span.low)
    high = -1 if span.high is None else order(value, span.high)
    if low is None or high is None:
        return None
    return (low > 0 or (low == 0 and span.low_closed)) and (high < 0 or (high == 0 and span.high_closed))


def passes(value: Value, test: Value) -> bool | None:
    """`value in test` for a test that has been computed: a range, a list of values or ranges, or a value to equal."""
    kind = type(test)
    if kind is Range:
        return in_range(value, test) if type(value) is not Range else equal(value, test)
    if kind is list:
        if type(value) is list and equal(value, test) is True:
            return True
        return in_list(value, test, [WALK])
    return equal(value, test)


def in_list(value: Value, tests: list[Value], budget: list[int]) -> bool:
    """Whether any item equals the value, or is a range (or list) that holds it."""
    for test in tests:
        kind = type(test)
        budget[0] -= 1
        if budget[0] < 0:
            raise Exhausted("比较的内容太大，已停止计算")
        if kind is Range and type(value) is not Range:
            if in_range(value, test) is True:
                return True
        elif kind is list and type(value) is not list:
            if in_list(value, test, budget):
                return True
        elif equal(value, test) is True:
            return True
    return False
