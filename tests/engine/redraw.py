"""Random changes to a diagram that leave it XML of BPMN: flows and nodes come and go, change their kind and their end."""

import random
from collections.abc import Callable
from typing import Any

from lxml import etree

from app.engine.diagram import BPMN

KINDS = (
    "userTask", "sendTask", "receiveTask", "subProcess", "endEvent", "boundaryEvent", "intermediateCatchEvent",
    "intermediateThrowEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
)  # fmt: skip
REFERENCES = {"signal": "signalRef", "escalation": "escalationRef", "error": "errorRef", "message": "messageRef"}


def redraw(xml: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(xml)
    for _ in range(chance.choice([1, 1, 2, 3])):
        chance.choice(CHANGES)(root, chance)
    return etree.tostring(root)


def _flows(root: Any) -> list[Any]:
    return list(root.iter(f"{{{BPMN}}}sequenceFlow"))


def _nodes(root: Any, scope: Any = None) -> list[Any]:
    scopes = [scope] if scope is not None else [*root.iter(f"{{{BPMN}}}process"), *root.iter(f"{{{BPMN}}}subProcess")]
    return [each for one in scopes for each in one if each.get("id") and not each.tag.endswith("}sequenceFlow")]


def _drop(root: Any, chance: random.Random) -> None:
    found = chance.choice(_flows(root) + _nodes(root))
    found.getparent().remove(found)


def _lead_elsewhere(root: Any, chance: random.Random) -> None:
    for flow in chance.sample(_flows(root), 1):
        flow.set(chance.choice(["sourceRef", "targetRef"]), chance.choice(_nodes(root, flow.getparent())).get("id"))


def _lead_more(root: Any, chance: random.Random) -> None:
    scope = chance.choice(_flows(root)).getparent()
    ends = [chance.choice(_nodes(root, scope)).get("id") for _ in range(2)]
    flow = etree.SubElement(scope, f"{{{BPMN}}}sequenceFlow", id="more", sourceRef=ends[0], targetRef=ends[1])
    if chance.random() < 0.4:
        etree.SubElement(flow, f"{{{BPMN}}}conditionExpression").text = f"c > {chance.randrange(9)}"


def _ask(root: Any, chance: random.Random) -> None:
    flow = chance.choice(_flows(root))
    asked = flow.find(f"{{{BPMN}}}conditionExpression")
    if asked is None:
        etree.SubElement(flow, f"{{{BPMN}}}conditionExpression").text = f"c > {chance.randrange(9)}"
    else:
        flow.remove(asked)


def _default(root: Any, chance: random.Random) -> None:
    flow = chance.choice(_flows(root))
    for node in _nodes(root, flow.getparent()):
        if node.get("id") == flow.get("sourceRef"):
            node.set("default", flow.get("id"))


def _other_kind(root: Any, chance: random.Random) -> None:
    chance.choice(_nodes(root)).tag = f"{{{BPMN}}}{chance.choice(KINDS)}"


def _other_event(root: Any, chance: random.Random) -> None:
    events = [each for each in root.iter() if each.tag.endswith("EventDefinition")]
    for event in chance.sample(events, min(1, len(events))):
        kind = chance.choice([*REFERENCES, "link"])
        known = [each.get("id") for each in root if each.tag == f"{{{BPMN}}}{kind}"]
        event.attrib.clear()
        event.tag = f"{{{BPMN}}}{kind}EventDefinition"
        event.set(REFERENCES.get(kind, "name"), chance.choice([*known, "l"]))


def _interrupt_or_not(root: Any, chance: random.Random) -> None:
    for name in ("cancelActivity", "isInterrupting"):
        for event in chance.sample(found := root.findall(f".//*[@{name}]"), min(1, len(found))):
            event.set(name, "false" if event.get(name) == "true" else "true")


CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (
    _drop, _lead_elsewhere, _lead_more, _ask, _default, _other_kind, _other_event, _interrupt_or_not,
)  # fmt: skip
