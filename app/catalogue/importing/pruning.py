"""The last pass: nothing points at what is gone, and every node says what comes in and goes out."""

from typing import Any

from lxml import etree

from app.catalogue.importing.draft import BEFORE_REFERENCES, Draft, flows, nodes
from app.catalogue.importing.shapes import BPMNDI
from app.engine.diagram import local, tag

ENDS = ("sourceRef", "targetRef")


def prune(draft: Draft) -> None:
    _pools(draft)
    ids = _ids(draft.root)
    for reference in list(draft.root.iter(tag("flowNodeRef"))):
        if (reference.text or "").strip() not in ids:
            reference.getparent().remove(reference)
    for kind in ("messageFlow", "association"):
        for element in list(draft.root.iter(tag(kind))):
            if any(element.get(name) not in ids for name in ENDS):
                element.getparent().remove(element)
    _drawing(draft.root)
    for scope in draft.scopes():
        for node in nodes(scope):
            _references(draft, node)
        for flow in flows(scope):  # behind the nodes they connect
            scope.append(flow)
        for other in [c for c in scope if local(c) in ("textAnnotation", "association", "group")]:
            scope.append(other)  # artefacts come last in a process (BPMN 2.0, schema of tProcess)


def _pools(draft: Draft) -> None:
    """A partner's pool stays as a closed one; message flows end at its border."""
    running = {process.get("id") for process in draft.processes}
    for part in draft.root.iter(tag("participant")):
        if part.get("processRef") not in running:
            part.attrib.pop("processRef", None)
    ids, pools = _ids(draft.root), draft.pool_of
    for flow in draft.root.iter(tag("messageFlow")):
        for name in ENDS:
            if flow.get(name) not in ids and flow.get(name) in pools:
                flow.set(name, pools[flow.get(name)])
        if flow.get("messageRef") not in ids:
            flow.attrib.pop("messageRef", None)


def _ids(root: Any) -> set[str]:
    return {e.get("id") for e in root.iter(etree.Element) if e.get("id") and BPMNDI not in str(e.tag)}


def _drawing(root: Any) -> None:
    ids = _ids(root)
    for name in ("BPMNShape", "BPMNEdge"):
        for element in list(root.iter(f"{{{BPMNDI}}}{name}")):
            if element.get("bpmnElement") not in ids:
                element.getparent().remove(element)
    for diagram in list(root.iterfind(f"{{{BPMNDI}}}BPMNDiagram")):
        plane = diagram.find(f"{{{BPMNDI}}}BPMNPlane")
        if plane is None or plane.get("bpmnElement") not in ids or not len(plane):
            root.remove(diagram)
        else:  # drawings come last in a file (BPMN 2.0, schema of tDefinitions)
            root.append(diagram)


def _references(draft: Draft, node: Any) -> None:
    place = sum(local(child) in BEFORE_REFERENCES for child in node)
    ways = [("incoming", flow) for flow in draft.entering(node)] + [("outgoing", flow) for flow in draft.leaving(node)]
    for offset, (name, flow) in enumerate(ways):
        element = etree.Element(tag(name))
        element.text = flow.get("id")
        node.insert(place + offset, element)
