"""Values to and from JSON. Integers stay numbers, other decimals become texts (RFC 8785 in its smaller domain)."""

import datetime as python
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation, Overflow
from typing import Any

from app.dmn.feel.errors import Exhausted, FeelError
from app.dmn.feel.temporal_text import read_date
from app.dmn.feel.values import NUMBERS, FeelDate, FeelDateTime, FeelTime, Function, Range, Value, number

SAFE = 2**53 - 1
PARTS = 20_000
READY = frozenset({Decimal, str, bool, type(None), FeelDate, FeelTime, FeelDateTime})


def to_wire(value: Value) -> Any:
    """JSON of a value: whole numbers within ±(2⁵³-1) as int, other numbers, days, times and durations as texts.

    Raises: FeelError for a function, a range, or more than 20,000 parts.
    """
    return outward(value, [PARTS])


def outward(value: Value, budget: list[int]) -> Any:
    """One part, charged."""
    budget[0] -= 1
    if budget[0] < 0:
        raise FeelError("结果太大，不能保存")
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal):
        return number_out(value)
    if isinstance(value, list):
        return [outward(item, budget) for item in value]
    if isinstance(value, dict):
        return {key: outward(item, budget) for key, item in value.items()}
    if isinstance(value, Function | Range):
        raise FeelError("函数和区间不能作为数据保存")
    return str(value)


def number_out(value: Decimal) -> int | str:
    """An int where JSON can carry it exactly, else the shortest plain numeral."""
    if value == value.to_integral_value() and abs(value) <= SAFE:
        return int(value)
    return number_text(NUMBERS.normalize(value) if value.adjusted() < 40 else value)


def number_text(value: Decimal) -> str:
    """A numeral without exponent, as far as that is readable."""
    return format(value, "f") if abs(value.adjusted()) < 400 else str(value)


def from_wire(value: Any, kind: str) -> Value:
    """The FEEL value of a fact of that kind (text, code, number, boolean, date, codes, periods, map).

    Raises: FeelError when the JSON is not of the kind.
    """
    if value is None:
        return None
    reader = READERS.get(kind)
    if reader is None:
        raise FeelError(f"没有“{kind}”这种数据类型")
    read = reader(value)
    if read is None:
        raise FeelError(f"{SAID[kind]}，写的却是“{str(value)[:40]}”")
    return read


def read_number(value: Any) -> Decimal | None:
    """An int, a decimal numeral, or a Decimal."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        found = number(str(value))
    except (InvalidOperation, Overflow, ValueError):
        return None
    return found if found.is_finite() else None


def read_day(value: Any) -> FeelDate | None:
    """A text as ISO writes a day, or the day itself."""
    if isinstance(value, str):
        return read_date(value)
    return value if isinstance(value, FeelDate) else None


def read_texts(value: Any) -> list[Value] | None:
    """A list of texts."""
    return list(value) if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value) else None


def read_map(value: Any) -> dict[str, Value] | None:
    """A context of scalars."""
    return {str(key): adopt(item) for key, item in value.items()} if isinstance(value, Mapping) else None


READERS: dict[str, Any] = {
    "text": lambda value: value if isinstance(value, str) else None,
    "code": lambda value: value if isinstance(value, str) else None,
    "number": read_number,
    "boolean": lambda value: value if isinstance(value, bool) else None,
    "date": lambda value: (
        value if isinstance(value, FeelDate) else read_date(value) if isinstance(value, str) else None
    ),
    "codes": read_texts,
    "periods": read_texts,
    "map": read_map,
}
SAID = {
    "text": "应当是文字",
    "code": "应当是代码",
    "number": "应当是数字",
    "boolean": "应当是“是”或“否”",
    "date": "应当是日期，例如 2026-11-23",
    "codes": "应当是代码的列表",
    "periods": "应当是起止日期的列表",
    "map": "应当是按代码排列的数据",
}


def adopt(value: Any, depth: int = 0) -> Value:
    """A Python value from outside as a FEEL value: int and float as numbers, `datetime` types as ours, deep."""
    if type(value) in READY:
        return value
    if depth > 40:
        raise Exhausted("数据嵌套太深")
    if isinstance(value, list | tuple):
        same = isinstance(value, list) and all(type(item) in READY for item in value)
        return value if same else [adopt(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        same = isinstance(value, dict) and all(type(item) in READY for item in value.values())
        return value if same else {str(key): adopt(item, depth + 1) for key, item in value.items()}
    if isinstance(value, int | float):
        found = number(repr(value))
        return found if found.is_finite() else None
    return adopt_temporal(value)


def adopt_temporal(value: Any) -> Value:
    """Python's date, time and datetime as ours; anything else is left as it is."""
    if isinstance(value, python.datetime):
        return FeelDateTime(FeelDate(value.year, value.month, value.day), adopt_temporal(value.timetz()))
    if isinstance(value, python.date):
        return FeelDate(value.year, value.month, value.day)
    if isinstance(value, python.time):
        offset = value.utcoffset()
        zone = None if offset is None else round(offset.total_seconds())
        return FeelTime(value.hour, value.minute, value.second, value.microsecond * 1000, zone)
    return value
