"""Compiling tests: what stands after `in`, and the cells of a decision table (DMN 1.5 §7.3.3, §10.3.1.2 rule 7)."""

from collections.abc import Callable
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from app.dmn.feel import nodes
from app.dmn.feel.compare import PLAIN, equal, in_range, order, passes
from app.dmn.feel.compiler import Compiler, Frame, Step, compiles
from app.dmn.feel.operators import ORDERINGS
from app.dmn.feel.values import Range, Value

Check: TypeAlias = Callable[[Value, Frame], bool | None]
"""Whether a value passes; the frame is the one the test stands in."""


@compiles(nodes.Membership)
def membership(compiler: Compiler, node: nodes.Membership) -> Step:
    value = compiler.step(node.value)
    check = any_of(tuple(check_of(compiler, test) for test in node.tests))
    return lambda frame: check(value(frame), frame)


def any_of(checks: tuple[Check, ...]) -> Check:
    """True when one passes, null when none does and one could not be told."""
    if len(checks) == 1:
        return checks[0]

    def check(value: Value, frame: Frame) -> bool | None:
        result: bool | None = False
        for one in checks:
            answer = one(value, frame)
            if answer is True:
                return True
            if answer is None:
                result = None
        return result

    return check


def check_of(compiler: Compiler, node: nodes.Node, cell: bool = False) -> Check:
    """One test. In a cell, an expression over `?` is the answer itself."""
    if isinstance(node, nodes.Test):
        return compared(compiler, node)
    if isinstance(node, nodes.Constant) and type(node.value) in PLAIN:
        return same(node.value)
    if isinstance(node, nodes.RangeOf):
        fixed = fixed_range(node)
        if fixed is not None:
            return between(fixed) if type(fixed.low) is type(fixed.high) is Decimal else within(fixed)
        return computed_range(compiler.step(node))
    step = compiler.step(node)
    if cell and nodes.mentions(node, lambda part: isinstance(part, nodes.Tested)):
        return lambda value, frame: truth(step(frame))
    return cell_value(step) if cell else lambda value, frame: passes(value, step(frame))


def within(span: Range) -> Check:
    return lambda value, frame: in_range(value, span)


def between(span: Range) -> Check:
    """`within` two numbers, the usual cell of a table: two comparisons and nothing else."""
    low: Any = span.low
    high: Any = span.high
    above, below = ge if span.low_closed else gt, le if span.high_closed else lt

    def check(value: Value, frame: Frame) -> bool | None:
        if type(value) is not Decimal:
            return in_range(value, span)
        return above(value, low) and below(value, high)  # type: ignore[no-any-return]

    return check


def computed_range(step: Step) -> Check:
    """A range whose bounds are computed; null when it cannot be made."""

    def check(value: Value, frame: Frame) -> bool | None:
        span = step(frame)
        return None if span is None else passes(value, span)

    return check


def cell_value(step: Step) -> Check:
    """A cell that does not mention `?`: a value to equal, a list or range to be in, or a condition that holds."""

    def check(value: Value, frame: Frame) -> bool | None:
        test = step(frame)
        if type(test) is bool and type(value) is not bool:
            return test
        return passes(value, test)

    return check


def truth(value: Value) -> bool | None:
    """A boolean or null."""
    return value if type(value) is bool else None


def compared(compiler: Compiler, node: nodes.Test) -> Check:
    """`< 5`, `!= "x"`."""
    operand = compiler.step(node.operand)
    if node.mark in ORDERINGS:
        act = ORDERINGS[node.mark]

        def check(value: Value, frame: Frame) -> bool | None:
            placed = order(value, operand(frame))
            return None if placed is None else act(placed, 0)

        return check
    wanted = node.mark == "="

    def check_equal(value: Value, frame: Frame) -> bool | None:
        answer = equal(value, operand(frame))
        return None if answer is None else answer is wanted

    return check_equal


def same(constant: Value) -> Check:
    """A literal to equal."""
    kind = type(constant)

    def check(value: Value, frame: Frame) -> bool | None:
        if type(value) is kind:
            return bool(value == constant)
        return passes_list(value, constant)

    return check


def passes_list(value: Value, constant: Value) -> bool | None:
    """A value of another kind than the literal: null is not it; others cannot be compared."""
    return False if value is None else equal(value, constant)


def fixed_range(node: nodes.RangeOf) -> Range | None:
    """A range between literals in order, made once."""
    bounds = []
    for bound in (node.low, node.high):
        if not isinstance(bound, nodes.Constant):
            return None
        bounds.append(bound.value)
    placed = order(bounds[0], bounds[1])
    return None if placed is None or placed > 0 else Range(bounds[0], bounds[1], node.low_closed, node.high_closed)


def opposite(check: Check) -> Check:
    """`not(…)`."""

    def checked(value: Value, frame: Frame) -> bool | None:
        answer = check(value, frame)
        return None if answer is None else not answer

    return checked
