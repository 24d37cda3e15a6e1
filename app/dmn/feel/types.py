"""FEEL types: what `instance of` asks, what parameters declare, what a table's typed edges convert to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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

CLASSES: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": FeelDate,
    "time": FeelTime,
    "date and time": FeelDateTime,
    "days and time duration": DaysDuration,
    "years and months duration": MonthsDuration,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}
ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
PARTS = 20_000
"""Parts of a value that are looked at to tell its type."""
NAMES = (*CLASSES, *ALIASES, "Any", "Null")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A constraint on the values of a type: as written, and as a question."""

    text: str
    holds: Callable[[Value], bool] = field(compare=False)


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type: its FEEL name, and what a list, range, context or function is made of.

    `fields` of a context; `params` and `of` of a function; `of` of a list or range.
    `allowed` are the constraints of an item definition.
    """

    name: str
    of: "FeelType | None" = None
    fields: Mapping[str, "FeelType"] | None = None
    params: tuple["FeelType", ...] | None = None
    allowed: tuple[Allowed, ...] = ()


ANY = FeelType("Any")


def conforms(value: Value, kind: FeelType | None, budget: list[int] | None = None) -> bool:
    """Whether the value is of the type and within its constraints; null is of every type here (see `is_of`)."""
    if value is None or kind is None or (kind.name == "Any" and not kind.allowed):
        return True
    return is_of(value, kind, budget) and all(rule.holds(value) for rule in kind.allowed)


def is_of(value: Value, kind: FeelType, budget: list[int] | None = None) -> bool:
    """What `value instance of kind` answers; constraints on the type's values do not count (DMN 1.5 §10.3.2.9.2).

    Raises: Exhausted when the value has too many parts.
    """
    if kind.name == "Any":
        return value is not None
    if kind.name == "Null":
        return value is None
    if type(value) is not CLASSES.get(kind.name):
        return False
    budget = [PARTS] if budget is None else budget
    budget[0] -= 1
    if budget[0] < 0:
        raise Exhausted("值的内容太大，不能判断类型")
    return parts_conform(value, kind, budget)


def parts_conform(value: Value, kind: FeelType, budget: list[int]) -> bool:
    """The items of a list, the entries of a context, the bounds of a range, the signature of a function."""
    if type(value) is list and kind.of is not None:
        return all(conforms(item, kind.of, budget) for item in value)
    if type(value) is dict and kind.fields is not None:
        return all(name in value and conforms(value[name], of, budget) for name, of in kind.fields.items())
    if type(value) is Range and kind.of is not None:
        bounds = [bound for bound in (value.low, value.high) if bound is not None]
        return bool(bounds) and all(conforms(bound, kind.of, budget) for bound in bounds)
    if type(value) is Function and kind.params is not None:
        return function_conforms(value, kind)
    return True


def function_conforms(value: Function, kind: FeelType) -> bool:
    """As many parameters, each accepting what the type promises, a result no wider than promised."""
    if kind.params is None or len(value.kinds) != len(kind.params):
        return False
    accepts = all(
        given is None or narrower(asked, given) for given, asked in zip(value.kinds, kind.params, strict=True)
    )
    return accepts and (
        kind.of is None or kind.of.name == "Any" or value.result is None or narrower(value.result, kind.of)
    )


def narrower(inner: FeelType, outer: FeelType) -> bool:
    """Whether every value of `inner` is one of `outer` (DMN 1.5 §10.3.2.9.2, conformance of types)."""
    if outer.name == "Any" or inner.name == "Null":
        return True
    if inner.name != outer.name:
        return False
    if outer.of is not None and outer.name in ("list", "range"):
        return inner.of is not None and narrower(inner.of, outer.of)
    if outer.fields is not None:
        return inner.fields is not None and all(
            name in inner.fields and narrower(inner.fields[name], of) for name, of in outer.fields.items()
        )
    return True
