"""Events: what may start, interrupt and end a scope here. What names nothing gets a name; what does not exist here
becomes a message that a person enters, or passes by."""

from typing import Any

from lxml import etree

from app.catalogue.importing.draft import Draft, definitions, settings
from app.catalogue.importing.notes import quoted
from app.catalogue.importing.timers import rule_of
from app.engine.diagram import EVENTS, local, tag
from app.engine.lint.events import ALLOWED
from app.engine.timers import timer_of

WORDS = {"message": "消息", "timer": "定时", "error": "错误", "signal": "信号", "escalation": "上报",
         "conditional": "条件", "compensate": "补偿", "cancel": "取消", "link": "链接", "terminate": "终止"}  # fmt: skip
THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
CATCHING = frozenset({"intermediateCatchEvent", "boundaryEvent"})
OUTWARD = ("error", "escalation")
NAMED = ("message", "error", "signal", "escalation")


def make_events_fit(draft: Draft) -> None:
    for scope, node in list(draft.everything()):
        if local(node) == "receiveTask":
            _receive(draft, node)
        if local(node) in EVENTS and node.getparent() is not None:
            _event(draft, scope, node)


def _receive(draft: Draft, node: Any) -> None:
    """A receive task waits for a message; behind an event-based gateway it is the event (BPMN 2.0 §10.6.6)."""
    before = [draft.by_id.get(flow.get("sourceRef")) for flow in draft.entering(node)]
    if any(each is not None and local(each) == "eventBasedGateway" for each in before):
        reference = node.get("messageRef")
        draft.become(node, "intermediateCatchEvent")
        definition = etree.SubElement(node, tag("messageEventDefinition"))
        if reference:
            definition.set("messageRef", reference)
    else:
        _refer(draft, node, node, "message")


def _event(draft: Draft, scope: Any, node: Any) -> None:
    found = definitions(node)
    if local(node) == "startEvent":
        if scope.get("triggeredByEvent") != "true":
            return _start(draft, node, found)
        allowed = ALLOWED["boundaryEvent"]
    else:
        allowed = ALLOWED[local(node)]
    if len(found) > 1:
        found = _first(draft, node, found, allowed)
    kind = _kind(found[0]) if found else None
    if kind == "cancel":
        kind = _cancel(draft, node, found[0])
    if kind == "compensate" and local(node) == "boundaryEvent":
        draft.notes.add(node, "compensation_dropped", "补偿边界事件只保留在图上。", "请画出撤销的步骤。")
        return draft.remove(node)
    if kind not in allowed or (kind in OUTWARD and not _thrown(draft, node, found[0], kind)):
        return None if kind == "link" else instead(draft, node)
    if kind == "timer":
        return _timer(draft, node, found[0])
    if kind == "message" and local(node) not in CATCHING | {"startEvent"}:
        return _throw(draft, scope, node, found[0])
    if kind in NAMED and not (kind == "error" and local(node) in CATCHING | {"startEvent"}):
        _refer(draft, node, found[0], kind)
    return None


def _thrown(draft: Draft, node: Any, definition: Any, kind: str) -> bool:
    """Whether something inside throws what an event at the border catches. Where another engine's work threw it, nobody
    does any more: the work is a person's."""
    if local(node) not in CATCHING | {"startEvent"}:
        return True
    host = (
        draft.by_id.get(node.get("attachedToRef")) if local(node) == "boundaryEvent" else node.getparent().getparent()
    )
    wanted = _code(draft, definition, kind)
    return host is not None and any(wanted in ("", code) for code in _codes_in(draft, host, kind, set()))


def _codes_in(draft: Draft, scope: Any, kind: str, seen: set[str]) -> set[str]:
    """Codes that end and throw events inside throw, called processes of the file included."""
    seen.add(scope.get("id"))
    throws = [e for e in scope.iter(tag(f"{kind}EventDefinition")) if local(e.getparent()) in THROWING]
    found = {_code(draft, each, kind) or "?" for each in throws}
    for call in [scope, *scope.iter(tag("callActivity"))]:
        process = next((p for p in draft.processes if p.get("id") == call.get("calledElement")), None)
        if process is not None and process.get("id") not in seen:
            found |= _codes_in(draft, process, kind, seen)
    return found


def _code(draft: Draft, definition: Any, kind: str) -> str:
    reference = definition.get(f"{kind}Ref")
    known = next((each for each in draft.root.iterfind(tag(kind)) if each.get("id") == reference), None)
    return "" if known is None else known.get(f"{kind}Code") or known.get("id") or ""


def _kind(definition: Any) -> str:
    return local(definition).removesuffix("EventDefinition")


def _start(draft: Draft, node: Any, found: list[Any]) -> None:
    for definition in found:
        node.remove(definition)
    if found:
        what = WORDS.get(_kind(found[0]), _kind(found[0]))
        draft.notes.add(
            node, "start_by_person", f"{what}开始事件：案件在这里由人发起。",
            "谁能发起写在 process.toml 的 [start]；由别的流程发起的，用 local:refer。",
        )  # fmt: skip
    node.attrib.pop("isInterrupting", None)


