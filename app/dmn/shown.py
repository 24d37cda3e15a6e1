"""A decision table as its author wrote it, to be read beside the rows that fired. Text only; nothing is evaluated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.dmn.xml import attribute, child, children, read, text_of

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True)
class ShownTable:
    """`rules` are rows of cell texts, inputs first; `policy` is the hit policy as written.

    `columns` are the expressions of the inputs and the names of the outputs; `notes` the annotations, one text a row, all
    empty where the author wrote none (DMN 1.3, 8.2.4).
    """

    name: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def shown_tables(data: bytes) -> dict[str, ShownTable]:
    """The tables of a file by id of their decision. Raises DmnRefused."""
    found = {}
    for decision in children(read(data), "decision"):
        table = child(decision, "decisionTable")
        if table is not None:
            found[attribute(decision, "id")] = _shown(decision, table)
    return found


def _shown(decision: "etree._Element", table: "etree._Element") -> ShownTable:
    asked = tuple(text_of(child(one, "inputExpression")) for one in children(table, "input"))
    inputs = tuple(attribute(one, "label") or said for one, said in zip(children(table, "input"), asked, strict=True))
    given = tuple(attribute(one, "name") for one in children(table, "output"))
    outputs = tuple(attribute(one, "label") or name for one, name in zip(children(table, "output"), given, strict=True))
    rules = tuple(
        tuple(text_of(cell) or "-" for cell in children(rule, "inputEntry", "outputEntry"))
        for rule in children(table, "rule")
    )
    notes = tuple(
        "；".join(filter(None, map(text_of, children(rule, "annotationEntry")))) for rule in children(table, "rule")
    )
    policy = attribute(table, "hitPolicy") or "UNIQUE"
    return ShownTable(attribute(decision, "name"), policy, inputs, outputs, rules, asked + given, notes)
