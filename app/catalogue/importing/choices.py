"""Gateways whose conditions mean nothing here: a person is asked before, and the answer is a fact the flows compare."""

from typing import Any

from lxml import etree

from app.catalogue.importing.activities import is_person
from app.catalogue.importing.draft import Asked, Draft, fact_name, nodes
from app.catalogue.importing.notes import quoted
from app.dmn.feel import FeelError
from app.engine.diagram import XSI, local, tag, text_of
from app.engine.expressions import compile_formula
from app.engine.facts import CASE_DIVISION

EXCLUSIVE, INCLUSIVE = "exclusiveGateway", "inclusiveGateway"


def ask(draft: Draft) -> None:
    for scope in list(draft.scopes()):
        for node in nodes(scope):
            ways = draft.leaving(node)
            if local(node) in (EXCLUSIVE, INCLUSIVE) and len(ways) > 1:
                _gateway(draft, scope, node, ways)
            else:
                _ignored(draft, ways)
                node.attrib.pop("default", None)


def usable(flow: Any) -> bool:
    """A condition in FEEL over what every case knows."""
    condition, text = flow.find(tag("conditionExpression")), text_of(flow, "conditionExpression")
    if condition is None or text is None:
        return False
    language = condition.get("language", "")
    if language and "feel" not in language.lower():
        return False
    try:
        compile_formula("", text, (CASE_DIVISION.name,))
    except FeelError:
        return False
    return True


def _ignored(draft: Draft, ways: list[Any]) -> None:
    """A condition on the only way on, or behind a gateway that takes all ways."""
    for flow in ways:
        if flow.find(tag("conditionExpression")) is not None:
            draft.notes.add(
                flow, "condition_dropped", f"这条顺序流上的条件不会起作用（{_drawn(flow)}），没有带入。",
                "要判断的，请在前面加排他网关。",
            )  # fmt: skip
            _set_condition(flow, None)


def _gateway(draft: Draft, scope: Any, gateway: Any, ways: list[Any]) -> None:
    default = next((flow for flow in ways if flow.get("id") == gateway.get("default")), None)
    if default is None:
        gateway.attrib.pop("default", None)
    conditional = [flow for flow in ways if flow is not default]
    if all(usable(flow) for flow in conditional):
        if default is not None:
            _set_condition(default, None)
        return
    drawn = {flow.get("id"): _drawn(flow) for flow in ways}
    if local(gateway) == EXCLUSIVE:
        asked = _one_of(draft, scope, gateway, ways, default)
    else:
        asked = _some_of(draft, scope, gateway, ways, default)
    where = _asker(draft, scope, gateway)
    draft.asked.setdefault(where.get("id"), []).append(asked)
    _tell(draft, gateway, where, [text for text in drawn.values() if text])


def _one_of(draft: Draft, scope: Any, gateway: Any, ways: list[Any], default: Any) -> Asked:
    fact = _fact(draft, gateway)
    if default is None:
        default = next((flow for flow in reversed(ways) if _drawn(flow) == ""), ways[-1])
    options = _options(draft, ways)
    for flow in ways:
        _set_condition(flow, None if flow is default else f'{fact} = "{flow.get("id")}"')
    gateway.set("default", default.get("id"))
    return Asked(fact, _question(gateway), options)


def _some_of(draft: Draft, scope: Any, gateway: Any, ways: list[Any], default: Any) -> Asked:
    fact = _fact(draft, gateway)
    asked = [flow for flow in ways if flow is not default and not usable(flow)]
    options = _options(draft, asked)
    for flow in asked:
        _set_condition(flow, f'{fact} != null and list contains({fact}, "{flow.get("id")}")')
    if default is not None:
        _set_condition(default, None)
    needed = default is None and len(asked) == len(ways)
    help_ = "" if needed else "可以都不选。"
    return Asked(fact, _question(gateway), options, several=True, required=needed, help=help_)


def _options(draft: Draft, ways: list[Any]) -> dict[str, str]:
    """Flow id → what the person reads: its name, its condition as drawn, or where it leads."""
    found: dict[str, str] = {}
    for flow in ways:
        target = draft.by_id[flow.get("targetRef")]
        label = quoted(flow.get("name"), 80) or _drawn(flow) or f"到：{quoted(target.get('name'), 60)}"
        label = plain(label if label != "到：" else f"到：{flow.get('targetRef')}")
        found[flow.get("id")] = label if label not in found.values() else f"{label}（{flow.get('id')}）"
    return found


def plain(text: str) -> str:
    """A text that a form takes as text: no HTML, no template, no formula."""
    safe = text.replace("<", "＜").replace("{{", "{ {").replace("${", "$ {")
    return f"＝{safe[1:]}" if safe.startswith("=") else safe


def _question(gateway: Any) -> str:
    return plain(quoted(gateway.get("name"), 100)) or "下一步走哪里"


def _fact(draft: Draft, gateway: Any) -> str:
    taken = {asked.fact for each in draft.asked.values() for asked in each}
    number, found = 1, f"choice_{fact_name(gateway.get('id'))}"
    while found in taken:
        number += 1
        found = f"choice_{fact_name(gateway.get('id'))}_{number}"
    return found


def _asker(draft: Draft, scope: Any, gateway: Any) -> Any:
    """The person's task right before the gateway, where nothing else comes into it; else a small task of its own."""
    into = draft.entering(gateway)
    before = draft.by_id.get(into[0].get("sourceRef")) if len(into) == 1 else None
    if before is not None and is_person(before) and len(draft.leaving(before)) == 1:
        return before
    return draft.insert_before(scope, gateway, "userTask", f"ask_{gateway.get('id')}", _question(gateway))


def _tell(draft: Draft, gateway: Any, where: Any, drawn: list[str]) -> None:
    was = f"（原条件：{quoted('；'.join(drawn), 120)}）" if drawn else ""
    why = "网关的条件不是这里的 FEEL" if drawn else "网关没有写条件"
    name = quoted(where.get("name")) or where.get("id")
    draft.notes.add(
        gateway, "choice_asked", f"{why}{was}，改由“{name}”的办理人选择。",
        "要自动判断的，请在 process.toml 声明事实，把条件写成 FEEL。",
    )  # fmt: skip


def _drawn(flow: Any) -> str:
    return quoted(text_of(flow, "conditionExpression"), 80)


def _set_condition(flow: Any, text: str | None) -> None:
    for child in flow.findall(tag("conditionExpression")):
        flow.remove(child)
    if text is not None:
        condition = etree.SubElement(flow, tag("conditionExpression"))
        condition.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
        condition.text = text
