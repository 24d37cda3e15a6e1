"""Marks of a checked diagram: at each element the word and the numbers of what was found there. Never colour alone."""

from collections.abc import Mapping

from lxml import etree

from app.web.diagram.lines import flow_label
from app.web.diagram.model import Drawing, Point
from app.web.diagram.svg import add
from app.web.diagram.wording import width

SIGNS = {"error": "✕", "warning": "▲", "notice": "✎"}
"""As before the sentences of the list."""
Marks = Mapping[str, tuple[str, str]]
"""Element id → severity, and the numbers as they stand in the list."""


def draw_remarks(svg: etree._Element, drawing: Drawing, marks: Marks) -> None:
    """A flag over the upper left corner of a node or band, on the name of a flow; nothing for what is not drawn."""
    for element, (severity, numbers) in marks.items():
        place = _place(drawing, element)
        if place is not None:
            _flag(svg, place, severity, numbers)


def _place(drawing: Drawing, element: str) -> Point | None:
    node = drawing.by_id.get(element)
    if node is not None and node.box is not None:
        return node.box.x, node.box.y
    band = next((band for band in drawing.bands if band.id == element), None)
    if band is not None:
        return band.box.x, band.box.y
    flow = next((flow for flow in drawing.flows if flow.id == element and len(flow.points) > 1), None)
    return flow_label(flow) if flow is not None else None


def _flag(svg: etree._Element, place: Point, severity: str, numbers: str) -> None:
    text = f"{SIGNS[severity]} {numbers if len(numbers) <= 12 else numbers.split()[0] + ' …'}"
    wide = width(text) * 11 + 8
    x, y = place
    group = add(svg, "g", cls=f"remark {severity}")
    add(group, "rect", x=x - 4, y=y - 10, width=wide, height=17, rx=3, cls="flag")
    add(group, "text", text, x=x - 4 + wide / 2, y=y + 2.5, cls="flag-t")
