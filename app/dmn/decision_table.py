"""Decision tables: cells into checks once, then rule by rule (DMN 1.5 chapter 8)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.dmn.feel.coercion import coerce
from app.dmn.feel.compiler import Compiler, Frame, Level, Step
from app.dmn.feel.errors import FeelError
from app.dmn.feel.nodes import Constant, Foreign, Node
from app.dmn.feel.testing import Check, any_of, check_of, opposite
from app.dmn.feel.types import FeelType
from app.dmn.feel.values import Value
from app.dmn.hits import POLICIES, Column, Policy, Violated
from app.dmn.reading import Reading
from app.dmn.xml import attribute, child, children, text_of

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True, slots=True)
class Cell:
    """The tests of a cell, and whether `not(…)` stands around them."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Input:
    """An input column: what it computes, under which heading it is reported, which values it may have."""

    label: str
    expression: Node
    kind: FeelType | None
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column: its name, its values in order of priority, what it is when no rule hits."""

    name: str
    kind: FeelType | None
    order: tuple[Node, ...]
    default: Node | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: checks by place of their column (a `-` has none) and one expression per output."""

    cells: tuple[tuple[int, Cell], ...]
    outputs: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """What one evaluation of a table left: rules hit (from 1), inputs by heading, and the fault if one is at hand."""

    table: str
    rows: tuple[int, ...]
    inputs: dict[str, Value]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read."""

    key: str
    name: str
    policy: Policy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


def read(element: "etree._Element", reading: Reading) -> Node:
    """A `decisionTable` as a node that compiles itself. Faults are noted by rule and cell."""
    code = attribute(element, "hitPolicy") or "UNIQUE"
    aggregation = attribute(element, "aggregation")
    policy = POLICIES.get((code, aggregation))
    if policy is None:
        reading.fault(f"没有“{code} {aggregation}”这种命中策略", "")
        return Constant(0, None)
    inputs = tuple(read_input(part, reading) for part in children(element, "input"))
    outputs = tuple(read_output(part, reading) for part in children(element, "output"))
    rules = tuple(read_rule(part, number, len(inputs), len(outputs), reading)
                  for number, part in enumerate(children(element, "rule"), 1))  # fmt: skip
    if not outputs:
        reading.fault("决策表没有输出列", "")
    elif policy.ranked and not any(output.order for output in outputs):
        reading.fault("PRIORITY 和 OUTPUT ORDER 要在输出列写明取值的先后（输出值）", "")
    elif aggregation and len(outputs) > 1 and aggregation != "COUNT":
        reading.fault("有汇总方式的 COLLECT 表只能有一个输出列", "")
    table = Table(reading.element, reading.name, policy, inputs, outputs, rules)
    return Foreign(0, lambda compiler: compile_table(compiler, table))


def read_input(element: "etree._Element", reading: Reading) -> Input:
    """An input column."""
    expression = child(element, "inputExpression")
    text = text_of(expression)
    values = text_of(child(element, "inputValues"))
    kind = reading.type_named(attribute(expression, "typeRef"))
    return Input(
        attribute(element, "label") or text,
        reading.expression(text),
        kind,
        read_cell(values, reading) if values else None,
    )


def read_output(element: "etree._Element", reading: Reading) -> Output:
    """An output column. Its order of priority may come from its type's allowed values."""
    kind = reading.type_named(attribute(element, "typeRef"))
    values = text_of(child(element, "outputValues"))
    if not values and kind is not None and kind.allowed:
        values = kind.allowed[0].text
    cell = read_cell(values, reading) if values else None
    default = child(element, "defaultOutputEntry")
    return Output(
        attribute(element, "name"),
        kind,
        () if cell is None else cell.tests,
        None if default is None else reading.expression(text_of(default)),
    )


