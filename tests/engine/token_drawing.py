"""Diagrams as the referee reads them: `token_game` plays them."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SCRIPT = re.compile(r"\{c: (\d+)\}")


@dataclass
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Node:
    """One drawn element. `event` is timer, message, error, signal, escalation, link, terminate or nothing; `code` says
    which of its kind; a `handler` is an event sub-process."""

    id: str
    kind: str
    default: str | None
    host: str | None
    interrupting: bool
    event: str | None
    code: str | None
    rounds: int | None
    called: str | None
    items: bool
    sequential: bool
    until: str | None
    script: int | None
    handler: bool


@dataclass
class Drawing:
    """One process or sub-process."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    inner: dict[str, "Drawing"] = field(default_factory=dict)

    def out(self, node: str) -> list[Flow]:
        """Flows that lead on from a node, or from the link at the other end."""
        here = self.nodes[node]
        if (here.kind, here.event) == ("intermediateThrowEvent", "link"):
            node = self.linked(here).id
        return [flow for flow in self.flows if flow.source == node]

    def into(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def attached(self, host: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.host == host and node.event != "error"]

    def handlers(self) -> list[Node]:
        """Event sub-processes."""
        return [node for node in self.nodes.values() if node.handler]

    def linked(self, throwing: Node) -> Node:
        """The link that catches what this one throws."""
        return next(
            node
            for node in self.nodes.values()
            if (node.kind, node.event, node.code) == ("intermediateCatchEvent", "link", throwing.code)
        )

    def first(self) -> Node:
        return next(node for node in self.nodes.values() if node.kind == "startEvent")


def read_drawing(process: ET.Element) -> Drawing:
    drawing = Drawing()
    for element in process:
        kind, id = element.tag.removeprefix(MODEL), element.get("id", "")
        if kind == "sequenceFlow":
            condition = element.findtext(f"{MODEL}conditionExpression")
            drawing.flows.append(Flow(id, element.get("sourceRef", ""), element.get("targetRef", ""), condition))
        elif id:
            drawing.nodes[id] = _node(element, kind, id)
            if kind == "subProcess":
                drawing.inner[id] = read_drawing(element)
    return drawing


def _node(element: ET.Element, kind: str, id: str) -> Node:
    event = next((child for child in element if child.tag.endswith("EventDefinition")), None)
    loop = element.find(f"{MODEL}multiInstanceLoopCharacteristics")
    script = SCRIPT.fullmatch(element.findtext(f"{MODEL}script") or "")
    cycle = re.search(r"R(\d+)/", "" if event is None else event.findtext(f"{MODEL}timeCycle") or "")
    once = event is not None and event.tag.endswith("timerEventDefinition") and not event.findtext(f"{MODEL}timeCycle")
    return Node(
        id=id,
        kind=kind,
        default=element.get("default"),
        host=element.get("attachedToRef"),
        interrupting="false" not in (element.get("cancelActivity"), element.get("isInterrupting")),
        event=None if event is None else event.tag.removeprefix(MODEL).removesuffix("EventDefinition"),
        code=None if event is None else _code(event),
        rounds=int(cycle[1]) if cycle else 1 if once else None,
        called=element.get("calledElement"),
        items=loop is not None,
        sequential=loop is not None and loop.get("isSequential") == "true",
        until=None if loop is None else loop.findtext(f"{MODEL}completionCondition"),
        script=int(script[1]) if script else None,
        handler=element.get("triggeredByEvent") == "true",
    )


def _code(event: ET.Element) -> str | None:
    return next(
        (value for name, value in event.items() if name in ("errorRef", "signalRef", "escalationRef", "name")), None
    )
