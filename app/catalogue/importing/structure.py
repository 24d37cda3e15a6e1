"""Flows, starts and ends: what BPMN leaves unsaid is written out, what hangs in the air is taken out and told."""

from typing import Any

from lxml import etree

from app.catalogue.importing.draft import Draft, definitions, flows, nodes
from app.catalogue.importing.notes import quoted
from app.engine.diagram import GATEWAYS, local, tag
from app.engine.lint.events import ALLOWED


def connect(draft: Draft) -> None:
    """Flows stand in the scope of both their ends, no two of them run beside each other."""
    homes: dict[str, Any] = {node.get("id"): scope for scope, node in draft.everything()}
    for scope in list(draft.scopes()):
        for flow in flows(scope):
            ends: list[Any] = [homes.get(flow.get(name)) for name in ("sourceRef", "targetRef")]
            if None in ends:
                draft.remove(flow)
                draft.notes.add(
                    flow, "flow_dropped", "顺序流的一端不在图上，没有带入。", "请把顺序流接到同一层的元素上后重新导入。"
                )
            elif ends[0] is ends[1] and ends[0] is not scope:
                ends[0].append(flow)
    for scope in list(draft.scopes()):
        _apart(draft, scope)


def _apart(draft: Draft, scope: Any) -> None:
    """Of two flows between the same two nodes, the second passes a point of its own: two tokens stay two."""
    seen: set[tuple[str, str]] = set()
    for flow in flows(scope):
        ends = (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        if ends in seen:
            point = draft.add_node(scope, "intermediateThrowEvent", f"pass_{flow.get('id')}", "", draft.by_id[ends[1]])
            draft.turn(flow, target=point.get("id"))
            draft.add_flow(scope, point.get("id"), ends[1])
        seen.add(ends)


def write_starts(draft: Draft) -> None:
    """One start in each scope (BPMN 2.0 §13.2): where none is drawn, all begins that nothing leads to; of several,
    a person says which one it is."""
    for scope in list(draft.scopes()):
        starts = [node for node in nodes(scope) if local(node) == "startEvent"]
        if scope.get("triggeredByEvent") == "true" or len(starts) == 1:
            continue
        first = [node for node in nodes(scope) if _begins(draft, node)] if not starts else starts
        if not first:
            continue
        start = draft.add_node(scope, "startEvent", f"start_{scope.get('id')}", "", first[0])
        if starts:
            _either(draft, scope, start, starts)
        else:
            _all(draft, scope, start, first)


def _begins(draft: Draft, node: Any) -> bool:
    link = any(local(each) == "linkEventDefinition" for each in definitions(node))
    handler = node.get("triggeredByEvent") == "true"
    return not (draft.entering(node) or local(node) == "boundaryEvent" or link or handler)


def _either(draft: Draft, scope: Any, start: Any, starts: list[Any]) -> None:
    gateway = draft.add_node(scope, "exclusiveGateway", f"which_{scope.get('id')}", "由什么引起", starts[0])
    draft.add_flow(scope, start.get("id"), gateway.get("id"))
    for each in starts:
        each.tag = tag("intermediateThrowEvent")
        draft.add_flow(scope, gateway.get("id"), each.get("id"), quoted(each.get("name")) or str(each.get("id")))
    draft.notes.add(
        scope,
        "starts_joined",
        f"画了 {len(starts)} 个开始事件，改为开始后由人选择是哪一种。",
        "只用一种的，请删去其余。",
    )


def _all(draft: Draft, scope: Any, start: Any, first: list[Any]) -> None:
    source = start.get("id")
    if len(first) > 1:
        source = draft.add_node(scope, "parallelGateway", f"together_{scope.get('id')}", "", first[0]).get("id")
        draft.add_flow(scope, start.get("id"), source)
    for node in first:
        draft.add_flow(scope, source, node.get("id"))
    draft.notes.add(scope, "start_added", "没有画开始事件，已补上一个。", "请核对从哪一步开始。")


def write_ends(draft: Draft) -> None:
    """Where nothing leads on, the token ends (BPMN 2.0 §13.2.1); a gateway may not be the last thing."""
    for scope, node in list(draft.everything()):
        kind, handler = local(node), node.get("triggeredByEvent") == "true"
        link = any(local(each) == "linkEventDefinition" for each in definitions(node))
        if kind == "endEvent" or handler or draft.leaving(node):
            continue
        if link and "link" in ALLOWED["intermediateThrowEvent"]:
            continue
        end = draft.add_node(scope, "endEvent", f"end_{node.get('id')}", "", node, after=True)
        draft.add_flow(scope, node.get("id"), end.get("id"))


def write_forks(draft: Draft) -> None:
    """Conditions of an activity stand behind an inclusive gateway (BPMN 2.0 §10.3.1), which means the same."""
    for _, node in list(draft.everything()):
        ways = draft.leaving(node)
        conditional = any(flow.find(tag("conditionExpression")) is not None for flow in ways)
        if local(node) not in GATEWAYS and len(ways) > 1 and (conditional or node.get("default")):
            fork(draft, node)


def fork(draft: Draft, node: Any) -> None:
    """Put a gateway behind a node from which several flows go out."""
    ways = draft.leaving(node)
    conditional = any(flow.find(tag("conditionExpression")) is not None for flow in ways) or node.get("default")
    kind = "inclusiveGateway" if conditional else "parallelGateway"
    gateway = draft.add_node(node.getparent(), kind, f"fork_{node.get('id')}", "", node, after=True)
    default = node.attrib.pop("default", None)
    for flow in ways:
        draft.turn(flow, source=gateway.get("id"))
        if conditional and flow.get("id") != default:
            _always(flow)
    if default:
        gateway.set("default", default)
    draft.add_flow(node.getparent(), node.get("id"), gateway.get("id"))


def _always(flow: Any) -> None:
    if flow.find(tag("conditionExpression")) is None:
        etree.SubElement(flow, tag("conditionExpression")).text = "true"
