"""Hit policies: which of the rules that hit make the result (DMN 1.5 §8.2.10)."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from app.dmn.feel.compare import equal, order
from app.dmn.feel.compiler import Frame, Step
from app.dmn.feel.types import FeelType
from app.dmn.feel.values import NUMBERS, Value


class Violated(Exception):
    """The hits contradict the policy. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Column:
    """An output column at run time: its name, type, values in order of priority, default."""

    name: str
    kind: FeelType | None
    order: tuple[Value, ...]
    default: Step | None


Outputs: TypeAlias = list[list[Value]]
Chosen: TypeAlias = tuple[Value, list[int]]
Choice: TypeAlias = Callable[[Outputs, list[int], tuple[Column, ...], bool], Chosen]


@dataclass(frozen=True, slots=True)
class Policy:
    """A hit policy: how it chooses, whether the first hit ends the search, whether it needs an order of outputs."""

    choose: Choice
    first: bool = False
    ranked: bool = False
    empty: Value = None
    """What it gives when nothing hits and there is no default."""

    def nothing(self, columns: tuple[Column, ...], frame: Frame, single: bool) -> Value:
        """The default output, or what the policy gives for no rule."""
        if all(column.default is None for column in columns):
            return self.empty
        values = [None if column.default is None else column.default(frame) for column in columns]
        return shaped(values, columns, single)


def shaped(values: list[Value], columns: tuple[Column, ...], single: bool) -> Value:
    """One output alone, several as a context."""
    return values[0] if single else {column.name: value for column, value in zip(columns, values, strict=True)}


def numbered(hits: list[int]) -> str:
    """Rule numbers as a sentence lists them."""
    return "、".join(str(number + 1) for number in hits[:10])


def unique(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
    """One hit at most."""
    if len(hits) > 1:
        raise Violated(f"UNIQUE 决策表同时命中第 {numbered(hits)} 条规则，只能命中一条")
    return shaped(made[0], columns, single), hits


def any_hit(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
    """Several hits, all saying the same."""
    if any(equal(made[0], other) is not True for other in made[1:]):
        raise Violated(f"ANY 决策表命中的第 {numbered(hits)} 条规则结果不一致")
    return shaped(made[0], columns, single), hits


def first(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
    """The first in the order of rules."""
    return shaped(made[0], columns, single), hits[:1]


def by_rank(made: Outputs, columns: tuple[Column, ...]) -> list[int]:
    """Places of the hits, the highest priority first; ties in the order of rules."""
    return sorted(range(len(made)), key=lambda place: [rank(value, column) for value, column in
                                                       zip(made[place], columns, strict=True)])  # fmt: skip


def rank(value: Value, column: Column) -> int:
    """Place of a value among the allowed ones; others come last."""
    return next((place for place, wanted in enumerate(column.order) if equal(value, wanted) is True), len(column.order))


def priority(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
    """The hit whose outputs rank highest."""
    best = by_rank(made, columns)[0]
    return shaped(made[best], columns, single), [hits[best]]


def output_order(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
    """All hits by rank of their outputs."""
    places = by_rank(made, columns)
    return [shaped(made[place], columns, single) for place in places], [hits[place] for place in places]


def collect(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
    """All hits in the order of rules."""
    return [shaped(values, columns, single) for values in made], hits


def summed(values: list[Value]) -> Value:
    """The sum of numbers, else null."""
    if not all(type(value) is Decimal for value in values):
        return None
    total = Decimal(0)
    for value in values:
        total = NUMBERS.add(total, value)
    return total


def extreme(wanted: int) -> Callable[[list[Value]], Value]:
    """The least (-1) or greatest (1) value; null when they have no order."""

    def act(values: list[Value]) -> Value:
        best = values[0]
        for value in values:
            placed = order(value, best)
            if placed is None:
                return None
            best = value if placed == wanted else best
        return best

    return act


def aggregated(act: Callable[[list[Value]], Value]) -> Choice:
    """All hits into one value per output."""

    def choose(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
        return shaped([act(list(column)) for column in zip(*made, strict=True)], columns, single), hits

    return choose


def counted(made: Outputs, hits: list[int], columns: tuple[Column, ...], single: bool) -> Chosen:
    """How many rules hit."""
    return Decimal(len(made)), hits


POLICIES: dict[tuple[str, str], Policy] = {
    ("UNIQUE", ""): Policy(unique),
    ("ANY", ""): Policy(any_hit),
    ("FIRST", ""): Policy(first, first=True),
    ("PRIORITY", ""): Policy(priority, ranked=True),
    ("RULE ORDER", ""): Policy(collect),
    ("OUTPUT ORDER", ""): Policy(output_order, ranked=True),
    ("COLLECT", ""): Policy(collect),
    ("COLLECT", "SUM"): Policy(aggregated(summed)),
    ("COLLECT", "MIN"): Policy(aggregated(extreme(-1))),
    ("COLLECT", "MAX"): Policy(aggregated(extreme(1))),
    ("COLLECT", "COUNT"): Policy(counted, empty=Decimal(0)),
}
