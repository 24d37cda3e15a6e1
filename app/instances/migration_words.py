"""What a newer version changes, in words: step by step, for the two people who decide whether running cases go over."""

from collections.abc import Iterator, Mapping

from app.catalogue.published import Published
from app.engine import Node
from app.engine.mapping import Bar, Counterparts
from app.instances.approvals import statutory_approvals

STEPS = frozenset(
    {
        "userTask", "manualTask", "task", "serviceTask", "sendTask", "receiveTask", "subProcess", "callActivity",
        "businessRuleTask", "scriptTask", "intermediateCatchEvent", "boundaryEvent",
    }
)  # fmt: skip
SETTINGS = {
    "role": "办理角色", "form": "表单", "limit": "时限", "clock": "期限", "separation": "岗位分离", "call": "核验",
    "division": "办理区划", "assignee": "办理人", "distinct": "不同的人", "statutory": "法定审批",
}  # fmt: skip
WHY = {
    "gone": "新版没有与“{name}”对应的步骤",
    "kind": "“{name}”在新版里是另一种步骤",
    "scope": "“{name}”在新版里换了位置（另一个子流程，或挂在另一步上）",
    "join": "汇合点“{name}”已有一部分步骤办完，而它的进出线在新版里变了",
    "several": "“{name}”正由多人分别办理",
    "called": "“{name}”调用的流程在新版里不同，而它正在办",
    "choice": "“{name}”等待的几种情况在新版里变了",
    "fact": "事实“{name}”在新版里没有声明或类型不同",
    "approval": "这样换版会越过法定审批“{name}”",
}


def why_it_stays(found: tuple[Bar, ...]) -> str:
    """One sentence."""
    return "；".join(dict.fromkeys(WHY[bar.code].format(name=bar.name) for bar in found)) + "。"


def changes(old: Published, new: Published, named: Mapping[str, str]) -> tuple[str, ...]:
    """What is different for a case of the old version."""
    return tuple(_changes(old, new, Counterparts(old.definition, new.definition, named)))


def _changes(old: Published, new: Published, counterparts: Counterparts) -> Iterator[str]:
    steps = [node for node in old.definition.nodes.values() if node.kind in STEPS]
    kept = [(node, is_) for node in steps if (is_ := counterparts.node(node.id)) is not None]
    yield f"对应得上的步骤 {len(kept)} 个，停在这些步骤的案件留在原处，办理人、已用时间和计时都不变。"
    for node, is_ in kept:
        yield from _changed(node, is_)
    for node in steps:
        if counterparts.node(node.id) is None:
            stays = "其计时或等待随之取消" if node.attached_to else "停在这里的案件不能换版"
            yield f"取消“{name(node)}”：{stays}。"
    known = {counterparts.of(node) for node in old.definition.nodes}
    for node in new.definition.nodes.values():
        if node.kind in STEPS and node.id not in known:
            yield f"新增“{name(node)}”：走到这里的案件按新版办理，已经过了这里的不补办。"
    yield from _approvals(old, new, counterparts)


def _changed(was: Node, is_: Node) -> Iterator[str]:
    if was.id != is_.id:
        yield f"“{name(was)}”对应到“{name(is_)}”。"
    elif was.name != is_.name:
        yield f"“{name(was)}”改名为“{name(is_)}”。"
    told = [
        f"{label} {was.properties.get(key, '（无）')} → {is_.properties.get(key, '（无）')}"
        for key, label in SETTINGS.items()
        if was.properties.get(key) != is_.properties.get(key)
    ]
    if was.lane != is_.lane:
        told.append(f"泳道 {was.lane or '（无）'} → {is_.lane or '（无）'}")
    if told:
        yield f"“{name(is_)}”的办理设置有变：{'，'.join(told)}。"


def _approvals(old: Published, new: Published, counterparts: Counterparts) -> Iterator[str]:
    before = {counterparts.of(one): one for one in statutory_approvals(old)}
    after = statutory_approvals(new)
    for one in sorted(before.keys() - after):
        yield f"注意：法定审批“{name(old.definition.nodes[before[one]])}”在新版里没有了。"
    for one in sorted(after - before.keys()):
        yield f"注意：新版多了法定审批“{name(new.definition.nodes[one])}”，已经过了这里的案件不补办。"


def name(node: Node) -> str:
    return node.name or node.id
