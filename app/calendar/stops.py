"""When a clock stands still: half-open intervals (a, b] of days, several of them as a union.

The day a stop begins still counts, the day it ends does not, so a stop lasts b - a days; a day that two stops share
is taken off once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class Stop:
    """(after, through]; `through` None while nobody knows when it ends."""

    after: date
    through: date | None
    title: str
    source: str = ""
    mark: str = "design"


@dataclass(frozen=True)
class Stops:
    """Several stops of one clock. `turned` are intervals whose end lies before their beginning: they stop nothing."""

    stops: tuple[Stop, ...] = ()
    turned: tuple[Stop, ...] = ()

    @cached_property
    def union(self) -> tuple[tuple[date, date | None], ...]:
        """Disjoint half-open intervals in order; only the last can be open."""
        merged: list[tuple[date, date | None]] = []
        for stop in sorted(self.stops, key=lambda stop: stop.after):
            if merged and (merged[-1][1] is None or stop.after <= merged[-1][1]):
                after, through = merged.pop()
                ends = None if through is None or stop.through is None else max(through, stop.through)
                merged.append((after, ends))
            else:
                merged.append((stop.after, stop.through))
        return tuple(merged)

    @property
    def open_after(self) -> date | None:
        """The day after which the clock stands still with no known end."""
        return self.union[-1][0] if self.union and self.union[-1][1] is None else None

    def holds(self, day: date) -> bool:
        """Whether `day` is not counted."""
        return any(after < day and (through is None or day <= through) for after, through in self.union)

    def stands_still(self, day: date) -> bool:
        """Whether the clock is seen standing on `day`: the day is not counted, or a stop without end has begun."""
        return self.holds(day) or (self.open_after is not None and self.open_after <= day)

    def only(self, mark: str) -> "Stops":
        return Stops(tuple(stop for stop in self.stops if stop.mark == mark))


def stops_of(intervals: Iterable[Stop]) -> Stops:
    kept: list[Stop] = []
    turned: list[Stop] = []
    for stop in intervals:
        (turned if stop.through is not None and stop.through < stop.after else kept).append(stop)
    return Stops(tuple(sorted(kept, key=lambda stop: stop.after)), tuple(turned))
