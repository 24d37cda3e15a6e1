"""A BPMN file read into plain data, exactly as drawn. Linter, normaliser and screens all start from this."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from app.engine.around import Around
from app.engine.definition import Flow, Node

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASKS = frozenset(
    {"userTask", "manualTask", "task", "scriptTask", "businessRuleTask", "serviceTask", "sendTask", "receiveTask"}
)
ACTIVITIES = TASKS | {"callActivity", "subProcess"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
NODE_KINDS = EVENTS | ACTIVITIES | GATEWAYS
HUMAN = frozenset({"userTask", "manualTask", "task"})


TRIGGER = ".Trigger"
"""Behind the id of a start event: what the scope around its event sub-process listens with."""
INTERRUPTS = {"startEvent": "isInterrupting"}
"""Where an event says whether it interrupts, if not in `cancelActivity`."""


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

    @property
    def handler(self) -> bool:
        """An event sub-process: no flow leads to it, its start event does."""
        return self.kind == "subProcess" and self.element.get("triggeredByEvent") == "true"


@dataclass
class Scope:
    """A process or an embedded sub-process: the nodes and flows directly inside."""

    id: str
    name: str
    process: str
    element: Any
    nodes: dict[str, Drawn] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    links: dict[str, Flow] = field(default_factory=dict)
    """From each link that throws to the one of its name that catches (BPMN 2.0 §10.5.5): a way, but no drawn flow."""
    has_lanes: bool = False
    around: Around | None = field(default=None, repr=False, compare=False)

    @property
    def ways(self) -> dict[str, Flow]:
        """All that a token can move along."""
        return self.flows | self.links

    def outgoing(self, node: str) -> list[Flow]:
        return list(self._around().leaving.get(node, ()))

    def incoming(self, node: str) -> list[Flow]:
        return list(self._around().arriving.get(node, ()))

    def _around(self) -> Around:
        size = (len(self.nodes), len(self.flows), len(self.links))
        if self.around is None or self.around.size != size:
            self.around = Around(self.nodes.values(), chain(self.flows.values(), self.links.values()), size)
        return self.around

    @property
    def handling(self) -> bool:
        """Whether this is the inside of an event sub-process."""
        return bool(self.element.get("triggeredByEvent") == "true")

    def handlers(self) -> list[Drawn]:
        return [drawn for drawn in self.nodes.values() if drawn.handler]

    def start(self) -> Drawn | None:
        return next((drawn for drawn in self.nodes.values() if drawn.kind == "startEvent"), None)

    def boundary(self, host: str) -> list[Drawn]:
        return list(self._around().hosted.get(host, ()))


@dataclass
class Diagram:
    """All files of a closure. `strays` are elements with or without id that were met twice or not understood."""

    scopes: dict[str, Scope] = field(default_factory=dict)
    processes: dict[str, Scope] = field(default_factory=dict)
    executable: dict[str, bool] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    escalations: dict[str, str] = field(default_factory=dict)
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

    def code_of(self, drawn: Drawn) -> str:
        """Name of the signal, code of the error or escalation that an event throws or catches; "" for any."""
        known, reference = self._reference(drawn)
        return known.get(reference, "")

    def names_nothing(self, drawn: Drawn) -> bool:
        """Whether the event refers to an error, signal or escalation that the file does not define."""
        known, reference = self._reference(drawn)
        return bool(reference) and reference not in known

    def _reference(self, drawn: Drawn) -> tuple[dict[str, str], str]:
        for kind, known in (("error", self.errors), ("signal", self.signals), ("escalation", self.escalations)):
            definition = drawn.element.find(tag(f"{kind}EventDefinition"))
            if definition is not None:
                return known, definition.get(f"{kind}Ref") or ""
        return {}, ""

    def drawn(self) -> Iterator[Drawn]:
        for scope in self.scopes.values():
            yield from scope.nodes.values()

    def find(self, node: str) -> Drawn | None:
        return next((scope.nodes[node] for scope in self.scopes.values() if node in scope.nodes), None)


def is_link(drawn: Drawn, kind: str) -> bool:
    return drawn.kind == kind and drawn.node.event == "link"


def link_name(drawn: Drawn) -> str:
    definition = drawn.element.find(tag("linkEventDefinition"))
    return "" if definition is None else (definition.get("name") or "").strip()


def event_kind(element: Any) -> str | None:
    """`message`, `timer`, … of an event, from its first event definition."""
    for child in element:
        name = local(child)
        if name.endswith("EventDefinition"):
            return name.removesuffix("EventDefinition")
    return None
