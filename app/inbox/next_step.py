"""下一步: what follows a step on the diagram, where the diagram leaves no choice."""

from app.engine import Definition

STOPS = frozenset({"userTask", "manualTask", "task", "endEvent", "receiveTask", "subProcess", "callActivity"})


def next_step(definition: Definition, node: str) -> str:
    """The name of the one step that follows, through gateways and automatic steps; empty where it depends."""
    found: set[str] = set()
    seen = {node}
    ahead = [node]
    while ahead:
        here = ahead.pop()
        for flow in definition.flows.values():
            if flow.source == here and flow.target not in seen:
                seen.add(flow.target)
                target = definition.nodes[flow.target]
                if target.kind in STOPS:
                    found.add("办结" if target.kind == "endEvent" else target.name)
                else:
                    ahead.append(flow.target)
    return found.pop() if len(found) == 1 else ""
