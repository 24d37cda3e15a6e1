"""Compiling lists, contexts, ranges and functions."""

from app.dmn.feel import limits, nodes
from app.dmn.feel.coercion import coerce
from app.dmn.feel.compare import order
from app.dmn.feel.compiler import Compiler, Frame, Level, Step, compiles
from app.dmn.feel.errors import Exhausted
from app.dmn.feel.limits import Meter
from app.dmn.feel.types import FeelType, conforms
from app.dmn.feel.values import Function, Range, Value


@compiles(nodes.ListOf)
def listed(compiler: Compiler, node: nodes.ListOf) -> Step:
    items = tuple(compiler.step(item) for item in node.items)
    return lambda frame: [item(frame) for item in items]


@compiles(nodes.ContextOf)
def context(compiler: Compiler, node: nodes.ContextOf) -> Step:
    """Entries in order, each seeing the ones before; a function sees itself too."""
    level = Level(())
    entries: list[tuple[str, Step, FeelType | None]] = []
    for place, (key, entry) in enumerate(node.entries):
        if isinstance(entry, nodes.Lambda | nodes.Foreign):
            level.names.add(key)
        entries.append((key, compiler.inside(level, entry), node.kinds[place] if node.kinds else None))
        level.names.add(key)
    result = None if node.result is None else compiler.inside(level, node.result)

    def step(frame: Frame) -> Value:
        values: dict[str, Value] = {}
        inner = Frame(values, frame, frame.meter)
        for key, entry, kind in entries:
            values[key] = entry(inner) if kind is None else coerce(entry(inner), kind, frame.meter)
        return values if result is None else result(inner)

    return step


@compiles(nodes.Typed)
def typed(compiler: Compiler, node: nodes.Typed) -> Step:
    expression, kind = compiler.step(node.expression), node.kind
    return lambda frame: coerce(expression(frame), kind, frame.meter)


@compiles(nodes.RangeOf)
def ranged(compiler: Compiler, node: nodes.RangeOf) -> Step:
    """A range whose bounds are of one kind and in order; otherwise null."""
    low = None if node.low is None else compiler.step(node.low)
    high = None if node.high is None else compiler.step(node.high)

    def step(frame: Frame) -> Value:
        first = None if low is None else low(frame)
        last = None if high is None else high(frame)
        if (low is not None and first is None) or (high is not None and last is None):
            return frame.meter.note("区间的一端是空值")
        return make_range(first, last, node.low_closed, node.high_closed, frame.meter)

    return step


def make_range(low: Value, high: Value, low_closed: bool, high_closed: bool, meter: Meter) -> Value:
    """The range, or null when its bounds have no order between them, or the wrong one."""
    if low is None and high is None:
        return None
    if low is not None and high is not None:
        placed = order(low, high)
        if placed is None or placed > 0:
            return meter.note("区间的两端不能比较，或左边大于右边")
    elif order(high if low is None else low, high if low is None else low) is None:
        return meter.note("这种值不能作区间的一端")
    return Range(low, high, low_closed and low is not None, high_closed and high is not None)


@compiles(nodes.Test)
def test_value(compiler: Compiler, node: nodes.Test) -> Step:
    raise compiler.error(f"{node.mark} 的左边缺少要比较的值", node)


@compiles(nodes.Lambda)
def function(compiler: Compiler, node: nodes.Lambda) -> Step:
    body = compiler.inside(Level(node.params), node.body)
    params, kinds, result, cost = node.params, node.kinds, node.result, 5 + nodes.cost(node.body)

    def step(frame: Frame) -> Value:
        def run(arguments: list[Value], meter: Meter) -> Value:
            if len(arguments) != len(params):
                return meter.note(f"函数要 {len(params)} 个参数，给了 {len(arguments)} 个")
            values = {}
            for name, kind, value in zip(params, kinds, arguments, strict=True):
                values[name] = value if kind is None else coerce(value, kind, meter)
                if value is not None and values[name] is None:
                    return meter.note(f"参数“{name}”的类型不对")
            answer = called(body, Frame(values, frame, meter), cost)
            return answer if result is None or conforms(answer, result) else coerce(answer, result, meter)

        return Function("", params, run, kinds, result)

    return step


def called(body: Step, frame: Frame, cost: int = 4) -> Value:
    """Run a function's body, one call deeper."""
    meter = frame.meter
    meter.spend(cost)
    meter.calls += 1
    if meter.calls > limits.CALLS:
        raise Exhausted(f"函数互相调用超过 {limits.CALLS} 层，已停止计算")
    try:
        return body(frame)
    finally:
        meter.calls -= 1
