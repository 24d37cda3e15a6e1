"""Compiling arithmetic, comparison and logic. The commonest case, a name against a constant, has its own closure."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.dmn.feel import arithmetic
from app.dmn.feel.compare import PLAIN, equal, order
from app.dmn.feel.compiler import Compiler, Frame, Step, compiles
from app.dmn.feel.nodes import Arithmetic, Between, Comparison, Constant, If, Junction, Negation
from app.dmn.feel.values import Value

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@compiles(Negation)
def negation(compiler: Compiler, node: Negation) -> Step:
    operand = compiler.step(node.operand)

    def step(frame: Frame) -> Value:
        value = operand(frame)
        result = arithmetic.negate(value)
        if result is None and value is not None:
            frame.meter.note("负号后面不是数字或时长")
        return result

    return step


@compiles(Arithmetic)
def calculation(compiler: Compiler, node: Arithmetic) -> Step:
    left, right = compiler.step(node.left), compiler.step(node.right)
    act, mark = arithmetic.ACTS[node.mark], node.mark

    def step(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if one is None or other is None:
            return None
        try:
            result = act(one, other, frame.meter)
        except arithmetic.FAULTS:
            return frame.meter.note(f"{mark} 的结果超出数字范围")
        if result is None:
            frame.meter.note(f"{mark} 的两边不能这样计算")
        return result

    return step


@compiles(Comparison)
def comparison(compiler: Compiler, node: Comparison) -> Step:
    left, right = compiler.step(node.left), compiler.step(node.right)
    if node.mark in ORDERINGS:
        return ordering(left, right, node.mark)
    wanted = node.mark == "="
    if isinstance(node.right, Constant) and type(node.right.value) in PLAIN:
        return equals_constant(left, node.right.value, wanted)

    def step(frame: Frame) -> Value:
        result = equal(left(frame), right(frame))
        return None if result is None else result is wanted

    return step


def equals_constant(left: Step, constant: Value, wanted: bool) -> Step:
    """`name = "text"`."""
    kind = type(constant)

    def step(frame: Frame) -> Value:
        value = left(frame)
        if type(value) is kind:
            return (value == constant) is wanted
        return not wanted if value is None else None

    return step


def ordering(left: Step, right: Step, mark: str) -> Step:
    """`<` and its like; null when the two have no order."""
    act = ORDERINGS[mark]

    def step(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            return act(one, other)
        placed = order(one, other)
        if placed is None:
            if one is not None and other is not None:
                frame.meter.note(f"{mark} 的两边不能比较大小")
            return None
        return act(placed, 0)

    return step


@compiles(Between)
def between(compiler: Compiler, node: Between) -> Step:
    value, low, high = compiler.step(node.value), compiler.step(node.low), compiler.step(node.high)

    def step(frame: Frame) -> Value:
        tested = value(frame)
        above, below = order(tested, low(frame)), order(tested, high(frame))
        return None if above is None or below is None else above >= 0 and below <= 0

    return step


@compiles(Junction)
def junction(compiler: Compiler, node: Junction) -> Step:
    """Three-valued: one `false` settles an `and`, one `true` an `or`; anything not a boolean counts as null."""
    parts = tuple(compiler.step(part) for part in node.parts)
    settling = node.word == "or"

    def step(frame: Frame) -> Value:
        result: bool | None = not settling
        for part in parts:
            value = part(frame)
            if value is settling:
                return settling
            if value is None or type(value) is not bool:
                result = None
        return result

    return step


@compiles(If)
def conditional(compiler: Compiler, node: If) -> Step:
    """Only `true` takes the first branch; null takes `else` (DMN 1.5 table 55)."""
    condition, then, other = compiler.step(node.condition), compiler.step(node.then), compiler.step(node.other)
    return lambda frame: then(frame) if condition(frame) is True else other(frame)
