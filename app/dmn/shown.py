"""A decision table as its author wrote it, to be read beside the rows that fired. Text only; nothing is evaluated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.dmn.xml import attribute, child, children, read, text_of

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True)
class ShownTable:
    """`rules` are rows of cell texts, inputs first; `policy` is the hit policy as written."""

    name: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[tuple[str, ...], ...]


def shown_tables(data: bytes) -> dict[str, ShownTable]:
    """The tables of a file by id of their decision. Raises DmnRefused."""
    found = {}
    for decision in children(read(data), "decision"):
        table = child(decision, "decisionTable")
        if table is not None:
            found[attribute(decision, "id")] = _shown(decision, table)
    return found


def _shown(decision: "etree._Element", table: "etree._Element") -> ShownTable:
    inputs = tuple(
        attribute(one, "label") or text_of(child(one, "inputExpression")) for one in children(table, "input")
    )
    outputs = tuple(attribute(one, "label") or attribute(one, "name") for one in children(table, "output"))
    rules = tuple(
        tuple(text_of(cell) or "-" for cell in children(rule, "inputEntry", "outputEntry"))
        for rule in children(table, "rule")
    )
    policy = attribute(table, "hitPolicy") or "UNIQUE"
    return ShownTable(attribute(decision, "name"), policy, inputs, outputs, rules)
