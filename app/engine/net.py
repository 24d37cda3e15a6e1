"""One scope of a diagram as a net of tokens: where they may rest, and which sets of them the diagram can bring about.

Used before a case is moved by hand (engine rule 12): what nobody could have reached by working must not be reached by an
administrator. It knows no expressions: every condition may come out either way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from app.engine.definition import Definition, Flow, Node
from app.engine.model import Open

RESTING = frozenset(
    {
        "userTask", "manualTask", "task", "receiveTask", "serviceTask", "sendTask", "subProcess", "callActivity",
        "intermediateCatchEvent", "eventBasedGateway",
    }
)  # fmt: skip
"""Kinds at which a token waits for somebody or something."""
JOINING = frozenset({"parallelGateway", "inclusiveGateway"})
MOST = 20_000
"""Sets of tokens looked at before the question is given up."""
WIDEST = 8
"""Flows out of an inclusive gateway of which every choice is tried."""

Tokens = frozenset[str]
"""Ids of nodes at which tokens rest, and `>flow` for one that has arrived at a join. Two tokens in one place are one."""


class TooWide(Exception):
    """More sets of tokens than are looked at."""


@dataclass(frozen=True)
class Net:
    """Nodes and flows of one scope, as drawn."""

    nodes: Mapping[str, Node]
    leaving: Mapping[str, tuple[Flow, ...]]
    """Node → flows out of it."""
    arriving: Mapping[str, tuple[Flow, ...]]
    hosted: Mapping[str, tuple[Node, ...]]
    """Activity → its boundary events."""

    def reach(self, starts: Iterable[str], *, without: Iterable[str] = (), usual: bool = False) -> frozenset[str]:
        """Nodes behind `starts`, not walking on through `without`. `usual`: over drawn flows only, nothing interrupts."""
        seen: set[str] = set()
        todo, barred = [after for start in starts for after in self._after(start, usual)], frozenset(without)
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += [] if node in barred else self._after(node, usual)
        return frozenset(seen)

    def _after(self, node: str, usual: bool) -> list[str]:
        flows = [flow.target for flow in self.leaving.get(node, ())]
        if self.nodes[node].event == "link" and self.nodes[node].kind == "intermediateThrowEvent":
            flows += self.links
        return flows if usual else flows + [event.id for event in self.hosted.get(node, ())]

    @property
    def handlers(self) -> frozenset[str]:
        """Event sub-processes: nothing leads to them, they run beside the scope or in its place."""
        return frozenset(n.id for n in self.nodes.values() if n.kind == "subProcess" and not self.arriving.get(n.id))

    @property
    def links(self) -> tuple[str, ...]:
        """Where a link event may come out. Which one belongs to which is not asked: any may."""
        return tuple(n.id for n in self.nodes.values() if n.event == "link" and n.kind == "intermediateCatchEvent")

    @property
    def starts(self) -> tuple[str, ...]:
        """Start events; in a scope without one, nodes nothing leads to."""
        drawn = tuple(node.id for node in self.nodes.values() if node.kind == "startEvent")
        return drawn or tuple(
            n.id
            for n in self.nodes.values()
            if not self.arriving.get(n.id) and not n.attached_to and n.id not in self.handlers
        )


def net_of(definition: Definition, scope: str) -> Net:
    """The net of a process or embedded sub-process, by its id."""
    nodes = {node.id: node for node in definition.nodes.values() if node.scope == scope}
    leaving: dict[str, tuple[Flow, ...]] = {}
    arriving: dict[str, tuple[Flow, ...]] = {}
    hosted: dict[str, tuple[Node, ...]] = {}
    for flow in definition.flows.values():
        if flow.source in nodes and flow.target in nodes:
            leaving[flow.source] = (*leaving.get(flow.source, ()), flow)
            arriving[flow.target] = (*arriving.get(flow.target, ()), flow)
    for node in nodes.values():
        if node.attached_to:
            hosted[node.attached_to] = (*hosted.get(node.attached_to, ()), node)
    return Net(nodes, leaving, arriving, hosted)


def can_come_about(net: Net, tokens: Tokens) -> bool:
    """Whether working through the diagram from its start can bring about exactly these tokens. None at all are left by
    an event sub-process that runs in the place of its scope.

    Raises:
        TooWide: not decided within `MOST` sets.
    """
    if not tokens:
        return True
    todo = list(_settled(net, frozenset(), tuple(f for start in net.starts for f in net.leaving.get(start, ()))))
    seen: set[Tokens] = set()
    while todo:
        now = todo.pop()
        if now == tokens:
            return True
        if now in seen:
            continue
        seen.add(now)
        if len(seen) > MOST:
            raise TooWide
        todo += [after for node in now if not node.startswith(">") for after in _moves(net, now, node)]
    return False


def _moves(net: Net, now: Tokens, node: str) -> Iterator[Tokens]:
    """What the token at `node` can do next: leave, be interrupted, or let a boundary event send a token besides."""
    rest = now - {node}
    if net.nodes[node].kind == "eventBasedGateway":
        for flow in net.leaving.get(node, ()):
            yield from _settled(net, rest, net.leaving.get(flow.target, ()))
        return
    for out in _choices(net.leaving.get(node, ())):
        yield from _settled(net, rest, out)
    for event in net.hosted.get(node, ()):
        yield from _settled(net, rest if event.interrupting else now, net.leaving.get(event.id, ()))


def _settled(net: Net, tokens: Tokens, moving: tuple[Flow, ...]) -> Iterator[Tokens]:
    """Every way in which tokens on flows can come to rest."""
    todo: list[tuple[Tokens, tuple[Flow, ...]]] = [(tokens, moving)]
    seen: set[tuple[Tokens, frozenset[str]]] = set()
    while todo:
        now, flows = todo.pop()
        known = (now, frozenset(flow.id for flow in flows))
        if known in seen:
            continue
        seen.add(known)
        if len(seen) > MOST:
            raise TooWide
        if flows:
            todo += _arrived(net, now, flows[0], flows[1:])
        elif fired := _fired(net, now):
            todo += fired
        else:
            yield now


def _arrived(net: Net, now: Tokens, flow: Flow, others: tuple[Flow, ...]) -> list[tuple[Tokens, tuple[Flow, ...]]]:
    node = net.nodes[flow.target]
    out = net.leaving.get(node.id, ())
    if node.kind in RESTING:
        return [(now | {node.id}, others)]
    if node.kind == "endEvent":
        return [(frozenset(), ())] if node.event == "terminate" else [(now, others)]
    if node.kind == "exclusiveGateway":
        return [(now, (*others, one)) for one in out]
    if node.kind in JOINING and len(net.arriving[node.id]) > 1:
        return [(now | {f">{flow.id}"}, others)]
    if node.kind == "inclusiveGateway":
        return [(now, (*others, *some)) for some in _some_of(out)]
    if node.event == "link" and node.kind == "intermediateThrowEvent":
        return [(now, (*others, *net.leaving.get(catch, ()))) for catch in net.links]
    return [(now, (*others, *some)) for some in _choices(out)]


def _choices(out: tuple[Flow, ...]) -> Iterator[tuple[Flow, ...]]:
    """All flows out of a node at once; where some have conditions, any of them."""
    if any(flow.condition is not None or flow.default for flow in out):
        yield from _some_of(out)
    else:
        yield out


def _fired(net: Net, now: Tokens) -> list[tuple[Tokens, tuple[Flow, ...]]]:
    """What the first join that may go on (see `joins`) makes of the tokens; nothing when none may."""
    for node in net.nodes.values():
        arrivals = net.arriving.get(node.id, ())
        held = [flow for flow in arrivals if f">{flow.id}" in now]
        if node.kind not in JOINING or len(arrivals) < 2 or not held:
            continue
        if len(held) == len(arrivals) or (node.kind == "inclusiveGateway" and not _awaited(net, now, node.id, held)):
            out, left = net.leaving.get(node.id, ()), now - {f">{flow.id}" for flow in held}
            return [(left, some) for some in (_some_of(out) if node.kind == "inclusiveGateway" else (out,))]
    return []


def _awaited(net: Net, now: Tokens, join: str, held: list[Flow]) -> bool:
    """Whether a token elsewhere can still come to an empty flow of the inclusive join."""
    empty = {flow.source for flow in net.arriving[join]} - {flow.source for flow in held}
    targets = {flow.id: flow.target for flows in net.arriving.values() for flow in flows}
    places = {targets[one[1:]] if one.startswith(">") else one for one in now} - {join}
    return any(empty & (net.reach([place], without=[join]) | {place}) for place in places)


def _some_of(flows: tuple[Flow, ...]) -> Iterator[tuple[Flow, ...]]:
    if len(flows) > WIDEST:
        raise TooWide
    for size in range(1, len(flows) + 1):
        yield from combinations(flows, size)


def resting(net: Net, found: Open, path: str) -> Tokens:
    """The tokens of the scope at `path` ("" is the process) in what waits in a state; event sub-processes, and what
    listens for them, hold none of it."""
    inside = f"{path}/" if path else ""
    keys = {one.key for one in found.tasks} | {one.key for one in found.timers} | {one.key for one in found.waits}
    keys |= {one.key for one in found.calls} | (found.scopes.keys() - {path}) | set(found.signals)
    places = {key.removeprefix(inside).split("#", 1)[0] for key in keys if key.startswith(inside)}
    drawn = [one for one in places if one in net.nodes and one not in net.handlers]
    tokens = {_gateway_before(net, one) for one in drawn if not net.nodes[one].attached_to}
    for join, sources in found.joins.items():
        scope, _, name = join.rpartition("/")
        if scope == path:
            tokens |= {f">{flow.id}" for flow in net.arriving[name] if flow.source in sources}
    return frozenset(tokens)


def _gateway_before(net: Net, node: str) -> str:
    """A token that waits for the first of several events rests at their gateway."""
    for flow in net.arriving.get(node, ()):
        if net.nodes[flow.source].kind == "eventBasedGateway":
            return flow.source
    return node