def _first(draft: Draft, node: Any, found: list[Any], allowed: set[str | None]) -> list[Any]:
    kept = next((each for each in found if _kind(each) in allowed), found[0])
    for other in found:
        if other is not kept:
            node.remove(other)
    draft.notes.add(
        node, "trigger_dropped", f"一个事件只能有一种触发方式，只保留了{WORDS.get(_kind(kept), _kind(kept))}。",
        "其余的请各画成一个事件。",
    )  # fmt: skip
    return [kept]


def _cancel(draft: Draft, node: Any, definition: Any) -> str:
    """Cancelling a transaction leaves it by its border, as an error does; nothing is compensated."""
    definition.tag = tag("errorEventDefinition")
    definition.set("errorRef", draft.reference("error", "cancel"))
    return "error"


def instead(draft: Draft, node: Any) -> None:
    """What does not exist here, or what nobody here throws or hears."""
    found = definitions(node)
    kind = _kind(found[0]) if found else ""
    what = WORDS.get(kind, kind or "没有写明种类的")
    for definition in found:
        node.remove(definition)
    if local(node) in CATCHING or local(node) == "startEvent":
        definition = etree.SubElement(node, tag("messageEventDefinition"))
        _refer(draft, node, definition, "message")
        draft.notes.add(
            node, "event_by_person", f"{what}事件在这里不会自己发生，改为由人登记的消息。", "发生时请在案件页登记。"
        )
    else:
        draft.notes.add(node, "event_passed", f"{what}事件在这里只是经过，不抛出什么。", "需要的，请画出相应的步骤。")


def _timer(draft: Draft, node: Any, definition: Any) -> None:
    drawn = timer_of(node).text or ""
    may_cycle = local(node) == "boundaryEvent" and node.get("cancelActivity") == "false"
    rule = rule_of(drawn, may_cycle=may_cycle) if not drawn.startswith(('"limit:', '"clock:')) else None
    if rule is None and drawn.startswith(('"limit:', '"clock:')):
        return
    for child in list(definition):
        definition.remove(child)
    if rule is None:
        definition.tag = tag("messageEventDefinition")
        _refer(draft, node, definition, "message")
        draft.notes.add(
            node, "timer_by_person", f"定时事件没有写明这里能算的期限（{quoted(drawn) or '空'}），改为由人登记的消息。",
            '请写成 "P30D"、"limit:<代码>" 或 "clock:<代码>"。',
        )  # fmt: skip
        return
    name = "timeCycle" if rule.cycle else "timeDate" if rule.text.startswith('"date:') else "timeDuration"
    etree.SubElement(definition, tag(name)).text = rule.text
    if rule.note:
        draft.notes.add(node, "timer_changed", f"{rule.note}原为 {quoted(drawn)}，现为 {rule.text}。", "请核对期限。")


def _throw(draft: Draft, scope: Any, node: Any, definition: Any) -> None:
    """Nobody here receives a message without an address: sending it is work of a person before the event."""
    if "correlation" in settings(node):
        return _refer(draft, node, definition, "message")
    node.remove(definition)
    name = f"发送：{_name(draft, node, definition)}"
    draft.insert_before(scope, node, "userTask", f"send_{node.get('id')}", name)
    draft.notes.add(
        node, "send_by_person", "消息没有写明发给哪个案件，改为先由人员发送。",
        "发给平台内别的案件的，请写 correlation 设置；否则不需要处理。",
    )  # fmt: skip
    return None


def _refer(draft: Draft, node: Any, holder: Any, kind: str) -> None:
    """The event points at what it names; where nothing is named, it gets a name of its own."""
    attribute = f"{kind}Ref"
    known = {each.get("id"): each for each in draft.root.iterfind(tag(kind))}
    found = known.get(holder.get(attribute))
    if found is None:
        holder.set(attribute, draft.reference(kind, _name(draft, node, holder)))
    elif kind in ("error", "escalation") and not found.get(f"{kind}Code"):
        found.set(f"{kind}Code", found.get("name") or found.get("id"))
    elif not found.get("name"):
        found.set("name", found.get("id"))


def _name(draft: Draft, node: Any, holder: Any) -> str:
    """The name of an event, of the message flow at it, or its id."""
    for known in draft.root.iterfind(tag("message")):
        if known.get("id") == holder.get("messageRef") and known.get("name"):
            return quoted(known.get("name"))
    name = quoted(node.get("name"))
    for flow in draft.root.iter(tag("messageFlow")):
        if not name and node.get("id") in (flow.get("sourceRef"), flow.get("targetRef")):
            name = quoted(flow.get("name"))
    return name or str(node.get("id"))
