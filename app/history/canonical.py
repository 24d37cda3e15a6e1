"""The one way to write a value as bytes: RFC 8785 over a smaller domain (proof §2.1).

Integers up to 2^53−1 in size, no floats; decimals, instants and dates are strings before they come here. Keys are
sorted by UTF-16 code units (RFC 8785 §3.2.3), which differs from code point order beyond the basic plane.
Text is taken as it is: no Unicode normalisation.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeAlias

import orjson

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

INTEGER_LIMIT = 2**53 - 1
DEPTH_LIMIT = 64


class CanonRefused(ValueError):
    """A value or text outside the domain: it has no canonical bytes."""


def canon(value: Json) -> bytes:
    """The canonical bytes of `value`; tuples are written as lists.

    Raises:
        CanonRefused: a float, a large integer, a lone surrogate, a key that is not text, another type,
            or more than 64 levels.
    """
    try:
        return orjson.dumps(_ordered(value, 0))
    except orjson.JSONEncodeError as problem:
        raise CanonRefused("a lone surrogate") from problem


def parse(raw: bytes) -> Any:
    """Read JSON of the domain; whether it is canonical, `canon(parse(raw)) == raw` tells.

    Raises:
        CanonRefused: not UTF-8 or not JSON, a duplicate key, a float, NaN, a large integer, a lone surrogate.
    """
    try:
        text = raw.decode()
        value = _DECODER.decode(text)
    except CanonRefused:
        raise
    except (ValueError, RecursionError) as problem:
        raise CanonRefused("not JSON in UTF-8") from problem
    if "\\u" in text:  # the only way a surrogate gets through strict UTF-8
        canon(value)
    return value


def utf16(name: str) -> bytes:
    """Sort key for names: their UTF-16 code units.

    Raises:
        CanonRefused: a lone surrogate.
    """
    try:
        return name.encode("utf-16-be")
    except UnicodeEncodeError as problem:
        raise CanonRefused("a lone surrogate") from problem


def instant_text(at: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ss.ffffffZ` of an aware instant.

    Raises:
        CanonRefused: no time zone.
    """
    if at.tzinfo is None:
        raise CanonRefused("an instant without a time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _ordered(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int:
        return _integer(value)
    if depth == DEPTH_LIMIT:
        raise CanonRefused(f"more than {DEPTH_LIMIT} levels")
    if kind is list or kind is tuple:
        return [_ordered(item, depth + 1) for item in value]
    if kind is dict or isinstance(value, Mapping):
        return {key: _ordered(value[key], depth + 1) for key in in_order(value)}
    raise CanonRefused(f"a value of type {kind.__name__}")


def in_order(value: Mapping[Any, Any]) -> list[str]:
    """The keys by UTF-16 code units, which is by code point where all are ASCII, as they mostly are.

    Raises:
        CanonRefused: a key that is not text, a lone surrogate.
    """
    for key in value:
        if type(key) is not str:
            raise CanonRefused(f"a key of type {type(key).__name__}")
    return sorted(value) if "".join(value).isascii() else sorted(value, key=utf16)


def _integer(value: int) -> int:
    if abs(value) > INTEGER_LIMIT:
        raise CanonRefused("an integer beyond 2^53-1")
    return value


def _read_integer(digits: str) -> int:
    if len(digits) > 17:
        raise CanonRefused("an integer beyond 2^53-1")
    return _integer(int(digits))


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise CanonRefused("a key that stands twice")
    return value


def _refuse_number(digits: str) -> NoReturn:
    raise CanonRefused(f"a number that is not an integer: {digits[:20]}")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_read_object,
    parse_int=_read_integer,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
)
