"""One row of a family's table: a function's name, its parameters with their kinds, and what it does.

A row reads like the standard's own table: `row("substring", "string: string, start position: number", substring)`.
`?` marks a parameter that may be missing, `kind|null` one that accepts null, `list...` one that takes all the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

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

Act = Callable[..., Value]
"""Called as `act(meter, *values)`; gives the result, or null."""
KINDS: dict[str, tuple[type, ...] | None] = {
    "any": None,
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
    "date": (FeelDate,),
    "time": (FeelTime,),
    "date and time": (FeelDateTime,),
    "day": (FeelDate, FeelDateTime),
    "temporal": (FeelDate, FeelDateTime, FeelTime),
    "days duration": (DaysDuration,),
    "months duration": (MonthsDuration,),
    "duration": (DaysDuration, MonthsDuration),
    "point": (Decimal, str, FeelDate, FeelDateTime, FeelTime, DaysDuration, MonthsDuration),
    "number or duration": (Decimal, DaysDuration, MonthsDuration),
}


class Missing:
    """Stands for an optional argument that was not given."""


MISSING = Missing()


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name, the types it accepts (None: any), whether it may be missing or null."""

    name: str
    types: tuple[type, ...] | None
    optional: bool = False
    nullable: bool = False

    def accepts(self, value: Value) -> bool:
        """Whether the value fits as it is."""
        if value is None:
            return self.nullable
        return self.types is None or type(value) in self.types

    def fit(self, value: Value) -> tuple[bool, Value]:
        """Whether the value fits, at need out of a list of one or into one (§10.3.2.9.4), and the fitted value."""
        if self.accepts(value):
            return True, value
        if type(value) is list and len(value) == 1 and self.types is not None and self.accepts(value[0]):
            return True, value[0]
        if self.types == (list,) and value is not None:
            return True, [value]
        if self.types == (FeelDateTime,) and type(value) is FeelDate:
            return True, FeelDateTime(value, FeelTime(0, 0, 0, 0, 0))
        return False, None


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function."""

    params: tuple[Param, ...]
    variadic: bool
    act: Act

    def takes(self, count: int) -> bool:
        """Whether so many arguments can be given."""
        required = sum(not param.optional for param in self.params)
        return count >= required if self.variadic else required <= count <= len(self.params)


@dataclass(frozen=True, slots=True)
class Row:
    """A function's name and one overload."""

    name: str
    overload: Overload


def row(name: str, params: str, act: Act) -> Row:
    """A row of a table; `params` as the module's docstring says."""
    parts = [part.strip() for part in params.split(",") if part.strip()]
    return Row(name, Overload(tuple(param(part) for part in parts), params.rstrip().endswith("..."), act))


def param(text: str) -> Param:
    """`length?: number`, `list: any|null...`."""
    name, _, kind = text.removesuffix("...").partition(":")
    kind, _, null = kind.strip().partition("|")
    optional = name.endswith("?")
    return Param(name.removesuffix("?"), KINDS[kind], optional, null == "null" or kind == "any")
