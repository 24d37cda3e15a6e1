"""How points and ranges lie to each other (DMN 1.5 §10.3.4.9, table 78), and `range` from a text.

A bound that is missing lies at infinity. Each relation is written once, over ends; a point is a closed range of itself.
"""

from collections.abc import Callable
from typing import TypeAlias

from app.dmn.feel.compare import order
from app.dmn.feel.functions.signature import Act, row
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import Range, Value

Relation: TypeAlias = Callable[[Range, Range], bool]


class NoOrder(Exception):
    """Two bounds of different kinds."""


def compared(left: Value, right: Value) -> int:
    """The order of two bounds; raises NoOrder."""
    placed = order(left, right)
    if placed is None:
        raise NoOrder
    return placed


def lows(a: Range, b: Range) -> int:
    """Which begins first: -1 when `a` does."""
    if a.low is None or b.low is None:
        return (a.low is not None) - (b.low is not None)
    return compared(a.low, b.low) or b.low_closed - a.low_closed


def highs(a: Range, b: Range) -> int:
    """Which ends first: -1 when `a` does."""
    if a.high is None or b.high is None:
        return (a.high is None) - (b.high is None)
    return compared(a.high, b.high) or a.high_closed - b.high_closed


def apart(a: Range, b: Range) -> bool:
    """`a` ends before `b` begins."""
    if a.high is None or b.low is None:
        return False
    placed = compared(a.high, b.low)
    return placed < 0 or (placed == 0 and not (a.high_closed and b.low_closed))


def touches(a: Range, b: Range) -> bool:
    """`a` ends with the very point at which `b` begins."""
    return a.high is not None and b.low is not None and a.high_closed and b.low_closed and compared(a.high, b.low) == 0


def overlaps(a: Range, b: Range) -> bool:
    """They share a point."""
    return not apart(a, b) and not apart(b, a)


def same_low(a: Range, b: Range) -> bool:
    """They begin together."""
    return a.low is not None and b.low is not None and lows(a, b) == 0


def same_high(a: Range, b: Range) -> bool:
    """They end together."""
    return a.high is not None and b.high is not None and highs(a, b) == 0


def includes(a: Range, b: Range) -> bool:
    """`b` lies within `a`."""
    return lows(a, b) <= 0 and highs(a, b) >= 0


RELATIONS: dict[str, tuple[Relation, tuple[str, ...]]] = {
    "before": (apart, ("point,point", "point,range", "range,point", "range,range")),
    "after": (lambda a, b: apart(b, a), ("point,point", "point,range", "range,point", "range,range")),
    "meets": (touches, ("range,range",)),
    "met by": (lambda a, b: touches(b, a), ("range,range",)),
    "overlaps": (overlaps, ("range,range",)),
    "overlaps before": (
        lambda a, b: overlaps(a, b) and lows(a, b) < 0 and highs(a, b) <= 0,
        ("range,range",),
    ),
    "overlaps after": (lambda a, b: overlaps(a, b) and lows(a, b) > 0 and highs(a, b) >= 0, ("range,range",)),
    "finishes": (lambda a, b: same_high(a, b) and lows(a, b) >= 0, ("point,range", "range,range")),
    "finished by": (lambda a, b: same_high(a, b) and lows(a, b) <= 0, ("range,point", "range,range")),
    "includes": (includes, ("range,point", "range,range")),
    "during": (lambda a, b: includes(b, a), ("point,range", "range,range")),
    "starts": (lambda a, b: same_low(a, b) and highs(a, b) <= 0, ("point,range", "range,range")),
    "started by": (lambda a, b: same_low(a, b) and highs(a, b) >= 0, ("range,point", "range,range")),
    "coincides": (lambda a, b: lows(a, b) == 0 and highs(a, b) == 0, ("point,point", "range,range")),
}
PARAMETERS = {
    "point,point": "point1: point, point2: point",
    "point,range": "point: point, range: range",
    "range,point": "range: range, point: point",
    "range,range": "range1: range, range2: range",
}


def spanned(value: Value) -> Range:
    """A point as the closed range of itself."""
    return value if isinstance(value, Range) else Range(value, value)


def asked(relation: Relation) -> Act:
    """The relation as a built-in; null when the kinds have no order."""

    def act(meter: Meter, left: Value, right: Value) -> Value:
        try:
            return relation(spanned(left), spanned(right))
        except NoOrder:
            return meter.note("两边的值不能比较先后")

    return act


ROWS = tuple(
    row(name, PARAMETERS[shape], asked(relation)) for name, (relation, shapes) in RELATIONS.items() for shape in shapes
)
