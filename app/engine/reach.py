"""Which nodes a token can reach along the flows of one scope. Joins and the linter ask."""

from app.engine.diagram import Scope


def successors(scope: Scope) -> dict[str, list[str]]:
    """Node → nodes its flows and links lead to."""
    found: dict[str, list[str]] = {node: [] for node in scope.nodes}
    for flow in scope.ways.values():
        if flow.source in found and flow.target in found:
            found[flow.source].append(flow.target)
    return found


def with_boundary(scope: Scope) -> dict[str, list[str]]:
    """As `successors`, a host also leading to its boundary events."""
    found = successors(scope)
    for drawn in scope.nodes.values():
        if drawn.node.attached_to in found:
            found[drawn.node.attached_to].append(drawn.id)
    return found


def reachable(graph: dict[str, list[str]], start: str, without: str | None = None) -> set[str]:
    """Nodes reachable from `start` over one flow or more, never walking on through `without`."""
    seen: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            if node != without:
                todo.extend(graph.get(node, ()))
    return seen


def join_inputs(scope: Scope, join: str) -> dict[str, frozenset[str]]:
    """Node → the join's incoming nodes that a token at the node can pass through on its way into the join."""
    back: dict[str, list[str]] = {node: [] for node in scope.nodes}
    for node, targets in successors(scope).items():
        for target in targets:
            back[target].append(node)
    found: dict[str, set[str]] = {node: set() for node in scope.nodes if node != join}
    for source in {flow.source for flow in scope.incoming(join)}:
        for node in {source} | reachable({**back, join: back[join] if source == join else []}, source):
            if node in found:
                found[node].add(source)
    return {node: frozenset(sources) for node, sources in found.items()}
