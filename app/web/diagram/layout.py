"""Places for a diagram that brings none: left to right by distance from the start, sub-processes laid out inside."""

from collections import defaultdict
from dataclasses import replace

from app.web.diagram.model import Box, Drawing, Flow, Node, Point

COLUMN, ROW, MARGIN = 160.0, 110.0, 30.0
_SIZES = {"event": (36.0, 36.0), "gateway": (50.0, 50.0), "activity": (110.0, 80.0), "artefact": (100.0, 50.0)}


def lay_out(drawing: Drawing) -> Drawing:
    """The same drawing with a box for every flow node and points for every sequence flow."""
    placed: dict[str, Node] = {}
    _scope("", drawing, placed, 40.0, 40.0)
    nodes = tuple(placed.get(node.id, node) for node in drawing.nodes)
    flows = tuple(replace(flow, points=_route(flow, placed)) for flow in drawing.flows)
    return replace(drawing, nodes=nodes, flows=flows, bands=())


def _scope(parent: str, drawing: Drawing, placed: dict[str, Node], left: float, top: float) -> Box:
    """Place the children of one scope; the box they take, margins included."""
    inside = [n for n in drawing.nodes if n.parent == parent and not n.attached_to and n.shape != "artefact"]
    columns: dict[int, list[Node]] = defaultdict(list)
    ranks = _ranks(inside, drawing)
    for node in inside:
        columns[ranks[node.id]].append(node)
    x, bottom = left + MARGIN, top + MARGIN
    for rank in sorted(columns):
        y, width = top + MARGIN, COLUMN
        for node in columns[rank]:
            box = _place(node, drawing, placed, x, y)
            width, y = max(width, box.w + COLUMN - 110), y + max(ROW, box.h + 40)
        x, bottom = x + width, max(bottom, y)
    return Box(left, top, max(x - left, 120.0), max(bottom - top, 90.0))


def _place(node: Node, drawing: Drawing, placed: dict[str, Node], x: float, y: float) -> Box:
    if any(other.parent == node.id for other in drawing.nodes):
        box = _scope(node.id, drawing, placed, x, y)
    else:
        w, h = _SIZES[node.shape]
        box = Box(x + (110 - w) / 2, y + (80 - h) / 2, w, h)
    placed[node.id] = replace(node, box=box, label=None, expanded=True)
    guests = [n for n in drawing.nodes if n.attached_to == node.id]
    for place, guest in enumerate(guests):
        placed[guest.id] = replace(guest, box=Box(box.x + 12 + 42 * place, box.y + box.h - 18, 36, 36), label=None)
    return box


def _ranks(inside: list[Node], drawing: Drawing) -> dict[str, int]:
    """Distance from the nodes nothing leads to, breadth first: a way back never moves its target."""
    ids, hosts = {n.id for n in inside}, {n.id: n.attached_to for n in drawing.nodes if n.attached_to}
    onward: dict[str, list[str]] = defaultdict(list)
    for flow in drawing.flows:
        if flow.kind == "sequenceFlow" and flow.target in ids:
            onward[hosts.get(flow.source, flow.source)].append(flow.target)
    reached = {target for targets in onward.values() for target in targets}
    ranks: dict[str, int] = {}
    frontier = [n.id for n in inside if n.id not in reached] or [n.id for n in inside[:1]]
    depth = 0
    while frontier:
        for name in frontier:
            ranks.setdefault(name, depth)
        frontier = list(dict.fromkeys(t for name in frontier for t in onward[name] if t not in ranks))
        depth += 1
    return {n.id: ranks.get(n.id, depth) for n in inside}


def _route(flow: Flow, placed: dict[str, Node]) -> tuple[Point, ...]:
    source, target = placed.get(flow.source), placed.get(flow.target)
    if not (source and target and source.box and target.box):
        return ()
    start, end = source.box, target.box
    (ax, ay), (bx, by) = start.centre, end.centre
    if source.attached_to:
        return ((ax, start.y + start.h), (ax, by), (end.x, by)) if bx > ax else _back(start, end)
    if end.x >= start.x + start.w:
        if abs(ay - by) < 1:
            return (start.x + start.w, ay), (end.x, by)
        middle = end.x - 22
        return (start.x + start.w, ay), (middle, ay), (middle, by), (end.x, by)
    return _back(start, end)


def _back(start: Box, end: Box) -> tuple[Point, ...]:
    below = max(start.y + start.h, end.y + end.h) + 14
    (ax, _), (bx, _) = start.centre, end.centre
    return (ax, start.y + start.h), (ax, below), (bx, below), (bx, end.y + end.h)
