"""下一步: what follows a step on the diagram, where the diagram leaves no choice."""

from app.engine import Definition
from app.engine.definition import Node

STOPS = frozenset({"userTask", "manualTask", "task", "endEvent", "receiveTask", "subProcess", "callActivity"})


def next_step(definition: Definition, node: str) -> str:
    """The name of the one step that follows, through gateways, automatic steps and the ends of sub-processes; empty
    where it depends."""
    found: set[str] = set()
    seen = {node}
    ahead = [node]
    while ahead:
        here = ahead.pop()
        for flow in definition.flows.values():
            if flow.source == here and flow.target not in seen:
                seen.add(flow.target)
                target = definition.nodes[flow.target]
                if target.kind == "endEvent" and target.scope in definition.nodes:
                    ahead.append(target.scope)
                elif target.kind in STOPS:
                    found.add(_name(definition, target))
                else:
                    ahead.append(flow.target)
    return found.pop() if len(found) == 1 else ""


def _name(definition: Definition, target: Node) -> str:
    """Only the end of the main process ends the case; after a called one the diagram that called it goes on."""
    if target.kind != "endEvent":
        return target.name
    return "办结" if target.process == definition.process_id else ""
