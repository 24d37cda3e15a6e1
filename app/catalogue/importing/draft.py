"""The diagram on its way: a tree of its own, with what a pass needs to find, add, turn and take out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2
from lxml import etree

from app.catalogue.importing.notes import Notes
from app.catalogue.importing.shapes import Shapes
from app.engine.diagram import BPMN, NODE_KINDS, SPIFF, local, tag

UNFIT = re2.compile(r"[^A-Za-z0-9_]")
BEFORE_EXTENSIONS = frozenset({"documentation"})
BEFORE_REFERENCES = frozenset({"documentation", "extensionElements"})


@dataclass
class Asked:
    """A question to a person that a form holds: the fact it sets, its label, value → label, one or several."""

    fact: str
    label: str
    options: Mapping[str, str]
    several: bool = False
    required: bool = True
    help: str = ""


@dataclass
class Draft:
    """`processes` are those that run: the main one first, then those it calls."""

    root: Any
    processes: list[Any]
    notes: Notes
    shapes: Shapes
    performers: dict[str, list[str]] = field(default_factory=dict)
    """Node id → names of the resources that were drawn as its performers."""
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    """Node id → what its form asks for a gateway."""
    lanes: dict[str, str] = field(default_factory=dict)
    """Lane name → role code."""
    pool_of: dict[str, str] = field(default_factory=dict)
    """Id of whatever stands in a pool of the file → id of the pool."""

    def __post_init__(self) -> None:
        self.by_id: dict[str, Any] = {}
        self._out: dict[str, list[Any]] = {}
        self._into: dict[str, list[Any]] = {}
        self._in_lanes: dict[str, list[Any]] = {}
        self.ids = {element.get("id") for element in self.root.iter(etree.Element) if element.get("id")}

    def index(self) -> None:
        """Read once who is connected with whom; from here on flows are changed by the methods below alone."""
        for process in self.processes:
            for element in process.iter(etree.Element):
                if local(element) in NODE_KINDS:
                    self.by_id[element.get("id")] = element
                elif local(element) == "sequenceFlow":
                    self._out.setdefault(element.get("sourceRef"), []).append(element)
                    self._into.setdefault(element.get("targetRef"), []).append(element)
                elif local(element) == "flowNodeRef":
                    self._in_lanes.setdefault((element.text or "").strip(), []).append(element)

    @property
    def main(self) -> Any:
        return self.processes[0]

    def scopes(self) -> Iterator[Any]:
        """Each process and sub-process, outer before inner."""
        for process in self.processes:
            yield process
            yield from list(process.iter(tag("subProcess")))

    def everything(self) -> Iterator[tuple[Any, Any]]:
        """Each node with its scope."""
        for scope in list(self.scopes()):
            yield from ((scope, node) for node in nodes(scope))

    def leaving(self, node: Any) -> list[Any]:
        return list(self._out.get(node.get("id"), ()))

    def entering(self, node: Any) -> list[Any]:
        return list(self._into.get(node.get("id"), ()))

    def new_id(self, wanted: str) -> str:
        """An id nothing has yet."""
        number, found = 1, wanted[:100]
        while found in self.ids:
            number += 1
            found = f"{wanted[:100]}_{number}"
        self.ids.add(found)
        return found

    def add_node(self, scope: Any, kind: str, wanted: str, name: str, near: Any, *, after: bool = False) -> Any:
        """A new node in the scope and on the drawing, in the lane of the node it stands near."""
        node = etree.SubElement(scope, tag(kind), id=self.new_id(wanted))
        if name:
            node.set("name", name)
        self.by_id[node.get("id")] = node
        self.shapes.add_beside(node.get("id"), kind, near.get("id"), after=after)
        for beside in self._in_lanes.get(near.get("id"), ()):
            reference = etree.SubElement(beside.getparent(), tag("flowNodeRef"))
            reference.text = node.get("id")
            self._in_lanes.setdefault(node.get("id"), []).append(reference)
        return node

    def add_flow(self, scope: Any, source: str, target: str, name: str = "") -> Any:
        flow = etree.SubElement(scope, tag("sequenceFlow"), id=self.new_id(f"flow_{source}_{target}"))
        flow.set("sourceRef", source)
        flow.set("targetRef", target)
        if name:
            flow.set("name", name)
        self._out.setdefault(source, []).append(flow)
        self._into.setdefault(target, []).append(flow)
        self.shapes.add_edge(flow.get("id"), source, target)
        return flow

    def turn(self, flow: Any, *, source: str | None = None, target: str | None = None) -> None:
        """Let a flow begin or end at another node."""
        for name, end, index in (("sourceRef", source, self._out), ("targetRef", target, self._into)):
            if end is not None:
                index[flow.get(name)].remove(flow)
                flow.set(name, end)
                index.setdefault(end, []).append(flow)
        self.shapes.redraw(flow.get("id"), flow.get("sourceRef"), flow.get("targetRef"))

    def insert_before(self, scope: Any, node: Any, kind: str, wanted: str, name: str) -> Any:
        """A new node on all ways into `node`."""
        new = self.add_node(scope, kind, wanted, name, node)
        for flow in self.entering(node):
            self.turn(flow, target=new.get("id"))
        self.add_flow(scope, new.get("id"), node.get("id"))
        return new

    def become(self, node: Any, kind: str) -> Any:
        """The node as another kind: same id, name, documentation and settings; what the old kind had besides is gone."""
        node.tag = tag(kind)
        for child in list(node):
            if local(child) not in BEFORE_REFERENCES:
                node.remove(child)
        for name in set(node.attrib) - {"id", "name", "default"}:
            del node.attrib[name]
        return node

    def remove(self, element: Any) -> None:
        """Take it out, a node with the flows at it."""
        if local(element) == "sequenceFlow":
            self._out[element.get("sourceRef")].remove(element)
            self._into[element.get("targetRef")].remove(element)
        else:
            for flow in self.leaving(element):
                self.remove(flow)
            for flow in self.entering(element):
                self.remove(flow)
            self.by_id.pop(element.get("id"), None)
        element.getparent().remove(element)

    def reference(self, kind: str, name: str) -> str:
        """Id of the message, error, signal or escalation of that name, made where it is missing."""
        code = {"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name")
        for known in self.root.iterfind(tag(kind)):
            if known.get(code) == name:
                return str(known.get("id"))
        new = etree.Element(tag(kind), id=self.new_id(f"{kind}_{fact_name(name)}"), name=name)
        new.set(code, name)
        self.root.insert(0, new)
        return str(new.get("id"))


def nodes(scope: Any) -> list[Any]:
    """Flow nodes directly inside."""
    return [child for child in scope if local(child) in NODE_KINDS]


def flows(scope: Any) -> list[Any]:
    return list(scope.iterfind(tag("sequenceFlow")))


def definitions(event: Any) -> list[Any]:
    return [child for child in event if local(child).endswith("EventDefinition")]


def settings(node: Any) -> dict[str, str]:
    """Our own settings on the element."""
    found = node.iterfind(f"{tag('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property")
    return {each.get("name", ""): each.get("value", "") for each in found}


def set_property(node: Any, name: str, value: str) -> None:
    """Write a setting of ours on the element."""
    holder = node.find(tag("extensionElements"))
    if holder is None:
        holder = etree.Element(tag("extensionElements"))
        node.insert(sum(local(child) in BEFORE_EXTENSIONS for child in node), holder)
    properties = holder.find(f"{{{SPIFF}}}properties")
    if properties is None:
        properties = etree.SubElement(holder, f"{{{SPIFF}}}properties")
    etree.SubElement(properties, f"{{{SPIFF}}}property", name=name, value=value)


def fact_name(text: str) -> str:
    """A text as part of the name of a fact, a form or an id: Latin letters, digits and underscores."""
    return str(UNFIT.sub("_", text))[:48]


def is_bpmn(element: Any) -> bool:
    return str(element.tag).startswith(f"{{{BPMN}}}")
