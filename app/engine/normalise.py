"""Drawn XML → executable XML. Everything an engine could swallow, misread or execute is simply not written:
no lanes, texts, data objects, extensions, expressions. Conditions become ids of flows; the case looks them up.

What the drawing says without a symbol of its own is written out: a pair of links as the way between them, the start
event of an event sub-process as a `trigger` beside the start of its scope. Neither has a name that leaves the engine."""

from typing import Any

from lxml import etree

from app.engine.diagram import BPMN, HUMAN, TRIGGER, Diagram, Drawn, Scope, tag
from app.engine.timers import timer_of

KINDS = dict.fromkeys(HUMAN, "userTask") | {"receiveTask": "intermediateCatchEvent"}
"""Kinds that run as another one. A task of no type is work a person does."""


def normalise(diagram: Diagram) -> Any:
    """One `definitions` element with every process of the closure."""
    root = etree.Element(tag("definitions"), nsmap={None: BPMN})
    for process in diagram.processes.values():
        element = etree.SubElement(root, tag("process"), id=process.id, isExecutable="true")
        _write_scope(diagram, process, element)
    return root


def _write_scope(diagram: Diagram, scope: Scope, into: Any) -> None:
    for drawn in scope.nodes.values():
        _write_node(diagram, scope, drawn, into)
    for handler in scope.handlers():
        _write_trigger(diagram, handler, into)
    for flow in scope.ways.values():
        element = etree.SubElement(into, tag("sequenceFlow"), id=flow.id, sourceRef=flow.source, targetRef=flow.target)
        if flow.condition is not None and not flow.default:
            etree.SubElement(element, tag("conditionExpression")).text = flow.id


def _write_trigger(diagram: Diagram, handler: Drawn, into: Any) -> None:
    """What a scope listens for while it is at work, leading to the event sub-process (BPMN 2.0 §10.3.5)."""
    start = diagram.scopes[handler.id].start()
    if start is not None:
        element = etree.SubElement(into, tag("trigger"), id=f"{start.id}{TRIGGER}", node=start.id)
        element.set("cancelActivity", "true" if start.node.interrupting else "false")
        _write_definition(diagram, start, element)
        way = {"id": f"{start.id} → {handler.id}", "sourceRef": f"{start.id}{TRIGGER}", "targetRef": handler.id}
        etree.SubElement(into, tag("sequenceFlow"), way)


def _write_node(diagram: Diagram, scope: Scope, drawn: Drawn, into: Any) -> None:
    kind = "intermediateThrowEvent" if drawn.node.event == "link" else KINDS.get(drawn.kind, drawn.kind)
    if kind == "sendTask":
        kind = "serviceTask" if "call" in drawn.node.properties else "intermediateThrowEvent"
    element = etree.SubElement(into, tag(kind), id=drawn.id)
    default = _default(scope, drawn)
    if default is not None:
        element.set("default", default)
    if drawn.kind == "callActivity":
        element.set("calledElement", drawn.element.get("calledElement", ""))
    elif drawn.kind == "subProcess":
        _write_scope(diagram, diagram.scopes[drawn.id], element)
    elif drawn.node.multiple is not None:
        loop = etree.SubElement(element, tag("multiInstanceLoopCharacteristics"))
        loop.set("isSequential", "true" if drawn.node.multiple == "sequential" else "false")
        etree.SubElement(loop, tag("loopDataInputRef")).text = drawn.id
    _write_event(diagram, drawn, element)


def _default(scope: Scope, drawn: Drawn) -> str | None:
    """The default flow, or the only flow of a gateway that merely joins."""
    flows = scope.outgoing(drawn.id)
    if len(flows) == 1 and flows[0].condition is None and drawn.kind in ("exclusiveGateway", "inclusiveGateway"):
        return flows[0].id
    return next((flow.id for flow in flows if flow.default), None)


def _write_event(diagram: Diagram, drawn: Drawn, element: Any) -> None:
    if drawn.kind == "startEvent" or drawn.node.event == "link":
        return
    if drawn.kind == "boundaryEvent":
        element.set("attachedToRef", drawn.node.attached_to or "")
        element.set("cancelActivity", "true" if drawn.node.interrupting else "false")
    _write_definition(diagram, drawn, element)


def _write_definition(diagram: Diagram, drawn: Drawn, element: Any) -> None:
    event = "message" if drawn.kind in ("receiveTask", "sendTask") else drawn.node.event
    if event is None:
        return
    element.set("event", event)
    if event == "timer":
        element.set("cycle", "true" if timer_of(drawn.element).cycle else "false")
    if event in ("error", "signal", "escalation"):
        element.set("code", diagram.code_of(drawn))
