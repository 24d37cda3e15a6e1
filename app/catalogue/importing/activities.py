"""Activities: work of other engines becomes work of a person; what cannot repeat here is done once."""

from collections.abc import Callable
from typing import Any

from app.catalogue.importing.draft import Draft, is_bpmn, nodes, settings
from app.catalogue.importing.notes import quoted
from app.engine.diagram import HUMAN, NODE_KINDS, local, tag
from app.engine.lint.settings import PLAIN
from app.engine.lint.tasks import well_named

ASSIGN = "请核对由谁办理；要自动办理，请改回原来的类型并写上设置。"


def make_runnable(draft: Draft) -> None:
    """Kinds the engine does not run, and tasks that lack what would run them."""
    for scope in list(draft.scopes()):
        for child in list(scope):
            if local(child) in RENAMED:
                _rename(draft, child)
    for scope, node in list(draft.everything()):
        if node.getparent() is not None:
            _once(draft, scope, node)
            _attributes(draft, node)
            _to_person(draft, node)


RENAMED = {
    "complexGateway": ("inclusiveGateway", "复杂网关没有可执行的规则，按包容网关办理。", "请核对分支和汇合的条件。"),
    "transaction": ("subProcess", "事务按嵌入子流程办理，不会自动撤销。", "需要撤销的，请画出撤销的步骤。"),
    "adHocSubProcess": ("subProcess", "特设子流程按普通子流程办理。", "请用网关画出各步的先后和可选。"),
}


def _rename(draft: Draft, node: Any) -> None:
    kind, message, remedy = RENAMED[local(node)]
    node.tag = tag(kind)
    for name in ("ordering", "cancelRemainingInstances", "method", "triggeredByEvent"):
        node.attrib.pop(name, None)
    for child in [c for c in node if local(c) == "completionCondition"]:
        node.remove(child)
    draft.notes.add(node, "kind_changed", message, remedy)


def _once(draft: Draft, scope: Any, node: Any) -> None:
    """Loops and compensation (BPMN 2.0 §10.3.8, §10.7)."""
    for name, message in LOOPS.items():
        loop = node.find(tag(name))
        if loop is not None:
            node.remove(loop)
            draft.notes.add(
                node, "loop_dropped", message, "要重复的，请用网关画出回路；多人分别办理的，请写明 codes 类的事实。"
            )
    if node.get("isForCompensation") == "true":
        draft.notes.add(node, "compensation_dropped", "补偿活动不会被执行，只保留在图上。", "请画出撤销的步骤。")
        for event in [e for e in nodes(scope) if e.get("attachedToRef") == node.get("id")]:
            draft.remove(event)
        draft.remove(node)


LOOPS = {
    "standardLoopCharacteristics": "循环标记不会照办：这一步只做一次。",
    "multiInstanceLoopCharacteristics": "多实例没有指向本平台的名单：这一步只做一次，由一人办理。",
}


def _attributes(draft: Draft, node: Any) -> None:
    for name, (plain, message, remedy) in PLAIN.items():
        if node.get(name, plain) != plain:
            draft.notes.add(node, "attribute_dropped", f"{message}这个标记没有带入。", remedy)
        node.attrib.pop(name, None)


def _to_person(draft: Draft, node: Any) -> None:
    reason = _reason(draft, node, settings(node))
    if reason and node.getparent() is not None:
        draft.become(node, "userTask")
        draft.notes.add(node, "to_person", f"{reason}改由人员办理。", ASSIGN)


def _reason(draft: Draft, node: Any, known: dict[str, str]) -> str:
    """Why a person has to do it; empty where the engine or a person does it as drawn."""
    kind = local(node)
    return REASONS[kind](draft, node, known) if kind in REASONS else ""


def _service(draft: Draft, node: Any, known: dict[str, str]) -> str:
    return "" if well_named(known.get("call", "")) else "服务任务由别的引擎执行，"


def _send(draft: Draft, node: Any, known: dict[str, str]) -> str:
    if well_named(known.get("call", "")) or "correlation" in known:
        return ""
    return "发送任务没有指明发给哪个案件，"


def _script(draft: Draft, node: Any, known: dict[str, str]) -> str:
    if node.get("scriptFormat") == "text/x-feel":
        return ""
    text = quoted(node.findtext(tag("script")))
    return f"脚本不是 FEEL{f'（{text}）' if text else ''}，"


def _decision(draft: Draft, node: Any, known: dict[str, str]) -> str:
    return "" if known.get("decision") else "规则任务没有指明决策表，"


def _call(draft: Draft, node: Any, known: dict[str, str]) -> str:
    called = node.get("calledElement") or ""
    if called in {process.get("id") for process in draft.processes}:
        return ""
    return f"调用的流程{f'（{quoted(called)}）' if called else ''}不在文件里，"


def _sub_process(draft: Draft, node: Any, known: dict[str, str]) -> str:
    empty = not any(is_bpmn(child) and local(child) in NODE_KINDS for child in node)
    return "收起的子流程里没有画步骤，" if empty and node.get("triggeredByEvent") != "true" else ""


REASONS: dict[str, Callable[[Draft, Any, dict[str, str]], str]] = {
    "serviceTask": _service,
    "sendTask": _send,
    "scriptTask": _script,
    "businessRuleTask": _decision,
    "callActivity": _call,
    "subProcess": _sub_process,
}


def is_person(node: Any) -> bool:
    return local(node) in HUMAN
