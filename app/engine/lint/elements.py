"""Elements: only those known to run are let in, each with an id of its own."""

from collections.abc import Iterator
from typing import Any

from app.engine.definition import Sources
from app.engine.diagram import BPMN, HUMAN, NODE_KINDS, TRIGGER, Diagram, local, tag
from app.engine.lint.foreign import owner_of
from app.engine.model import Finding

ROOT = frozenset(
    {
        "process", "collaboration", "message", "error", "documentation", "extensionElements", "category",
        "itemDefinition", "signal", "escalation", "dataStore",
    }
)  # fmt: skip

DRAWING = frozenset({"documentation", "extensionElements", "textAnnotation", "association", "group", "laneSet",
                     "dataObject", "dataObjectReference", "dataStoreReference"})  # fmt: skip
"""Seen by the reader of a diagram, without meaning for its execution."""

INSIDE = frozenset({"incoming", "outgoing", "documentation", "extensionElements", "ioSpecification", "property",
                    "dataInputAssociation", "dataOutputAssociation"})  # fmt: skip
COLLABORATION = frozenset({"documentation", "extensionElements", "participant", "messageFlow", "association", "group",
                           "textAnnotation"})  # fmt: skip
EVENT_PARTS = frozenset(
    {
        "messageEventDefinition", "timerEventDefinition", "errorEventDefinition", "terminateEventDefinition",
        "signalEventDefinition", "escalationEventDefinition", "linkEventDefinition",
        "dataInput", "dataOutput", "inputSet", "outputSet",
    }
)  # fmt: skip

WITHIN_EVENT = {
    "timerEventDefinition": frozenset({"timeDuration", "timeDate", "timeCycle"}),
    "linkEventDefinition": frozenset({"source", "target"}),
}
"""What an event definition may hold; the other half of a link is found by its name."""

REMEDIES = {
    "compensateEventDefinition": "补偿没有依据，请画出撤销的步骤。",
    "conditionalEventDefinition": "请用网关判断，或用消息、定时事件。",
    "cancelEventDefinition": "请用错误结束事件和边界错误事件。",
    "complexGateway": "请用排他、并行或包容网关。",
    "transaction": "请用嵌入子流程和边界事件。",
    "adHocSubProcess": "请把可选的步骤画成包容网关的分支。",
    "standardLoopCharacteristics": "请用网关画出循环。",
    "choreography": "请只保留流程图，可用的元素见 docs/bpmn-coverage.md。",
    "globalConversation": "请只保留流程图，可用的元素见 docs/bpmn-coverage.md。",
    "conversation": "请删去；谁和谁通信，用消息流画给人看。",
    "subConversation": "请删去；谁和谁通信，用消息流画给人看。",
    "globalTask": "请把任务画进流程，或画成一个流程来调用。",
    "globalUserTask": "请把任务画进流程，或画成一个流程来调用。",
    "globalManualTask": "请把任务画进流程，或画成一个流程来调用。",
    "globalScriptTask": "请把任务画进流程，或画成一个流程来调用。",
    "globalBusinessRuleTask": "请把任务画进流程，或画成一个流程来调用。",
    "eventDefinitionRef": "请把触发方式直接画在事件上。",
    "interface": "请删去；服务任务调用什么，由 call 设置指明。",
    "resource": "请删去；由谁办理，用泳道或 role、assignee 设置指明。",
    "auditing": "请删去；办件经过由平台记录。",
    "monitoring": "请删去；期限用 clock、limit 设置。",
    "import": "请删去；用到的流程和判定表放进流程目录。",
    "correlationKey": "请用 correlation 设置（FEEL）指明消息给哪个案件。",
    "correlationProperty": "请用 correlation 设置（FEEL）指明消息给哪个案件。",
    "correlationSubscription": "请用 correlation 设置（FEEL）指明消息给哪个案件。",
    "performer": "请用泳道，或 role、assignee 设置指明由谁办理。",
    "potentialOwner": "请用泳道，或 role、assignee 设置指明由谁办理。",
    "humanPerformer": "请用泳道，或 role、assignee 设置指明由谁办理。",
}


