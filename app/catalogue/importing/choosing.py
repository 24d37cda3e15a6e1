"""Which of the processes of a file runs: the largest one, with those it calls. The others stay on the drawing."""

from typing import Any

from lxml import etree

from app.engine.diagram import NODE_KINDS, local, tag
from app.engine.lint.structure import NODES_LIMIT

LIMIT = 4 * NODES_LIMIT
"""Elements of what runs, flows and lanes among them."""
SCOPES = frozenset({"transaction", "adHocSubProcess", "complexGateway"})
DRAWN = NODE_KINDS | SCOPES
WIDE = ("lane", "sequenceFlow", "messageFlow", "flowNodeRef", "message", "participant", "association")


def choose(root: Any) -> list[Any]:
    """The process to run and those of the same file it calls, nearest first; empty when nothing can run.

    One that says it is executable goes before one that does not: that is its author's word."""
    sizes = {process: found for process in root.iterfind(tag("process")) if (found := size(process))}
    drawn = {process.get("id"): process for process in sizes}
    if not drawn:
        return []
    said = [process for process in drawn.values() if process.get("isExecutable") == "true"]
    chosen = [max(said or drawn.values(), key=sizes.__getitem__)]
    known = set(chosen)
    for process in chosen:
        for call in process.iter(tag("callActivity")):
            called = drawn.get(local_id(call.get("calledElement")))
            if called is not None and called not in known:
                known.add(called)
                chosen.append(called)
    return chosen


def size(process: Any) -> int:
    """Flow nodes in it, at whatever depth."""
    return sum(1 for element in process.iter(etree.Element) if local(element) in DRAWN)


def too_large(root: Any, chosen: list[Any]) -> bool:
    """More than anybody reads, and more than every pass should look at."""
    wide = sum(1 for _ in root.iter(*map(tag, WIDE)))
    return wide > LIMIT or len(chosen) > NODES_LIMIT or sum(map(size, chosen)) > NODES_LIMIT


def local_id(name: str | None) -> str:
    """A reference without the prefix of its namespace (BPMN 2.0 §8.1.1: QName)."""
    return (name or "").strip().rpartition(":")[2]
