"""Joins that can be passed again."""

from collections.abc import Iterator

from app.engine.definition import Sources
from app.engine.diagram import Diagram
from app.engine.lint.structure import about
from app.engine.model import Finding
from app.engine.reach import reachable, with_boundary


def joins_in_loops(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Our joins count tokens, so a loop is exact; still, interrupting half of a round is clearer with a border."""
    for scope in diagram.scopes.values():
        graph = with_boundary(scope)
        for drawn in scope.nodes.values():
            joins = drawn.kind in ("parallelGateway", "inclusiveGateway") and len(scope.incoming(drawn.id)) > 1
            if joins and drawn.id in reachable(graph, drawn.id):
                yield about(
                    scope, drawn.id, "join_in_loop", "这个汇合网关会被再次经过。",
                    "请把并行部分放进嵌入子流程，退回时整段重来，界线清楚。", "warning",
                )  # fmt: skip


def waits_for_itself(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """A parallel gateway one of whose tokens can only come from behind it never fires (BPMN 2.0 §10.6.4)."""
    for scope in diagram.scopes.values():
        graph = with_boundary(scope)
        starts = [drawn.id for drawn in scope.nodes.values() if drawn.kind == "startEvent"]
        for drawn in scope.nodes.values():
            if drawn.kind == "parallelGateway" and len(scope.incoming(drawn.id)) > 1:
                before = {node for begin in starts for node in reachable(graph, begin, without=drawn.id)} | set(starts)
                if any(flow.source not in before for flow in scope.incoming(drawn.id)):
                    yield about(
                        scope, drawn.id, "join_waits_for_itself", "这个并行网关要等自己之后的步骤，永远走不下去。",
                        "请在它前面加一个排他网关，把退回的顺序流接到那里。",
                    )  # fmt: skip
