"""The drawing of what is added on the way in, so that a BPMN tool opens the diagram whole."""

from typing import Any

from lxml import etree

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

SIZES = {"startEvent": (36, 36), "endEvent": (36, 36), "intermediateThrowEvent": (36, 36), "boundaryEvent": (36, 36),
         "parallelGateway": (50, 50), "exclusiveGateway": (50, 50), "inclusiveGateway": (50, 50)}  # fmt: skip
USUAL = (100, 80)
GAP = 30


class Shapes:
    """Shapes and edges of the diagram interchange (BPMN 2.0 §12), found by the element they draw."""

    def __init__(self, root: Any) -> None:
        self.shapes = {s.get("bpmnElement"): s for s in root.iter(f"{{{BPMNDI}}}BPMNShape")}
        self.edges = {e.get("bpmnElement"): e for e in root.iter(f"{{{BPMNDI}}}BPMNEdge")}

    def box(self, element: str) -> tuple[float, float, float, float] | None:
        bounds = self.shapes[element].find(f"{{{DC}}}Bounds") if element in self.shapes else None
        if bounds is None:
            return None
        try:
            x, y, w, h = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
        except ValueError:
            return None
        return x, y, w, h

    def add_beside(self, element: str, kind: str, near: str, *, after: bool) -> None:
        """Draw an element left of another one, or right of it; nothing where that one is not drawn."""
        place = self.box(near)
        if place is None:
            return
        x, y, w, h = place
        width, height = SIZES.get(kind, USUAL)
        left = x + w + GAP if after else x - width - GAP
        shape = etree.SubElement(self.shapes[near].getparent(), f"{{{BPMNDI}}}BPMNShape")
        shape.set("id", f"{element}_di")
        shape.set("bpmnElement", element)
        bounds = etree.SubElement(shape, f"{{{DC}}}Bounds")
        for name, value in (("x", left), ("y", y + (h - height) / 2), ("width", width), ("height", height)):
            bounds.set(name, f"{value:g}")
        self.shapes[element] = shape

    def add_edge(self, flow: str, source: str, target: str) -> None:
        if self.box(source) is None or self.box(target) is None:
            return
        edge = etree.SubElement(self.shapes[source].getparent(), f"{{{BPMNDI}}}BPMNEdge")
        edge.set("id", f"{flow}_di")
        edge.set("bpmnElement", flow)
        self.edges[flow] = edge
        self.redraw(flow, source, target)

    def redraw(self, flow: str, source: str, target: str) -> None:
        """A straight line from the right side of the source to the left side of the target."""
        start, end = self.box(source), self.box(target)
        if flow not in self.edges or start is None or end is None:
            return
        edge = self.edges[flow]
        for point in list(edge):
            edge.remove(point)
        for x, y in ((start[0] + start[2], start[1] + start[3] / 2), (end[0], end[1] + end[3] / 2)):
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=f"{x:g}", y=f"{y:g}")
