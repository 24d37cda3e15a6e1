"""The two doors of FEEL: `evaluate` answers as the standard does, `decide` wants exactly true or false.

Compiled expressions are kept by text and names, so that the same condition of a thousand cases is read once.
"""

import decimal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from app.dmn.feel import calling, construction, iteration, operators  # noqa: F401 (they register their nodes)
from app.dmn.feel.compiler import Compiler, Frame, Level, Step
from app.dmn.feel.errors import Exhausted, FeelError
from app.dmn.feel.limits import Meter
from app.dmn.feel.parser import parser
from app.dmn.feel.testing import Check, any_of, check_of, opposite
from app.dmn.feel.types import FeelType
from app.dmn.feel.values import Function, Range, Value

FAULTS = (decimal.DecimalException, OverflowError, ValueError, ArithmeticError)
TOO_DEEP = "嵌套太深，已停止计算"


def run(step: Step, frame: Frame) -> Value:
    """Run a step; work beyond the limits ends as null with a note."""
    try:
        return step(frame)
    except Exhausted as reason:
        sentence = str(reason)
    except RecursionError:
        sentence = TOO_DEEP
    except FAULTS:
        sentence = "数字超出可计算的范围"
    frame.meter.stopped = True
    return frame.meter.note(sentence)


def described(value: Value) -> str:
    """A value as a refusal names it; lists and contexts by kind only, as they may be of any size."""
    if value is None:
        return "空值"
    kinds = {list: "列表", dict: "上下文", Range: "区间", Function: "函数"}
    return kinds.get(type(value)) or f"“{str(value)[:40]}”"


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    Attributes:
        text: what was written.
        names: the names it takes from the scope.
    """

    text: str
    names: frozenset[str]
    step: Step = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, Value], *, at: datetime) -> Value:
        """The value, null where the standard says null. `at` is the aware instant of `now()` and `today()`."""
        return run(self.step, Frame(scope, None, Meter(at)))

    def explain(self, scope: Mapping[str, Value], *, at: datetime) -> tuple[Value, tuple[str, ...]]:
        """The value, and the Chinese reasons of every null met on the way."""
        meter = Meter(at)
        return run(self.step, Frame(scope, None, meter)), tuple(meter.notes)

    def decide(self, scope: Mapping[str, Value], *, at: datetime) -> bool:
        """True or false. Raises FeelError for anything else (engine rule 8)."""
        meter = Meter(at)
        value = run(self.step, Frame(scope, None, meter))
        if value is True or value is False:
            return bool(value)
        reason = f"（{'；'.join(meter.notes)}）" if meter.notes else ""
        raise FeelError(f"条件“{self.text}”应当得出真或假，得出的却是{described(value)}{reason}")


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The tests of a table cell, over the value `?`."""

    text: str
    names: frozenset[str]
    check: Check | None = field(repr=False, compare=False)

    def matches(self, value: Value, scope: Mapping[str, Value], *, at: datetime) -> bool | None:
        """Whether the value passes; None when that cannot be told."""
        meter = Meter(at)
        frame = Frame({"?": value}, Frame(scope, None, meter), meter)
        check = self.check
        answer: bool | None = True if check is None else run(lambda inner: check(value, inner), frame)
        return answer


def compile_expression(
    text: str,
    names: Iterable[str] | None = None,
    *,
    properties: Iterable[str] = (),
    kinds: Mapping[str, FeelType] | None = None,
) -> Expression:
    """Compile a FEEL expression.

    Args:
        names: what the scope will have. None: not known, and any name is taken; an empty collection: nothing.
        properties: keys that are known to stand after a point (they may hold blanks and marks).
        kinds: types declared outside, for `instance of`.
    Raises: FeelError for a text that is not FEEL, or a name that is not in `names`.
    """
    return expression_of(text, None if names is None else frozenset(names), frozenset(properties), Kinds(kinds or {}))


def compile_unary_tests(
    text: str,
    names: Iterable[str] | None = None,
    *,
    properties: Iterable[str] = (),
    kinds: Mapping[str, FeelType] | None = None,
) -> UnaryTests:
    """Compile the tests of a cell: `-`, `< 5`, `[1..5], 9`, `not("a")`, a condition over `?`. As above otherwise."""
    return tests_of(text, None if names is None else frozenset(names), frozenset(properties), Kinds(kinds or {}))


class Kinds(dict[str, FeelType]):
    """Declared types, told apart by identity of content so that they can be part of a cache key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self))


@lru_cache(maxsize=4096)
def expression_of(text: str, names: frozenset[str] | None, properties: frozenset[str], kinds: Kinds) -> Expression:
    """Parse and compile; refusals are not kept."""
    try:
        node = parser(text, names or (), properties, kinds).whole_expression()
        compiler = Compiler(text, names)
        step = compiler.step(node)
    except RecursionError:
        raise FeelError("嵌套太深，请拆成几步", 0, text) from None
    return Expression(text, frozenset(compiler.free), step)


@lru_cache(maxsize=4096)
def tests_of(text: str, names: frozenset[str] | None, properties: frozenset[str], kinds: Kinds) -> UnaryTests:
    """Parse and compile; refusals are not kept."""
    try:
        nodes, negated = parser(text, names or (), properties, kinds).whole_tests()
        compiler = Compiler(text, names, [Level(["?"])])
        checks = tuple(check_of(compiler, node, cell=True) for node in nodes)
    except RecursionError:
        raise FeelError("嵌套太深，请拆成几步", 0, text) from None
    check = any_of(checks) if checks else None
    return UnaryTests(text, frozenset(compiler.free), opposite(check) if negated and check else check)
