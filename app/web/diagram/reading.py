"""BPMN 2.0 XML → a Drawing. The text is a stranger's: no entities, no network, 2 MB at most, names stay text."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from app.web.diagram.model import Band, Box, Drawing, Flow, Node, Point

LIMIT = 2 * 1024 * 1024
"""Bytes; the engine's own limit (architecture §5)."""

_ACTIVITIES = {
    "task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
    "callActivity", "subProcess", "transaction", "adHocSubProcess",
}  # fmt: skip
_ARTEFACTS = {"textAnnotation", "group", "dataObjectReference", "dataStoreReference"}
_SCOPES = {"subProcess", "transaction", "adHocSubProcess"}
_FLOWS = {"sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation"}


class DiagramUnreadable(Exception):
    """The bytes are not a diagram we draw; the message is for a person."""


def read(xml: bytes, plane: str | None = None) -> Drawing:
    """Read a diagram; `plane` chooses the drawing of one element where the file holds several.

    Raises:
        DiagramUnreadable: too large, not XML, with a DOCTYPE, or no process in it.
    """
    root = _parse(xml)
    process = next((e for e in root.iter("{*}process")), None)
    if process is None:
        raise DiagramUnreadable("流程图里没有流程（process）。")
    lanes = _lanes(root)
    nodes: dict[str, Node] = {}
    for node in _nodes(root, lanes):
        nodes.setdefault(node.id, node)  # the outer one of an id that is used twice: nothing then stands in itself
    flows = {flow.id: flow for flow in _flows(root)}
    bands: list[Band] = []
    for shape in _plane(root, plane):
        _place(shape, root, nodes, flows, bands)
    return Drawing(process.get("name") or process.get("id") or "", tuple(nodes.values()), tuple(flows.values()),
                   tuple(bands))  # fmt: skip


def _parse(xml: bytes) -> etree._Element:
    if len(xml) > LIMIT:
        raise DiagramUnreadable("流程图超过 2 MB，不予显示。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise DiagramUnreadable("流程图不是合格的 XML。") from wrong
    if root.getroottree().docinfo.internalDTD is not None:
        raise DiagramUnreadable("流程图带有 DOCTYPE，不予显示。")
    return root


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _text(value: str | None) -> str:
    return " ".join((value or "").split())


def _lanes(root: etree._Element) -> dict[str, str]:
    """Node id → name of the innermost lane (lanes nest, the inner one comes later in the file)."""
    return {
        ref.text.strip(): _text(lane.get("name"))
        for lane in root.iter("{*}lane")
        for ref in lane.findall("{*}flowNodeRef")
        if ref.text
    }


def _nodes(root: etree._Element, lanes: dict[str, str]) -> Iterator[Node]:
    for element in root.iter(etree.Element):
        kind = _local(element)
        wanted = kind in _ACTIVITIES or kind in _ARTEFACTS or kind.endswith(("Gateway", "Event"))
        if not wanted or not element.get("id"):
            continue
        parent = next((a for a in element.iterancestors() if _local(a) in _SCOPES), None)
        lane = next((lanes[i] for i in _lineage(element) if i in lanes), "")
        yield Node(
            id=element.get("id", ""),
            kind=kind,
            name=_text(element.get("name")) or _annotation(element),
            parent=parent.get("id", "") if parent is not None else "",
            lane=lane,
            event=_event(element),
            loop=_loop(element),
            attached_to=element.get("attachedToRef", ""),
            interrupting=element.get("cancelActivity", element.get("isInterrupting", "true")) != "false",
        )


def _lineage(element: etree._Element) -> Iterator[str]:
    yield element.get("id", "")
    for ancestor in element.iterancestors():
        yield ancestor.get("id", "")


def _annotation(element: etree._Element) -> str:
    text = element.find("{*}text") if _local(element) == "textAnnotation" else None
    return _text("".join(str(part) for part in text.itertext())) if text is not None else ""


def _event(element: etree._Element) -> str:
    found = [_local(child)[: -len("EventDefinition")] for child in element if _local(child).endswith("EventDefinition")]
    return found[0] if len(found) == 1 else "multiple" if found else ""


def _loop(element: etree._Element) -> str:
    multi = element.find("{*}multiInstanceLoopCharacteristics")
    if multi is not None:
        return "sequential" if multi.get("isSequential") == "true" else "parallel"
    return "loop" if element.find("{*}standardLoopCharacteristics") is not None else ""


def _flows(root: etree._Element) -> Iterator[Flow]:
    defaults = {e.get("default") for e in root.iter(etree.Element) if e.get("default")}
    for element in root.iter(etree.Element):
        if _local(element) in _FLOWS and element.get("id") and element.get("sourceRef") and element.get("targetRef"):
            yield Flow(
                id=element.get("id", ""),
                kind=_local(element),
                source=element.get("sourceRef", ""),
                target=element.get("targetRef", ""),
                name=_text(element.get("name")),
                conditional=element.find("{*}conditionExpression") is not None,
                default=element.get("id") in defaults,
            )


def _plane(root: etree._Element, wanted: str | None) -> list[etree._Element]:
    planes = list(root.iter("{*}BPMNPlane"))
    chosen = [p for p in planes if p.get("bpmnElement") == wanted] if wanted else _main_plane(root, planes)
    return [e for plane in chosen for e in plane if _local(e) in {"BPMNShape", "BPMNEdge"}]


def _main_plane(root: etree._Element, planes: list[etree._Element]) -> list[etree._Element]:
    """Of several drawings of whole processes the fullest; what is inside a folded sub-process has one of its own."""
    whole = {e.get("id") for e in root.iter("{*}process", "{*}collaboration")}
    return sorted(planes, key=lambda plane: (plane.get("bpmnElement") not in whole, -len(plane)))[:1]


def _place(di: etree._Element, root: etree._Element, nodes: dict[str, Node], flows: dict[str, Flow],
           bands: list[Band]) -> None:  # fmt: skip
    about, box = di.get("bpmnElement", ""), _box(di.find("{*}Bounds"))
    label = _box(di.find("{*}BPMNLabel/{*}Bounds"))
    if _local(di) == "BPMNEdge":
        if about in flows:
            flows[about] = replace(flows[about], points=_points(di), label=label)
    elif about in nodes and box:
        expanded = di.get("isExpanded", "true" if nodes[about].kind in _SCOPES else "false") == "true"
        nodes[about] = replace(nodes[about], box=box, label=label, expanded=expanded)
    elif box:
        element = next((e for e in root.iter("{*}lane", "{*}participant") if e.get("id") == about), None)
        if element is not None:
            upright = di.get("isHorizontal") == "false"
            bands.append(Band(about, _local(element), _text(element.get("name")), box, upright))


def _box(bounds: etree._Element | None) -> Box | None:
    if bounds is None:
        return None
    x, y, w, h = (_number(bounds.get(key)) for key in ("x", "y", "width", "height"))
    return Box(x, y, w, h) if w > 0 and h > 0 else None


def _points(edge: etree._Element) -> tuple[Point, ...]:
    return tuple((_number(p.get("x")), _number(p.get("y"))) for p in edge.findall("{*}waypoint"))


def _number(text: str | None) -> float:
    """A coordinate; nonsense and the absurd count as 0, so that no author draws a picture of a million pixels."""
    try:
        value = float(text or "0")
    except ValueError:
        return 0.0
    return value if -50_000 < value < 50_000 else 0.0
