"""下一步: what follows a step on the diagram, where the diagram leaves no choice."""

from collections.abc import Iterator

from app.engine import Definition, Node

STOPS = frozenset(
    {"userTask", "manualTask", "task", "receiveTask", "subProcess", "callActivity"}
    | {"intermediateCatchEvent", "eventBasedGateway"}
)


def next_step(definition: Definition, node: str, *, alone: bool = False) -> str:
    """The name of the one step that follows, through gateways and automatic steps; empty where it depends.

    The end of a sub-process leads on from the sub-process.

    Args:
        alone: nothing else is open in the case, so a join waits for nobody.
    """
    found: set[str] = set()
    seen = {node}
    ahead = [node]
    while ahead:
        for target in _after(definition, definition.nodes[ahead.pop()]):
            if target is None or (not alone and _joins(definition, target)):
                return ""
            if target.id in seen:
                continue
            seen.add(target.id)
            if target.kind in STOPS or _ends_the_case(definition, target):
                found.add("办结" if target.kind == "endEvent" else target.name)
            else:
                ahead.append(target.id)
    return found.pop() if len(found) == 1 else ""


def _after(definition: Definition, node: Node) -> Iterator[Node | None]:
    """The nodes right behind one; None where that is for another process to say."""
    if node.kind == "endEvent":
        outside = definition.nodes.get(node.scope)
        if outside is None:
            yield None
            return
        node = outside
    for flow in definition.flows.values():
        if flow.source == node.id:
            yield definition.nodes[flow.target]


def _ends_the_case(definition: Definition, node: Node) -> bool:
    return node.kind == "endEvent" and node.scope == definition.process_id


def _joins(definition: Definition, node: Node) -> bool:
    if node.kind not in {"parallelGateway", "inclusiveGateway"}:
        return False
    return sum(flow.target == node.id for flow in definition.flows.values()) > 1
