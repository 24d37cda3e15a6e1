"""A BPMN file read into plain data, exactly as drawn. Linter, normaliser and screens all start from this."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.engine.definition import Bounds, Flow, Node

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASKS = frozenset(
    {"userTask", "manualTask", "task", "scriptTask", "businessRuleTask", "serviceTask", "sendTask", "receiveTask"}
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
NODE_KINDS = EVENTS | TASKS | GATEWAYS | {"callActivity", "subProcess"}
HUMAN = frozenset({"userTask", "manualTask", "task"})


def tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def local(element: Any) -> str:
    """`userTask` for an element of BPMN, `{namespace}name` for one of another vocabulary."""
    name = str(element.tag)
    return name.removeprefix(f"{{{BPMN}}}")


def text_of(element: Any, path: str) -> str | None:
    """Stripped text of the first descendant at `path` (BPMN names joined by /), None when absent or empty."""
    found = element.find("/".join(tag(part) for part in path.split("/")))
    if found is None:
        return None
    return "".join(found.itertext()).strip() or None


@dataclass(frozen=True)
class Drawn:
    """A node with the XML element it was read from."""

    node: Node
    element: Any

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def kind(self) -> str:
        return self.node.kind


@dataclass
class Scope:
    """A process or an embedded sub-process: the nodes and flows directly inside."""

    id: str
    name: str
    process: str
    element: Any
    nodes: dict[str, Drawn] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    has_lanes: bool = False

    def outgoing(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows.values() if flow.source == node]

    def incoming(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows.values() if flow.target == node]

    def boundary(self, host: str) -> list[Drawn]:
        return [drawn for drawn in self.nodes.values() if drawn.node.attached_to == host]


@dataclass
class Diagram:
    """All files of a closure. `strays` are elements with or without id that were met twice or not understood."""

    scopes: dict[str, Scope] = field(default_factory=dict)
    processes: dict[str, Scope] = field(default_factory=dict)
    executable: dict[str, bool] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    roots: list[Any] = field(default_factory=list)
    duplicates: list[Any] = field(default_factory=list)
    nameless: list[Any] = field(default_factory=list)
    """Nodes and flows without an id."""
    ids: set[str] = field(default_factory=set)
    """Of processes, nodes and flows."""

    def claim(self, element: Any) -> bool:
        """Whether the element has an id that nothing else has."""
        own = element.get("id")
        if not own or own in self.ids:
            (self.duplicates if own else self.nameless).append(element)
            return False
        self.ids.add(own)
        return True

    def drawn(self) -> Iterator[Drawn]:
        for scope in self.scopes.values():
            yield from scope.nodes.values()

    def find(self, node: str) -> Drawn | None:
        return next((scope.nodes[node] for scope in self.scopes.values() if node in scope.nodes), None)


def read(roots: list[Any]) -> Diagram:
    """Read parsed files (see `safe_xml.parse`); the first is the main one."""
    diagram = Diagram(roots=roots)
    for root in roots:
        _read_root(diagram, root)
    return diagram


def keep_closure(diagram: Diagram, main: str) -> None:
    """Forget processes that neither are the main one nor are called: a partner's pool is there to be looked at."""
    wanted, todo = set(), [main]
    while todo:
        process = todo.pop()
        if process in diagram.processes and process not in wanted:
            wanted.add(process)
            inside = [drawn for drawn in diagram.drawn() if drawn.node.process == process]
            todo += [drawn.element.get("calledElement") or "" for drawn in inside if drawn.kind == "callActivity"]
    if wanted:
        diagram.processes = {name: scope for name, scope in diagram.processes.items() if name in wanted}
        diagram.scopes = {name: scope for name, scope in diagram.scopes.items() if scope.process in wanted}


def _read_root(diagram: Diagram, root: Any) -> None:
    shapes, edges = _interchange(root)
    for message in root.iterfind(tag("message")):
        diagram.messages[message.get("id", "")] = message.get("name") or message.get("id", "")
    for error in root.iterfind(tag("error")):
        diagram.errors[error.get("id", "")] = error.get("errorCode") or error.get("id", "")
    for process in root.iterfind(tag("process")):
        if not diagram.claim(process):
            continue
        process_id = process.get("id")
        lanes = _lanes(process)
        diagram.executable[process_id] = process.get("isExecutable", "false") == "true"
        scope = Scope(process_id, process.get("name") or process_id, process_id, process, has_lanes=bool(lanes))
        diagram.processes[process_id] = scope
        _read_scope(diagram, scope, lanes, shapes, edges, None)


def _read_scope(
    diagram: Diagram,
    scope: Scope,
    lanes: dict[str, str],
    shapes: dict[str, Bounds],
    edges: dict[str, tuple[tuple[float, float], ...]],
    lane: str | None,
) -> None:
    diagram.scopes[scope.id] = scope
    defaults = {(child.get("id"), child.get("default")) for child in scope.element}
    for child in scope.element:
        kind, child_id = local(child), child.get("id")
        if (kind != "sequenceFlow" and kind not in NODE_KINDS) or not diagram.claim(child):
            continue
        if kind == "sequenceFlow":
            scope.flows[child_id] = _flow(
                child, edges.get(child_id, ()), (child.get("sourceRef"), child_id) in defaults
            )
        else:
            node = _node(child, scope, lanes.get(child_id, lane), shapes.get(child_id))
            scope.nodes[child_id] = Drawn(node, child)
            if kind == "subProcess":
                inner = Scope(child_id, node.name, scope.process, child, has_lanes=scope.has_lanes)
                _read_scope(diagram, inner, lanes, shapes, edges, node.lane)


def _node(element: Any, scope: Scope, lane: str | None, bounds: Bounds | None) -> Node:
    loop = element.find(tag("multiInstanceLoopCharacteristics"))
    multiple = None if loop is None else "sequential" if loop.get("isSequential") == "true" else "parallel"
    return Node(
        id=element.get("id"),
        name=element.get("name") or "",
        kind=local(element),
        lane=lane,
        process=scope.process,
        scope=scope.id,
        properties=_properties(element),
        bounds=bounds,
        event=event_kind(element),
        attached_to=element.get("attachedToRef"),
        interrupting=element.get("cancelActivity", "true") == "true",
        documentation=text_of(element, "documentation") or "",
        multiple=multiple,
        called=element.get("calledElement") or "",
    )


def event_kind(element: Any) -> str | None:
    """`message`, `timer`, … of an event, from its first event definition."""
    for child in element:
        name = local(child)
        if name.endswith("EventDefinition"):
            return name.removesuffix("EventDefinition")
    return None


def _properties(element: Any) -> dict[str, str]:
    found = element.iterfind(f"{tag('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property")
    return {item.get("name", ""): item.get("value", "") for item in found}


def _flow(element: Any, waypoints: tuple[tuple[float, float], ...], default: bool) -> Flow:
    return Flow(
        id=element.get("id"),
        name=element.get("name") or "",
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
        condition=text_of(element, "conditionExpression"),
        default=default,
        waypoints=waypoints,
    )


def _lanes(process: Any) -> dict[str, str]:
    """Node id → name of the innermost lane that lists it."""
    lanes: dict[str, str] = {}
    for lane in process.iter(tag("lane")):
        for reference in lane.iterfind(tag("flowNodeRef")):
            lanes[(reference.text or "").strip()] = lane.get("name") or lane.get("id", "")
    return lanes


def _interchange(root: Any) -> tuple[dict[str, Bounds], dict[str, tuple[tuple[float, float], ...]]]:
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
