"""From one version of a diagram to a newer one: which node is which, and what bars a case from going over (rule 13)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.engine.definition import Definition, Flow, Node
from app.engine.facts import problem_of
from app.engine.model import Open


@dataclass(frozen=True)
class Bar:
    """Why a case cannot go over: an element of the old diagram (or a fact), its name, and a code.

    `gone`: the node has no counterpart; `kind`: it is another kind of element there; `scope`: it stands elsewhere there;
    `join`: a half-arrived join has other flows there; `several`: people work on it side by side; `called`: the process
    it calls is drawn otherwise there; `choice`: the events it waits for are others there; `fact`: not declared alike.
    """

    element: str
    name: str
    code: str


@dataclass(frozen=True)
class Counterparts:
    """Old node → new node: the same id, unless `named` says otherwise."""

    old: Definition
    new: Definition
    named: Mapping[str, str] = field(default_factory=dict)

    def of(self, node: str) -> str:
        return self.named.get(node, node)

    def node(self, node: str) -> Node | None:
        return self.new.nodes.get(self.of(node))

    def scope(self, scope: str) -> str:
        """A sub-process by its node; a process by its id, the main one whatever it is called."""
        return self.new.process_id if scope == self.old.process_id else self.of(scope)

    def key(self, key: str) -> str:
        """A key or scope path as the new version has it."""
        return renamed(key, self.named)


def renamed(key: str, named: Mapping[str, str]) -> str:
    """A key or scope path with its nodes under their new names."""
    parts = (part.partition("#") for part in key.split("/"))
    return "/".join(f"{named.get(node, node)}{mark}{rest}" for node, mark, rest in parts)


def bars(counterparts: Counterparts, found: Open) -> tuple[Bar, ...]:
    """What bars a case with this state, in the order of its keys; empty when it may go over."""
    nodes = sorted(_nodes(found))
    return tuple(
        [
            *(bar for node in nodes for bar in _of_node(counterparts, node)),
            *(bar for one in found.tasks if one.item is not None for bar in [_bar(counterparts, one.node, "several")]),
            *(bar for join in sorted(found.joins) for bar in _of_join(counterparts, join.rpartition("/")[2])),
            *_of_facts(counterparts, found),
        ]
    )


def _nodes(found: Open) -> set[str]:
    """Nodes at which something is open, sub-processes and call activities too."""
    keys = {one.key for one in found.tasks} | {one.key for one in found.timers} | {one.key for one in found.waits}
    keys |= {one.key for one in found.calls} | found.scopes.keys() - {""} | set(found.signals)
    return {key.rpartition("/")[2].split("#", 1)[0] for key in keys}


def _bar(counterparts: Counterparts, node: str, code: str) -> Bar:
    drawn = counterparts.old.nodes.get(node)
    return Bar(node, (drawn.name if drawn else "") or node, code)


def _of_node(counterparts: Counterparts, node: str) -> Iterator[Bar]:
    was, is_ = counterparts.old.nodes[node], counterparts.node(node)
    if is_ is None:
        if was.attached_to is None:
            yield _bar(counterparts, node, "gone")
        return
    if (was.kind, was.event, was.multiple) != (is_.kind, is_.event, is_.multiple):
        yield _bar(counterparts, node, "kind")
    elif counterparts.scope(was.scope) != is_.scope or _host(counterparts, was) != is_.attached_to:
        yield _bar(counterparts, node, "scope")
    elif was.kind == "callActivity" and not _drawn_alike(counterparts, was.called, is_.called):
        yield _bar(counterparts, node, "called")
    elif (gateway := _gateway(counterparts.old, node)) and not _same_flows(counterparts, gateway):
        yield _bar(counterparts, gateway, "choice")


def _host(counterparts: Counterparts, node: Node) -> str | None:
    return counterparts.of(node.attached_to) if node.attached_to else None


def _gateway(old: Definition, node: str) -> str | None:
    """The event-based gateway before an event."""
    sources = (flow.source for flow in old.flows.values() if flow.target == node)
    return next((one for one in sources if old.nodes[one].kind == "eventBasedGateway"), None)


def _of_join(counterparts: Counterparts, join: str) -> Iterator[Bar]:
    was, is_ = counterparts.old.nodes[join], counterparts.node(join)
    same = is_ is not None and is_.kind == was.kind and is_.scope == counterparts.scope(was.scope)
    if not same or not _same_flows(counterparts, join):
        yield _bar(counterparts, join, "join")


def _same_flows(counterparts: Counterparts, node: str) -> bool:
    """Whether the counterpart is led to and left by the counterparts of the same nodes."""

    def around(flows: Mapping[str, Flow], one: str) -> tuple[list[str], list[str]]:
        into = sorted(flow.source for flow in flows.values() if flow.target == one)
        return into, sorted(flow.target for flow in flows.values() if flow.source == one)

    was = tuple(sorted(counterparts.of(one) for one in side) for side in around(counterparts.old.flows, node))
    return was == around(counterparts.new.flows, counterparts.of(node))


def _drawn_alike(counterparts: Counterparts, was: str, is_: str) -> bool:
    """Whether a called process is the same in both versions, with all it calls: nodes, settings, flows, conditions."""
    return was == is_ and _drawing(counterparts.old, was) == _drawing(counterparts.new, is_)


def _drawing(definition: Definition, process: str) -> tuple[object, ...]:
    nodes = {node.id: node for node in definition.nodes.values() if node.process == process}
    told = sorted(
        (node.id, node.kind, node.scope, node.event or "", node.attached_to or "", node.interrupting, node.called,
         node.multiple or "", sorted(node.properties.items()))
        for node in nodes.values()
    )  # fmt: skip
    flows = sorted(
        (flow.id, flow.source, flow.target, flow.condition or "", flow.default)
        for flow in definition.flows.values()
        if flow.source in nodes
    )
    inner = [_drawing(definition, called) for called in sorted({n.called for n in nodes.values() if n.called})]
    return tuple(told), tuple(flows), tuple(inner)


def _of_facts(counterparts: Counterparts, found: Open) -> Iterator[Bar]:
    for name, value in sorted(found.facts.items()):
        was, is_ = counterparts.old.facts.get(name), counterparts.new.facts.get(name)
        if is_ is None or was is None or was.kind != is_.kind or problem_of(is_, value):
            yield Bar(name, (was.label if was else "") or name, "fact")
