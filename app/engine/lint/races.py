"""Two branches that run at the same time may not set the same fact: the later would win in silence (rule 7)."""

from collections.abc import Iterator

from app.engine.definition import Sources
from app.engine.diagram import Diagram, Scope, tag
from app.engine.lint.effects import written_inside
from app.engine.lint.structure import about
from app.engine.model import Finding
from app.engine.reach import reachable, with_boundary


def parallel_writes(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        writes = {node: written_inside(drawn, diagram, sources) for node, drawn in scope.nodes.items()}
        for node, drawn in scope.nodes.items():
            if drawn.node.multiple is not None and sources.writes.get(node):
                yield about(
                    scope, node, "multiple_writes", "多实例的子任务设置了事实，先后会互相覆盖。",
                    "请用 result 写在自己的代码之下，不要用事实映射。",
                )  # fmt: skip
        told: set[tuple[str, str]] = set()
        for first, second in _together(scope):
            for fact in sorted(writes[first] & writes[second]):
                if (fact, second) not in told:
                    told.add((fact, second))
                    yield about(
                        scope, second, "parallel_write",
                        f"与“{scope.nodes[first].node.name or first}”同时进行，两步都设置事实 {fact}。",
                        "后写的会悄悄覆盖先写的：请各用各的事实，或在汇合之后再设置。",
                    )  # fmt: skip


def _together(scope: Scope) -> Iterator[tuple[str, str]]:
    """Pairs of nodes that can be at work at the same time: behind a fork, with a gateway or without, beside what
    interrupts nothing."""
    graph = with_boundary(scope)
    for drawn in scope.nodes.values():
        heads = [flow.target for flow in scope.outgoing(drawn.id)]
        if drawn.kind not in ("exclusiveGateway", "eventBasedGateway") and len(heads) > 1:
            yield from _branches(scope, graph, drawn.id, heads)
        if drawn.kind == "boundaryEvent" and not drawn.node.interrupting:
            # What follows runs beside the host and beside all that comes after the host.
            host = drawn.node.attached_to or ""
            apart = {node: [target for target in targets if target != drawn.id] for node, targets in graph.items()}
            beside = {host} | reachable(apart, host)
            for node in sorted(reachable(graph, drawn.id)):
                yield from ((other, node) for other in sorted(beside - {node}))

    for handler in scope.handlers():
        start = next((each for each in handler.element if each.tag == tag("startEvent")), None)
        if start is not None and start.get("isInterrupting") == "false":
            yield from ((other, handler.id) for other in sorted(scope.nodes) if other != handler.id)


def _branches(scope: Scope, graph: dict[str, list[str]], fork: str, heads: list[str]) -> Iterator[tuple[str, str]]:
    """Nodes of two branches of one round, up to the gateways where all branches have met."""
    after = [{head} | reachable(graph, head, without=fork) for head in heads]
    met = set.intersection(*after)
    joins = {node for node in met if len(scope.incoming(node)) > 1 and scope.nodes[node].kind.endswith("Gateway")}
    if joins:
        after = [_until(graph, head, joins) for head in heads]
    for index, first in enumerate(after):
        for second in after[index + 1 :]:
            common = first & second
            yield from ((a, b) for a in sorted(first - common) for b in sorted(second - common))


def _until(graph: dict[str, list[str]], head: str, joins: set[str]) -> set[str]:
    seen: set[str] = set()
    todo = [head]
    while todo:
        node = todo.pop()
        if node not in seen and node not in joins:
            seen.add(node)
            todo.extend(graph.get(node, ()))
    return seen
