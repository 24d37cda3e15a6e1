"""Reading parsed BPMN files into a `Diagram` (BPMN 2.0, 10.2 process, 12 interchange)."""

from typing import Any

from app.engine.definition import Bounds, Flow, Node
from app.engine.diagram import (
    INTERRUPTS,
    NODE_KINDS,
    SPIFF,
    Diagram,
    Drawn,
    Scope,
    event_kind,
    is_link,
    link_name,
    local,
    tag,
    text_of,
)
from app.engine.interchange import interchange


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
    shapes, edges = interchange(root)
    for message in root.iterfind(tag("message")):
        diagram.messages[message.get("id", "")] = message.get("name") or message.get("id", "")
    for error in root.iterfind(tag("error")):
        diagram.errors[error.get("id", "")] = error.get("errorCode") or error.get("id", "")
    for signal in root.iterfind(tag("signal")):
        diagram.signals[signal.get("id", "")] = signal.get("name") or signal.get("id", "")
    for escalation in root.iterfind(tag("escalation")):
        code = escalation.get("escalationCode") or escalation.get("id", "")
        diagram.escalations[escalation.get("id", "")] = code
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
    scope.links = _links(scope)


def _links(scope: Scope) -> dict[str, Flow]:
    catches = {link_name(drawn): drawn.id for drawn in scope.nodes.values() if is_link(drawn, "intermediateCatchEvent")}
    throws = [drawn for drawn in scope.nodes.values() if is_link(drawn, "intermediateThrowEvent")]
    ways = [(drawn.id, catches[name]) for drawn in throws if (name := link_name(drawn)) in catches]
    return {f"{a} → {b}": Flow(f"{a} → {b}", "", a, b) for a, b in ways}


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
        attached_to=element.get("attachedToRef") if local(element) == "boundaryEvent" else None,
        interrupting=element.get(INTERRUPTS.get(local(element), "cancelActivity"), "true") == "true",
        documentation=text_of(element, "documentation") or "",
        multiple=multiple,
        called=element.get("calledElement") or "",
    )


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