def unknown(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Elements that are not on the list."""
    for root in diagram.roots:
        if str(root.tag) != tag("definitions"):
            yield Finding("", "", "not_bpmn", "文件不是 BPMN 2.0 流程图。", "请用流程设计器另存后再导入。")
            continue
        for child in root:
            if str(child.tag).startswith(f"{{{BPMN}}}") and local(child) not in ROOT:
                yield refused(child)
        for process in root.iterfind(tag("process")):
            yield from _children(process)
        for child in root.iterfind(f"{tag('collaboration')}/*"):
            if str(child.tag).startswith(f"{{{BPMN}}}") and local(child) not in COLLABORATION:
                yield refused(child)


def _children(scope: Any) -> Iterator[Finding]:
    for child in scope:
        kind = local(child)
        if kind in NODE_KINDS:
            yield from _node(child)
        elif kind not in DRAWING | INSIDE and kind != "sequenceFlow" and kind != "multiInstanceLoopCharacteristics":
            yield refused(child)


def _node(element: Any) -> Iterator[Finding]:
    kind = local(element)
    if kind not in HUMAN and element.find(tag("multiInstanceLoopCharacteristics")) is not None:
        yield _of(
            element,
            "multiple_not_task",
            "只有用户任务可以多实例。",
            "请改为用户任务多实例，或为每个实例发起单独的案件。",
        )
    if kind == "subProcess":
        yield from _children(element)
        return
    allowed = INSIDE | {"multiInstanceLoopCharacteristics"}
    if kind.endswith("Event"):
        allowed |= EVENT_PARTS
    if kind == "scriptTask":
        allowed |= {"script"}
    for child in element:
        if local(child) not in allowed:
            yield refused(child, element)
        for part in child if child.tag in (tag(name) for name in EVENT_PARTS) else ():
            if local(part) not in WITHIN_EVENT.get(local(child), frozenset()) | {"documentation", "extensionElements"}:
                yield refused(part, element)


def _of(element: Any, code: str, message: str, remedy: str) -> Finding:
    return Finding(element.get("id") or "", element.get("name") or "", code, message, remedy)


def refused(child: Any, holder: Any = None) -> Finding:
    kind = local(child)
    known = owner_of(holder if holder is not None else child)
    remedy = REMEDIES.get(kind, "请改用 docs/bpmn-coverage.md 所列的元素。")
    message = f"不支持元素 {kind}，引擎不会照图执行。"
    return Finding(known.get("id") or "", known.get("name") or "", "element_refused", message, remedy)


def identity(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Every node and flow of the closure has an id nothing else has: traces and keys name nodes by it alone."""
    for element in diagram.duplicates:
        yield Finding(
            element.get("id"), element.get("name") or "", "duplicate_id",
            f"编号 {element.get('id')} 在本流程和它调用的流程里出现了两次。",
            "请改名；被调用流程的元素可以加上自己的前缀。",
        )  # fmt: skip
    for element in diagram.nameless:
        yield Finding("", element.get("name") or "", "id_missing", f"有一个 {local(element)} 没有编号。", "请补上 id。")
    for drawn in diagram.drawn():
        if not _fit_for_keys(drawn.id):
            yield Finding(
                drawn.id, drawn.node.name, "id_refused", "编号只能由字母、数字、下划线、点和连字符组成，也不能叫 Start 或 End。",
                "请改名。",
            )  # fmt: skip


def _fit_for_keys(text: str) -> bool:
    """Ids travel in keys and addresses: no `/`, `#` or brackets."""
    return len(text) <= 120 and all(part.isalnum() or part in "_.-" for part in text) and not _taken(text)


def _taken(text: str) -> bool:
    """The engine names the bounds of a scope and its own places in these words."""
    return text in ("Start", "End") or text.endswith((".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin", TRIGGER))
