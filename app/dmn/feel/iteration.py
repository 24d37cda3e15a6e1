"""Compiling loops, quantifiers and filters. Every turn costs a step of the meter."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from app.dmn.feel import limits, nodes
from app.dmn.feel.compiler import Compiler, Frame, Level, Step, compiles
from app.dmn.feel.errors import Exhausted
from app.dmn.feel.nodes import mentions
from app.dmn.feel.values import NUMBERS, FeelDate, Range, Value

TRUTHS = (nodes.Comparison, nodes.Junction, nodes.Between, nodes.Membership, nodes.InstanceOf, nodes.Quantified)


@compiles(nodes.Span)
def span(compiler: Compiler, node: nodes.Span) -> Step:
    low, high = compiler.step(node.low), compiler.step(node.high)
    return lambda frame: counted(low(frame), high(frame), frame)


def counted(low: Value, high: Value, frame: Frame) -> Value:
    """Whole numbers or days from one to the other, up or down; null for anything else."""
    if type(low) is Decimal and type(high) is Decimal and low == low.to_integral_value():
        if abs(NUMBERS.subtract(high, low)) >= limits.ITEMS:
            raise Exhausted(f"循环超过 {limits.ITEMS} 次，已停止计算")
        first, last = int(low), int(high)
        step = 1 if last >= first else -1
        return [Decimal(place) for place in range(first, last + step, step)]
    if type(low) is FeelDate and type(high) is FeelDate:
        if abs(high.days - low.days) >= limits.ITEMS:
            raise Exhausted(f"循环超过 {limits.ITEMS} 次，已停止计算")
        step = 1 if high.days >= low.days else -1
        return [FeelDate.from_days(day) for day in range(low.days, high.days + step, step)]
    return frame.meter.note("循环的范围要写整数或日期")


def run_over(value: Value, frame: Frame) -> Iterable[Value] | None:
    """The items a loop runs over; None when the value is null or an endless range."""
    if type(value) is list:
        return value
    if type(value) is Range:
        low, high = value.low, value.high
        if type(low) is Decimal and not value.low_closed:
            low = NUMBERS.add(low, Decimal(1))
        if type(high) is Decimal and not value.high_closed:
            high = NUMBERS.subtract(high, Decimal(1))
        items: Iterable[Value] | None = counted(low, high, frame)
        return items
    return None if value is None else [value]


def turns(
    names: tuple[str, ...], domains: tuple[Step, ...], cost: int, frame: Frame, constants: dict[str, Value]
) -> Iterator[Frame | None]:
    """A frame per turn of nested iterators, the last turning fastest; one None when a domain cannot be run over.

    Args:
        cost: steps of one turn: a long body is more work than a short one.
    """
    inner = Frame({**constants}, frame, frame.meter)
    items = run_over(domains[0](inner), frame)
    if items is None:
        yield None
        return
    for item in items:
        frame.meter.spend(cost)
        values = {**constants, names[0]: item}
        if len(names) == 1:
            yield Frame(values, frame, frame.meter)
        else:
            yield from turns(names[1:], domains[1:], cost, frame, values)


def prepared(
    compiler: Compiler, iterators: tuple[nodes.Iterator, ...], body: nodes.Node, more: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], tuple[Step, ...], Step]:
    """Names, domains and body of a loop; all run in one frame that holds the names."""
    level = Level(more)
    domains = []
    for iterator in iterators:
        domains.append(compiler.inside(Level(level.names), iterator.domain))
        level.names.add(iterator.name)
    names = tuple(iterator.name for iterator in iterators)
    return names, tuple(domains), compiler.inside(level, body)


@compiles(nodes.For)
def loop(compiler: Compiler, node: nodes.For) -> Step:
    names, domains, body = prepared(compiler, node.iterators, node.body, ("partial",))
    cost = nodes.cost(node)
    partial = mentions(node, lambda part: isinstance(part, nodes.Name) and part.name == "partial")

    def step(frame: Frame) -> Value:
        results: list[Value] = []
        so_far: dict[str, Value] = {"partial": []} if partial else {}
        for turn in turns(names, domains, cost, frame, so_far):
            if turn is None:
                return frame.meter.note("for 的范围是空值")
            if partial:
                frame.meter.items(len(results))
                turn.values = {**turn.values, "partial": list(results)}
            results.append(body(turn))
            if len(results) > limits.ITEMS:
                raise Exhausted(f"列表超过 {limits.ITEMS} 项，已停止计算")
        return results

    return step


@compiles(nodes.Quantified)
def quantified(compiler: Compiler, node: nodes.Quantified) -> Step:
    names, domains, body = prepared(compiler, node.iterators, node.body)
    cost = nodes.cost(node)
    settling = node.word == "some"

    def step(frame: Frame) -> Value:
        result: bool | None = not settling
        for turn in turns(names, domains, cost, frame, {}):
            if turn is None:
                return frame.meter.note(f"{node.word} 的范围是空值")
            value = body(turn)
            if value is settling:
                return settling
            if type(value) is not bool:
                result = None
        return result

    return step


@compiles(nodes.Filter)
def filtered(compiler: Compiler, node: nodes.Filter) -> Step:
    source = compiler.step(node.source)
    condition = compiler.inside(Level(["item"], dynamic=True), node.condition)
    always_truth, cost = isinstance(node.condition, TRUTHS), nodes.cost(node.condition)

    def step(frame: Frame) -> Value:
        value = source(frame)
        items = value if type(value) is list else [] if value is None else [value]
        meter = frame.meter
        if not always_truth:
            probe = condition(Frame({"item": items[0] if items else None}, frame, meter))
            if type(probe) is Decimal:
                return item_at(items, probe, frame)
        kept = []
        for item in items:
            meter.spend(cost)
            if condition(Frame({"item": item}, frame, meter)) is True:
                kept.append(item)
        return kept

    return step


def item_at(items: list[Value], place: Decimal, frame: Frame) -> Value:
    """The item at a place: from 1, or from the end with a minus. Outside it is null."""
    if place == place.to_integral_value() and 1 <= abs(place) <= len(items):
        return items[int(place) - 1 if place > 0 else int(place)]
    return frame.meter.note(f"列表没有第 {place} 项")
