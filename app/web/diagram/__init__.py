"""A process diagram as server-drawn, accessible SVG: a pure function from BPMN text and marks to markup.

It knows no case, no session and no database; names in the diagram are text nodes and nothing else (abuse case 5).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from lxml import etree
from markupsafe import Markup

from app.web.diagram.layout import lay_out
from app.web.diagram.lines import draw_band, draw_flow, flow_label
from app.web.diagram.listing import draw_list
from app.web.diagram.model import Box, Drawing, Flow, Node
from app.web.diagram.reading import DiagramUnreadable, read
from app.web.diagram.remarks import Marks, draw_remarks
from app.web.diagram.shapes import draw_node
from app.web.diagram.svg import add, short

__all__ = ["DiagramUnreadable", "draw", "stand_ins"]

_PAD = 14.0
PUT_BEFORE = ("ask_", "send_")
"""How ids begin of steps that importing puts before a node of the drawing."""
KEPT = 32
"""Drawings kept in memory, of 2 MB of XML at most."""


def draw(
    bpmn_xml: bytes,
    *,
    active: Collection[str] = (),
    done: Collection[str] = (),
    flows: Collection[str] = (),
    counts: Mapping[str, int] | None = None,
    title: str = "",
    window: tuple[float, float] | None = None,
    listing: bool = True,
    plane: str | None = None,
    focus: str = "",
    remarks: Marks | None = None,
) -> Markup:
    """Draw a diagram with its marks.

    Args:
        active, done: node ids; one inside a folded sub-process marks the sub-process.
        flows: ids of the sequence flows really taken; the others are then drawn dashed.
        counts: node id → how often; shown from two on.
        window: width and height in pixels; only what lies around the focus is drawn (for a phone).
        remarks: element id → severity and numbers of what was found there.
        focus: the active node to look at; without it the first one.
        listing: add the equivalent list under the picture.
        plane: the element whose drawing is wanted, where the file holds several.

    Raises:
        DiagramUnreadable: see `reading.read`.
    """
    drawing = _laid_out(bpmn_xml, plane)
    states = _states(drawing, active, done)
    view = _view(drawing, states, window, _drawn(drawing, focus))
    root = etree.Element("div")
    root.set("class", "diagram")
    _picture(root, drawing, states, dict(counts or {}), set(flows), view, title or drawing.title)
    draw_remarks(root[0][0], drawing, remarks or {})
    if listing:
        _in_words(root, drawing, states, dict(counts or {}), bool(flows or done))
    return Markup(etree.tostring(root, encoding="unicode", method="xml"))  # built from text nodes, escaped by lxml


def stand_ins(bpmn_xml: bytes, names: Collection[str]) -> dict[str, str]:
    """Which element of the picture shows each of the nodes: itself, or the folded sub-process around it; nodes of other
    diagrams are left out.

    Raises:
        DiagramUnreadable: see `reading.read`.
    """
    drawing = _laid_out(bpmn_xml, None)
    shown = {node.id for node in drawing.nodes if node.box}
    found = {name: _drawn(drawing, name) for name in names}
    return {name: place for name, place in found.items() if place in shown}


@lru_cache(maxsize=KEPT)
def _laid_out(bpmn_xml: bytes, plane: str | None) -> Drawing:
    """Read once: a published version never changes, and its pictures are drawn on every page of its cases."""
    drawing = read(bpmn_xml, plane)
    return drawing if any(node.box for node in drawing.nodes) else lay_out(drawing)


def _states(drawing: Drawing, active: Collection[str], done: Collection[str]) -> dict[str, str]:
    states = {_drawn(drawing, name): "done" for name in done}
    return states | {_drawn(drawing, name): "active" for name in active}


def _drawn(drawing: Drawing, name: str) -> str:
    """The node itself, or the nearest sub-process around it that the picture shows; for a step that importing put
    before another one, that one."""
    by_id = drawing.by_id
    node = by_id.get(name)
    if node is None and name.startswith(PUT_BEFORE):
        node = by_id.get(name.partition("_")[2])
    while node is not None and node.box is None and node.parent:
        node = by_id.get(node.parent)
    return node.id if node else name


def _view(drawing: Drawing, states: Mapping[str, str], window: tuple[float, float] | None, focus: str) -> Box:
    whole = _bounds(drawing)
    marked = [n for n in drawing.nodes if n.box and states.get(n.id) == "active" and n.shape != "artefact"]
    at = next((n.box for n in sorted(marked, key=lambda n: n.id != focus)), None)
    if window is None:
        return whole
    w, h = min(window[0], whole.w), min(window[1], whole.h)
    x, y = at.centre if at else (whole.x + w / 2, whole.y + h / 2)
    return Box(
        min(max(x - w / 2, whole.x), whole.x + whole.w - w), min(max(y - h / 2, whole.y), whole.y + whole.h - h), w, h
    )


def _bounds(drawing: Drawing) -> Box:
    boxes = [n.box for n in drawing.nodes if n.box] + [b.box for b in drawing.bands]
    boxes += [Box(n.box.x - 30, n.box.y, n.box.w + 60, n.box.h + 48) for n in drawing.nodes
              if n.box and n.name and n.shape in {"event", "gateway"}]  # fmt: skip
    boxes += [label for label in (*(n.label for n in drawing.nodes), *(f.label for f in drawing.flows)) if label]
    boxes += [Box(x, y, 1, 1) for flow in drawing.flows for x, y in flow.points]
    named = [flow_label(flow) for flow in drawing.flows if flow.name and len(flow.points) > 1]
    boxes += [Box(x - 42, y, 84, 30) for x, y in named]
    boxes = boxes or [Box(0, 0, 100, 40)]
    left, top = min(b.x for b in boxes) - _PAD, min(b.y for b in boxes) - _PAD
    return Box(left, top, max(b.x + b.w for b in boxes) + _PAD - left, max(b.y + b.h for b in boxes) + _PAD - top)


def _picture(root: etree._Element, drawing: Drawing, states: Mapping[str, str], counts: Mapping[str, int],
             walked: set[str], view: Box, title: str) -> None:  # fmt: skip
    scroll = add(root, "div", cls="diagram-scroll", tabindex=0, role="region", aria_label=f"流程图：{title}，可滚动")
    svg = add(scroll, "svg", cls="bpmn history" if walked or "done" in states.values() else "bpmn",
              viewBox=" ".join(short(n) for n in (view.x, view.y, view.w, view.h)),
              width=view.w, height=view.h, role="img", aria_label=_summary(drawing, states, title))  # fmt: skip
    add(svg, "title", title)
    add(svg, "desc", _summary(drawing, states, title))
    for band in drawing.bands:
        draw_band(svg, band)
    shown = [n for n in drawing.nodes if n.box and n.box.meets(view)]
    scopes = [n for n in shown if n.kind in {"subProcess", "transaction", "adHocSubProcess"} and n.expanded]
    for node in scopes:
        draw_node(svg, node, states.get(node.id, ""), counts.get(node.id, 0))
    by_id = drawing.by_id
    for flow in drawing.flows:
        if _crosses(flow, view):
            draw_flow(svg, flow, by_id.get(flow.source), walked=flow.id in walked)
    for node in sorted((n for n in shown if n not in scopes), key=lambda n: bool(n.attached_to)):
        draw_node(svg, node, states.get(node.id, ""), counts.get(node.id, 0))


def _crosses(flow: Flow, view: Box) -> bool:
    if not flow.points:
        return False
    xs, ys = [p[0] for p in flow.points], [p[1] for p in flow.points]
    return Box(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1).meets(view)


def _named(nodes: list[Node]) -> str:
    return "、".join(node.name or node.id for node in nodes)


def _summary(drawing: Drawing, states: Mapping[str, str], title: str) -> str:
    here = _named([n for n in drawing.nodes if states.get(n.id) == "active"])
    steps = sum(1 for n in drawing.nodes if n.shape == "activity")
    return f"{title}，共 {steps} 个步骤" + (f"，现在在：{here}" if here else "") + "。下面有文字版。"


def _in_words(root: etree._Element, drawing: Drawing, states: dict[str, str], counts: dict[str, int],
              history: bool) -> None:  # fmt: skip
    if history:
        add(root, "p", "▶ 现在在这里　✓ 已办　粗线＝实际走过　虚线＝没走", cls="legend soft")
    details = add(root, "details", cls="diagram-words")
    add(details, "summary", "文字版流程")
    draw_list(details, replace(drawing), states, counts)
