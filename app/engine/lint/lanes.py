"""Lanes: who does a task is the lane it lies in, so it lies in one and no more."""

from collections.abc import Iterator
from typing import Any

from app.engine.definition import Sources
from app.engine.diagram import HUMAN, Diagram, tag
from app.engine.lint.structure import about
from app.engine.model import Finding


def lanes(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            node = drawn.node
            if scope.has_lanes and drawn.kind in HUMAN and node.lane is None and "role" not in node.properties:
                yield about(
                    scope,
                    node.id,
                    "lane_missing",
                    "这个任务不在任何泳道里，不知道由谁办理。",
                    "请放进泳道，或设置 role。",
                )


def one_lane(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """The last lane that lists a node would win; only an outer lane may list what an inner one lists too."""
    for process in diagram.processes.values():
        for node, listing in _listed(process.element).items():
            names = {lane.get("name") or lane.get("id", "") for lane in listing}
            innermost = [lane for lane in listing if not any(lane in other.iterancestors() for other in listing)]
            drawn = diagram.find(node)
            if len(innermost) > 1 and drawn is not None:
                yield about(
                    diagram.scopes[drawn.node.scope], node, "lane_twice",
                    f"同时列在泳道{'、'.join(sorted(names))}里，由谁办理说不清。", "请只放在一个泳道里。",
                )  # fmt: skip


def _listed(process: Any) -> dict[str, list[Any]]:
    """Node id → lanes that list it."""
    found: dict[str, list[Any]] = {}
    for lane in process.iter(tag("lane")):
        for reference in lane.iterfind(tag("flowNodeRef")):
            found.setdefault((reference.text or "").strip(), []).append(lane)
    return found