def read_rule(element: "etree._Element", number: int, inputs: int, outputs: int, reading: Reading) -> Rule:
    """A row; it must have a cell for every column."""
    reading.rule = number
    tests = [text_of(part) for part in children(element, "inputEntry")]
    results = [text_of(part) for part in children(element, "outputEntry")]
    if len(tests) != inputs or len(results) != outputs:
        reading.fault(f"这一行应当有 {inputs} 个条件格和 {outputs} 个结果格", "")
    cells = [(place, read_cell(text, reading)) for place, text in enumerate(tests)]
    made = tuple(Constant(0, None) if text == "-" or not text else reading.expression(text) for text in results)
    reading.rule = 0
    return Rule(tuple((place, cell) for place, cell in cells if cell.tests), made)


def read_cell(text: str, reading: Reading) -> Cell:
    """The tests of a cell; an empty cell is `-`."""
    if not text:
        return Cell((), False)
    try:
        tests, negated = reading.parser(text).whole_tests()
    except FeelError as fault:
        reading.fault(str(fault), text)
        return Cell((Constant(0, False),), False)
    return Cell(tests, negated)


def compile_cell(compiler: Compiler, cell: Cell) -> Check:
    """A cell as one check, run in a frame that holds `?`."""
    compiler.levels.append(Level(["?"]))
    try:
        check = any_of(tuple(check_of(compiler, test, cell=True) for test in cell.tests))
    finally:
        compiler.levels.pop()
    return opposite(check) if cell.negated else check


def compile_table(compiler: Compiler, table: Table) -> Step:
    """The table as a step. It leaves a `Hit` on the meter."""
    inputs = tuple((one.label, compiler.step(one.expression), one.kind) for one in table.inputs)
    allowed = tuple(
        (place, compile_cell(compiler, one.allowed)) for place, one in enumerate(table.inputs) if one.allowed
    )
    rules = tuple(
        (number, tuple((place, compile_cell(compiler, cell)) for place, cell in rule.cells))
        for number, rule in enumerate(table.rules)
    )
    results = tuple(tuple(compiler.step(output) for output in rule.outputs) for rule in table.rules)
    columns = tuple(compile_output(compiler, output) for output in table.outputs)
    single, policy, key = len(columns) == 1, table.policy, table.key

    def step(frame: Frame) -> Value:
        meter = frame.meter
        meter.spend(1 + len(rules) // 4)
        values = [compute(frame) for _, compute, _ in inputs]
        frames = [Frame({"?": value}, frame, meter) for value in values]
        shown = {label: value for (label, _, _), value in zip(inputs, values, strict=True)}
        for place, check in allowed:
            if check(values[place], frames[place]) is not True:
                return faulty(frame, key, (), shown, f"“{inputs[place][0]}”的值不在允许的范围内")
        hits = []
        for number, checks in rules:
            for place, check in checks:
                if check(values[place], frames[place]) is not True:
                    break
            else:
                hits.append(number)
                if policy.first:
                    break
        if not hits:
            meter.trace.append(Hit(key, (), shown))
            return policy.nothing(columns, frame, single)
        made = [fitted(results[number], columns, frame) for number in hits]
        try:
            value, kept = policy.choose(made, hits, columns, single)
        except Violated as fault:
            return faulty(frame, key, tuple(number + 1 for number in hits), shown, str(fault))
        meter.trace.append(Hit(key, tuple(number + 1 for number in kept), shown))
        return value

    return step


def fitted(steps: tuple[Step, ...], columns: tuple[Column, ...], frame: Frame) -> list[Value]:
    """The outputs of a rule, each fitted to its column's type."""
    made = []
    for step, column in zip(steps, columns, strict=False):
        value = step(frame)
        made.append(value if column.kind is None else coerce(value, column.kind, frame.meter))
    return made


def faulty(frame: Frame, key: str, rows: tuple[int, ...], shown: dict[str, Value], fault: str) -> None:
    """Null, with the reason on the record."""
    frame.meter.trace.append(Hit(key, rows, shown, fault))
    frame.meter.note(fault)


def compile_output(compiler: Compiler, output: Output) -> Column:
    """An output column: its priorities computed, its default as a step."""
    order = tuple(node.value for node in output.order if isinstance(node, Constant))
    return Column(output.name, output.kind, order, None if output.default is None else compiler.step(output.default))
