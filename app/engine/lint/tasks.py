"""Activities: calls, decisions, scripts, multi-instance, called processes."""

from collections.abc import Iterator
from typing import Any

from app.engine.case import INSTANCES_LIMIT
from app.engine.compiling import instances_of, is_call, message_of
from app.engine.decisions import fact_names
from app.engine.definition import Sources
from app.engine.diagram import Diagram, text_of
from app.engine.facts import CASE_DIVISION
from app.engine.lint.effects import known_decisions
from app.engine.lint.structure import about
from app.engine.model import Finding


def calls(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            call = drawn.node.properties.get("call", "")
            if drawn.kind == "serviceTask" or is_call(drawn):
                if not well_named(call):
                    yield about(
                        scope, drawn.id, "call_missing", "服务任务没有指明要调用的操作。",
                        "请设置 call 为 local:<操作> 或 remote:<部门>.<操作>。",
                    )  # fmt: skip
            elif drawn.kind in ("sendTask", "receiveTask") and message_of(diagram, drawn) is None:
                yield about(scope, drawn.id, "message_missing", "没有指明消息。", "请选择一个消息。")


def well_named(call: str) -> bool:
    kind, _, rest = call.partition(":")
    parts = rest.split(".")
    fits = all(part and part.replace("_", "").isalnum() and part.isascii() for part in parts)
    return fits and ((kind == "local" and len(parts) == 1) or (kind == "remote" and len(parts) == 2))


def decisions(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    read = known_decisions(sources)
    for problem in read.problems:
        yield Finding(problem.decision, problem.name, "decision_refused", f"{problem}。", "请在决策表编辑器里改正。")
    declared = {fact.name for fact in sources.facts}
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.kind != "businessRuleTask":
                continue
            name = drawn.node.properties.get("decision", "")
            if name not in read.known:
                yield about(
                    scope, drawn.id, "decision_missing", f"没有编号为 {name or '（空）'} 的决策。",
                    "请设置 decision，并在流程目录里放上 DMN 文件。",
                )  # fmt: skip
                continue
            decision = read.known[name]
            names = {*fact_names(decision, declared), *decision.inputs}
            for fact in sorted(names - declared - {CASE_DIVISION.name}):
                yield about(
                    scope, drawn.id, "fact_undeclared", f"决策的输入或输出 {fact} 没有声明为事实。",
                    "请在 process.toml 的 [facts] 里声明。",
                )  # fmt: skip


def scripts(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.kind != "scriptTask":
                continue
            if drawn.element.get("scriptFormat") != "text/x-feel":
                yield about(
                    scope, drawn.id, "script_format", "脚本必须是 FEEL。",
                    "请把 scriptFormat 设为 text/x-feel，脚本写成 {事实: 表达式}。",
                )  # fmt: skip
            elif text_of(drawn.element, "script") is None:
                yield about(scope, drawn.id, "script_missing", "脚本任务没有脚本。", "请写上 FEEL 上下文。")


def multiple(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    kinds = {fact.name: fact.kind for fact in sources.facts}
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.node.multiple is not None:
                for message, remedy in _multiple(drawn.element, instances_of(drawn), kinds):
                    yield about(scope, drawn.id, "multiple_refused", message, remedy)


def _multiple(element: Any, loop: Any, kinds: dict[str, str]) -> Iterator[tuple[str, str]]:
    constant = text_of(element, "multiInstanceLoopCharacteristics/loopCardinality")
    if constant is not None:
        few = constant.isdigit() and int(constant) <= INSTANCES_LIMIT
        more = "" if few else f"一个案件里最多 {INSTANCES_LIMIT} 个实例。"
        yield f"多实例不能写死个数。{more}", "请用 loopDataInputRef 指向代码列表。"
    if kinds.get(loop.source) != "codes":
        yield "loopDataInputRef 必须是 codes 类的事实。", "请在 process.toml 里声明，并核对名称。"
    if not loop.item or loop.item in kinds:
        yield "inputDataItem 要有名称，且不与事实同名。", "请起一个名称。"
    if loop.output is not None and kinds.get(loop.output) != "map":
        yield "loopDataOutputRef 必须是 map 类的事实。", "请在 process.toml 里声明，并核对名称。"


def called(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.kind != "callActivity":
                continue
            name = drawn.element.get("calledElement") or ""
            if name not in diagram.processes:
                yield about(
                    scope, drawn.id, "called_missing", f"没有编号为 {name or '（空）'} 的被调用流程。",
                    "请核对 calledElement，并在 process.toml 的 calls 里列出。",
                )  # fmt: skip
            elif drawn.node.process in _closure(diagram, name, set()):
                yield about(scope, drawn.id, "called_itself", "流程最终调用了自己。", "请用循环代替。")


def _closure(diagram: Diagram, process: str, seen: set[str]) -> set[str]:
    if process not in seen and process in diagram.processes:
        seen.add(process)
        for drawn in diagram.drawn():
            if drawn.kind == "callActivity" and drawn.node.process == process:
                _closure(diagram, drawn.element.get("calledElement") or "", seen)
    return seen
