"""Boxed expressions into the same tree that texts become (DMN 1.5 §7.3 and §10.5)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.dmn import decision_table
from app.dmn.feel.nodes import (
    Call,
    Constant,
    ContextOf,
    Filter,
    For,
    If,
    Iterator,
    Lambda,
    ListOf,
    Node,
    Quantified,
    Typed,
)
from app.dmn.feel.types import FeelType
from app.dmn.reading import Reading
from app.dmn.xml import attribute, child, children, tag, text_of

if TYPE_CHECKING:
    from lxml import etree

NULL = Constant(0, None)


def boxed_in(element: "etree._Element | None", reading: Reading) -> Node:
    """The one expression an element holds; none is a fault."""
    found = None if element is None else next((part for part in children(element) if tag(part) in BOXES), None)
    if found is None:
        reading.fault("缺少表达式", "")
        return NULL
    node = BOXES[tag(found)](found, reading)
    kind = reading.type_named(attribute(found, "typeRef")) if tag(found) == "literalExpression" else None
    return node if kind is None else Typed(0, node, kind)


def literal(element: "etree._Element", reading: Reading) -> Node:
    """A FEEL text."""
    language = attribute(element, "expressionLanguage")
    if language and "FEEL" not in language.upper():
        reading.fault(f"表达式只能用 FEEL，不能用 {language}", "")
        return NULL
    return reading.expression(text_of(element))


def context(element: "etree._Element", reading: Reading) -> Node:
    """Entries in order; the one without a name is the result."""
    entries: list[tuple[str, Node]] = []
    kinds: list[FeelType | None] = []
    result: Node | None = None
    outer = reading.names
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        name = attribute(variable, "name")
        if variable is None:
            result = boxed_in(entry, reading)
            continue
        if child(entry, "functionDefinition") is not None:
            reading.names |= {name}
        entries.append((name, boxed_in(entry, reading)))
        kinds.append(reading.type_named(attribute(variable, "typeRef")))
        reading.names |= {name}
        reading.properties |= {name}
    reading.names = outer
    return ContextOf(0, tuple(entries), tuple(kinds), result)


def relation(element: "etree._Element", reading: Reading) -> Node:
    """Rows of named columns: a list of contexts."""
    columns = [attribute(column, "name") for column in children(element, "column")]
    reading.properties |= set(columns)
    rows: list[Node] = []
    for row in children(element, "row"):
        cells = [BOXES[tag(cell)](cell, reading) for cell in children(row) if tag(cell) in BOXES]
        rows.append(ContextOf(0, tuple(zip(columns, cells, strict=False))))
    return ListOf(0, tuple(rows))


def listed(element: "etree._Element", reading: Reading) -> Node:
    """Items."""
    return ListOf(0, tuple(BOXES[tag(part)](part, reading) for part in children(element) if tag(part) in BOXES))


def invocation(element: "etree._Element", reading: Reading) -> Node:
    """A function and its arguments by name."""
    names, arguments = [], []
    for binding in children(element, "binding"):
        names.append(attribute(child(binding, "parameter"), "name"))
        arguments.append(boxed_in(binding, reading))
    return Call(0, boxed_in(element, reading), tuple(arguments), tuple(names))


def function(element: "etree._Element", reading: Reading) -> Node:
    """Parameters and a body in FEEL."""
    if attribute(element, "kind") not in ("", "FEEL"):
        reading.fault(f"不支持 {attribute(element, 'kind')} 函数，只能用 FEEL", "")
        return NULL
    params = list(children(element, "formalParameter"))
    names = tuple(attribute(param, "name") for param in params)
    kinds = tuple(reading.type_named(attribute(param, "typeRef")) for param in params)
    with reading.knowing(names):
        return Lambda(0, names, kinds, boxed_in(element, reading), reading.type_named(attribute(element, "typeRef")))


def conditional(element: "etree._Element", reading: Reading) -> Node:
    """If, then, else."""
    return If(0, *(boxed_in(child(element, part), reading) for part in ("if", "then", "else")))


def iterator(element: "etree._Element", reading: Reading) -> Iterator:
    """The variable and what it runs over."""
    return Iterator(0, attribute(element, "iteratorVariable"), boxed_in(child(element, "in"), reading))


def loop(element: "etree._Element", reading: Reading) -> Node:
    """For, in, return."""
    over = iterator(element, reading)
    with reading.knowing((over.name, "partial")):
        return For(0, (over,), boxed_in(child(element, "return"), reading))


def quantified(element: "etree._Element", reading: Reading) -> Node:
    """Some or every, in, satisfies."""
    over = iterator(element, reading)
    with reading.knowing((over.name,)):
        return Quantified(0, tag(element), (over,), boxed_in(child(element, "satisfies"), reading))


def filtered(element: "etree._Element", reading: Reading) -> Node:
    """In, match."""
    source = boxed_in(child(element, "in"), reading)
    with reading.knowing(("item",)):
        return Filter(0, source, boxed_in(child(element, "match"), reading))


BOXES: dict[str, Callable[["etree._Element", Reading], Node]] = {
    "literalExpression": literal,
    "context": context,
    "relation": relation,
    "list": listed,
    "invocation": invocation,
    "functionDefinition": function,
    "encapsulatedLogic": function,
    "conditional": conditional,
    "for": loop,
    "some": quantified,
    "every": quantified,
    "filter": filtered,
    "decisionTable": decision_table.read,
}
