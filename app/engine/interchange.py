"""Diagram interchange: where the author put the shapes and the bends of the flows (BPMN 2.0 §12)."""

from typing import Any

from app.engine.definition import Bounds

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"


def interchange(root: Any) -> tuple[dict[str, Bounds], dict[str, tuple[tuple[float, float], ...]]]:
    """Bounds by the id of the element drawn, bends by the id of the flow."""
    shapes: dict[str, Bounds] = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            shapes[shape.get("bpmnElement", "")] = Bounds(*(_number(bounds, n) for n in ("x", "y", "width", "height")))
    edges: dict[str, tuple[tuple[float, float], ...]] = {}
    for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        points = edge.iterfind(f"{{{DI}}}waypoint")
        edges[edge.get("bpmnElement", "")] = tuple((_number(p, "x"), _number(p, "y")) for p in points)
    return shapes, edges


def _number(element: Any, name: str) -> float:
    try:
        return float(element.get(name, "0"))
    except ValueError:
        return 0.0
