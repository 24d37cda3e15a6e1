"""How far it is from each node of a definition to a goal, counted in nodes; data aside."""

from collections.abc import Mapping
from typing import TypeAlias

from app.engine import Definition, Node

Distances: TypeAlias = Mapping[str, float]
AFTER = "/after"
"""No id holds a slash."""


def onward(definition: Definition, called: Mapping[str, str]) -> dict[str, set[str]]:
    """Node → nodes a token may come to next: along flows, into and out of what stands inside, over a border.

    A sub-process stands for its entrance; behind its id, with AFTER, for its exit.

    Args:
        called: call activity → process it calls.
    """
    nodes = definition.nodes
    starts = {node.scope: node.id for node in nodes.values() if node.kind == "startEvent"}
    inside = {node.id: _inside(node, starts, called) for node in nodes.values()}
    found: dict[str, set[str]] = {name: set() for node in nodes for name in (node, node + AFTER)}
    for flow in definition.flows.values():
        found[flow.source + AFTER if inside[flow.source] else flow.source].add(flow.target)
    for node in nodes.values():
        found[node.id] |= {starts[scope] for scope in inside[node.id]}
        for each in _beside(definition, node, inside):
            found[each].add(node.id)
        if node.kind == "endEvent":
            found[node.id] |= {name + AFTER for name, scopes in inside.items() if node.scope in scopes}
    for name, beside in _handlers(definition).items():
        for each in beside:
            found[each].add(name)
    return found


def _inside(node: Node, starts: Mapping[str, str], called: Mapping[str, str]) -> set[str]:
    """The scope a node opens."""
    scope = called.get(node.id, node.id)
    return {scope} if node.kind in ("callActivity", "subProcess") and scope in starts else set()


def _beside(definition: Definition, border: Node, inside: Mapping[str, set[str]]) -> list[str]:
    """Nodes from which a border is reached: its host; of a host with something inside, all that stands there, and of
    an error what throws it."""
    host = border.attached_to or ""
    if not inside.get(host):
        return [host] if host in inside else []
    within = [node for node in definition.nodes.values() if _stands_in(definition, node, inside[host])]
    throws = [node.id for node in within if node.kind == "endEvent" and node.event == border.event]
    return throws if border.event == "error" else [node.id for node in within]


def _stands_in(definition: Definition, node: Node, scopes: set[str]) -> bool:
    while node.scope not in scopes:
        if node.scope not in definition.nodes:
            return False
        node = definition.nodes[node.scope]
    return True


def _handlers(definition: Definition) -> dict[str, list[str]]:
    """Event sub-processes, to which no flow leads, and the nodes beside which they may begin."""
    entered = {flow.target for flow in definition.flows.values()}
    alone = [node for node in definition.nodes.values() if node.kind == "subProcess" and node.id not in entered]
    everything = definition.nodes.values()
    return {node.id: [each.id for each in everything if each.scope == node.scope != each.id] for node in alone}


def distances_to(graph: Mapping[str, set[str]], goals: set[str]) -> dict[str, float]:
    """Steps from each node that can reach a goal; a goal is 0 away."""
    back: dict[str, set[str]] = {}
    for node, targets in graph.items():
        for target in targets:
            back.setdefault(target, set()).add(node)
    found, frontier, depth = dict.fromkeys(goals, 0.0), list(goals), 0.0
    while frontier:
        depth += 1
        frontier = [node for name in frontier for node in back.get(name, ()) if node not in found]
        found |= dict.fromkeys(frontier, depth)
    return found
