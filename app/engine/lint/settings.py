"""Attributes, languages and data of BPMN that would be passed over, and properties nobody reads."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.definition import Sources
from app.engine.diagram import ACTIVITIES, HUMAN, TASKS, Diagram, Drawn, Scope, tag
from app.engine.lint.foreign import owner_of
from app.engine.lint.structure import CONDITIONAL, about
from app.engine.model import Finding

PLAIN: Mapping[str, tuple[str, str, str]] = {
    "isForCompensation": ("false", "补偿活动不会被执行。", "请画出撤销的步骤。"),
    "startQuantity": ("1", "这一步不会等几个令牌到齐。", "请在前面加并行网关汇合。"),
    "completionQuantity": ("1", "这一步做完只会往下走一次。", "请在后面加并行网关分开，或用多实例。"),
    "instantiate": ("false", "收到消息不会发起新的案件。", "案件由人发起，或由别的流程用 local:refer 移送。"),
    "eventGatewayType": ("Exclusive", "事件网关只等最先发生的一个事件。", "要等全部，请用并行网关。"),
    "behavior": ("All", "多实例的中途事件不会抛出。", "请删去 behavior，用 completionCondition。"),
}
"""Attribute → the only value that is executed as drawn, and what to say of another."""

DATA = frozenset({"dataInputAssociation", "dataOutputAssociation", "property", "ioSpecification",
                  "dataInput", "dataOutput", "inputSet", "outputSet"})  # fmt: skip
EXPRESSIONS = ("conditionExpression", "completionCondition", "timeDuration", "timeDate", "timeCycle")

EVERYWHERE = frozenset({"basis"})
TASK_PROPERTIES = frozenset({"form", "role", "division", "assignee", "clock", "limit", "separation", "distinct"})
CALL_PROPERTIES = frozenset({"call", "input", "output", "limit", "correlation"})
MESSAGE_PROPERTIES = frozenset({"input", "correlation"})
KNOWN = EVERYWHERE | TASK_PROPERTIES | CALL_PROPERTIES | {"decision"}


def attributes(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope, drawn in _all(diagram):
        loop = drawn.element.find(tag("multiInstanceLoopCharacteristics"))
        for name, (plain, message, remedy) in PLAIN.items():
            for element in (drawn.element, loop):
                if element is not None and element.get(name, plain) != plain:
                    yield about(scope, drawn.id, "attribute_refused", message, remedy)
        default = drawn.element.get("default")
        if default is not None and drawn.kind not in CONDITIONAL | ACTIVITIES:
            yield about(
                scope, drawn.id, "default_refused", "这种元素没有默认流：它之后的顺序流都会走。", "请删去默认流的标记。"
            )
        elif default is not None and default not in _leaving(scope, drawn):
            yield about(
                scope, drawn.id, "default_refused", f"默认流 {default} 不是从这里出去的。", "请重新指定默认流。"
            )


def _leaving(scope: Scope, drawn: Drawn) -> set[str]:
    return {flow.id for flow in scope.outgoing(drawn.id)}


def languages(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for root in diagram.roots:
        for name in EXPRESSIONS:
            for element in root.iter(tag(name)):
                language = element.get("language", "")
                if language and "feel" not in language.lower():
                    owner = owner_of(element.getparent())
                    yield Finding(
                        owner.get("id") or "", owner.get("name") or "", "expression_language",
                        f"表达式的语言 {language} 不会被执行。", "表达式一律用 FEEL：请改写，并删去 language。",
                    )  # fmt: skip


def data(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Data moved by associations. A called process works on the same facts, so it cannot be given some of them only."""
    for scope, drawn in _all(diagram):
        found = {child.tag for child in drawn.element} & {tag(name) for name in DATA}
        if found and drawn.kind == "callActivity":
            yield about(
                scope, drawn.id, "data_refused", "被调用的流程看得到全部事实，画上的输入输出不会限制它。",
                "请删去数据输入输出；须隔离的，请画成另一个案件。",
            )  # fmt: skip
        elif found:
            yield about(
                scope, drawn.id, "data_ignored", "画上的数据输入输出只供阅读，不会赋值。",
                "事实在 process.toml 里声明，由表单、脚本或判定表赋值。", "warning",
            )  # fmt: skip


def properties(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """A setting with a typing error, or on an element that has no use for it, would do nothing in silence."""
    for scope, drawn in _all(diagram):
        for name in sorted(drawn.node.properties.keys() - _fitting(drawn)):
            what = "没有这个设置" if name not in KNOWN else "这种元素用不到"
            known = "、".join(sorted(_fitting(drawn)))
            yield about(
                scope, drawn.id, "property_unknown", f"设置 {name or '（空）'}：{what}，不会起作用。",
                f"请改正名称或删去；这里可用的有 {known}。",
            )  # fmt: skip


def _fitting(drawn: Drawn) -> frozenset[str]:
    if drawn.kind in HUMAN:
        return EVERYWHERE | TASK_PROPERTIES
    if drawn.kind in ("serviceTask", "sendTask"):
        return EVERYWHERE | CALL_PROPERTIES
    if drawn.kind == "businessRuleTask":
        return EVERYWHERE | {"decision"}
    if drawn.kind in TASKS or drawn.node.event == "message":
        return EVERYWHERE | MESSAGE_PROPERTIES
    return EVERYWHERE


def _all(diagram: Diagram) -> Iterator[tuple[Scope, Any]]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            yield scope, drawn
