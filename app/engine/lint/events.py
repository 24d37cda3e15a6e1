"""Events: what starts, interrupts and ends a scope."""

from collections.abc import Iterator

from app.engine.definition import Sources
from app.engine.diagram import Diagram, Drawn, Scope, local, tag
from app.engine.lint.structure import about
from app.engine.model import Finding
from app.engine.timers import timer_of

ALLOWED: dict[str, set[str | None]] = {
    "startEvent": {None},
    "endEvent": {None, "message", "error", "terminate", "signal", "escalation"},
    "intermediateCatchEvent": {"message", "timer", "signal", "link"},
    "intermediateThrowEvent": {None, "message", "signal", "escalation", "link"},
    "boundaryEvent": {"message", "timer", "error", "signal", "escalation"},
}
HANDLED: set[str | None] = {"message", "timer", "error", "signal", "escalation"}
"""What begins an event sub-process."""
WAITING = frozenset({"userTask", "manualTask", "task", "serviceTask", "sendTask", "receiveTask",
                     "callActivity", "subProcess"})  # fmt: skip
"""Activities that take time, so that something can happen at their border."""
SCOPES = frozenset({"callActivity", "subProcess"})
"""Activities that something can be thrown in."""


def definitions(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.kind in ALLOWED:
                for message, remedy in _event(diagram, scope, drawn):
                    yield about(scope, drawn.id, "event_refused", message, remedy)
            host = scope.nodes.get(drawn.node.attached_to or "")
            if host is not None and host.kind not in WAITING:
                yield about(
                    scope, drawn.id, "host_refused", "边界事件所依附的活动一瞬间就完成，事件不会发生。",
                    "请依附到任务、调用或子流程上。",
                )  # fmt: skip
            elif host is not None and drawn.node.event in ("error", "escalation") and host.kind not in SCOPES:
                yield about(
                    scope, drawn.id, "host_refused", "任务里面没有谁抛出错误或上报，这个边界事件不会发生。",
                    "请依附到里面有抛出事件的子流程或调用活动上。",
                )  # fmt: skip


def _event(diagram: Diagram, scope: Scope, drawn: Drawn) -> Iterator[tuple[str, str]]:
    node, kind = drawn.node, drawn.kind
    handling = kind == "startEvent" and scope.handling
    found = [child for child in drawn.element if local(child).endswith("EventDefinition")]
    if len(found) > 1:
        yield "一个事件只能有一种触发方式。", "请拆成几个事件。"
    elif node.event not in (HANDLED if handling else ALLOWED[kind]):
        yield f"{kind} 不支持 {node.event or '无类型'}。", _instead(kind, handling)
    elif node.event == "message" and found[0].get("messageRef") not in diagram.messages:
        yield "消息事件没有指明消息。", "请选择一个消息。"
    elif node.event == "timer":
        yield from _timer(drawn, handling)
    elif diagram.names_nothing(drawn):
        yield "事件引用的错误、信号或上报在文件里没有定义，会被当成“任何一种”。", "请改选一个已定义的，或补上它的定义。"
    elif node.event == "error" and not node.interrupting:
        yield "错误总是打断活动。", "请改为打断式。"
    elif node.event == "signal" and not diagram.code_of(drawn):
        yield "信号事件没有指明信号。", "请选择一个信号。"
    if kind == "endEvent" and node.event == "error" and not diagram.code_of(drawn):
        yield "错误结束事件没有指明错误代码。", "请选择一个有 errorCode 的错误。"
    if node.event == "escalation" and kind in THROWING and not diagram.code_of(drawn):
        yield "上报事件没有指明代码。", "请选择一个有 escalationCode 的上报。"


THROWING = ("endEvent", "intermediateThrowEvent")


def _instead(kind: str, handling: bool) -> str:
    if handling:
        return "事件子流程由消息、定时、信号、上报或错误开始，请给开始事件选一种。"
    return START if kind == "startEvent" else "请改用消息或定时事件。"


START = "案件由人发起，开始条件写在 process.toml 的 [start]；开始事件请用无类型的。"


RULES = {tag("timeDuration"), tag("timeDate"), tag("timeCycle")}


def _timer(drawn: Drawn, handling: bool) -> Iterator[tuple[str, str]]:
    timer = timer_of(drawn.element)
    if timer.text is None:
        yield "定时事件没有写规则。", '请写 "P30D"、"limit:<代码>"、"clock:<代码>@<天数>" 等。'
    if len([rule for rule in drawn.element.iterfind(tag("timerEventDefinition") + "/*") if rule.tag in RULES]) > 1:
        yield "定时事件写了几条规则。", "请只留一条：时长、日期或循环。"
    if timer.cycle and (not (handling or drawn.kind == "boundaryEvent") or drawn.node.interrupting):
        yield "循环定时只能用在非打断的边界事件和事件子流程上。", "请改为非打断的，或用期限代替循环。"
