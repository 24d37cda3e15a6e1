"""Events: what starts, interrupts and ends a scope."""

from collections.abc import Iterator

from app.engine.definition import Sources
from app.engine.diagram import Diagram, Drawn, local, tag
from app.engine.lint.structure import about
from app.engine.model import Finding
from app.engine.timers import timer_of

ALLOWED: dict[str, set[str | None]] = {
    "startEvent": {None},
    "endEvent": {None, "message", "error", "terminate"},
    "intermediateCatchEvent": {"message", "timer"},
    "intermediateThrowEvent": {None, "message"},
    "boundaryEvent": {"message", "timer", "error"},
}
WAITING = frozenset({"userTask", "manualTask", "task", "serviceTask", "sendTask", "receiveTask",
                     "callActivity", "subProcess"})  # fmt: skip
"""Activities that take time, so that something can happen at their border."""


def definitions(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.kind in ALLOWED:
                for message, remedy in _event(diagram, drawn):
                    yield about(scope, drawn.id, "event_refused", message, remedy)
            host = scope.nodes.get(drawn.node.attached_to or "")
            if host is not None and host.kind not in WAITING:
                yield about(
                    scope, drawn.id, "host_refused", "边界事件所依附的活动一瞬间就完成，事件不会发生。",
                    "请依附到任务、调用或子流程上。",
                )  # fmt: skip


def _event(diagram: Diagram, drawn: Drawn) -> Iterator[tuple[str, str]]:
    node, kind = drawn.node, drawn.kind
    found = [child for child in drawn.element if local(child).endswith("EventDefinition")]
    if len(found) > 1:
        yield "一个事件只能有一种触发方式。", "请拆成几个事件。"
    elif node.event not in ALLOWED[kind]:
        yield f"{kind} 不支持 {node.event or '无类型'}。", START if kind == "startEvent" else "请改用消息或定时事件。"
    elif node.event == "message" and found[0].get("messageRef") not in diagram.messages:
        yield "消息事件没有指明消息。", "请选择一个消息。"
    elif node.event == "timer":
        yield from _timer(drawn)
    elif node.event == "error" and not node.interrupting:
        yield "边界错误事件总是打断活动。", "请改为打断式。"
    if kind == "endEvent" and node.event == "error" and not _code(diagram, drawn):
        yield "错误结束事件没有指明错误代码。", "请选择一个有 errorCode 的错误。"


START = "案件由人发起，开始条件写在 process.toml 的 [start]；开始事件请用无类型的。"


def _timer(drawn: Drawn) -> Iterator[tuple[str, str]]:
    timer = timer_of(drawn.element)
    if timer.text is None:
        yield "定时事件没有写规则。", '请写 "P30D"、"limit:<代码>"、"clock:<代码>@<天数>" 等。'
    if timer.cycle and (drawn.kind != "boundaryEvent" or drawn.node.interrupting):
        yield "循环定时只能用在非打断的边界事件上。", "请改为非打断的边界事件，或用期限代替循环。"


def _code(diagram: Diagram, drawn: Drawn) -> str:
    definition = drawn.element.find(tag("errorEventDefinition"))
    return "" if definition is None else diagram.errors.get(definition.get("errorRef") or "", "")


def errors(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """An error end event has somebody who catches it, in a scope around it or at a call activity."""
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.kind == "endEvent" and drawn.node.event == "error":
                if not _caught(diagram, scope.id, _code(diagram, drawn), set()):
                    yield about(
                        scope, drawn.id, "error_not_caught", "没有边界错误事件捕获这个错误，案件会停下。",
                        "请在外层子流程或调用活动上画边界错误事件。",
                    )  # fmt: skip


def _caught(diagram: Diagram, scope: str, code: str, seen: set[str]) -> bool:
    """Whether on every way out of the scope somebody catches the code."""
    if scope in seen:
        return False
    owners = [d for d in diagram.drawn() if d.id == scope or d.element.get("calledElement") == scope]
    for owner in owners:
        around = diagram.scopes[owner.node.scope]
        catching = [d for d in around.boundary(owner.id) if d.node.event == "error"]
        if not any(_code(diagram, d) in ("", code) for d in catching):
            if not _caught(diagram, around.id, code, seen | {scope}):
                return False
    return bool(owners)
