"""What an entry of a chain says, in the words of the office: for 经过 and for the replay."""

from collections.abc import Mapping
from typing import Any

from app.catalogue.published import Published
from app.history.read import RecordedEvent

WORDS = {
    "started": "发起",
    "completed": "办结",
    "message": "收到",
    "timer_due": "到时",
    "answered": "回复",
    "repositioned": "取回",
    "corrected": "更正",
    "migrated": "换用新版流程",
    "claimed": "认领",
    "released": "退还",
    "transferred": "转办",
    "urged": "催办",
    "due_moved": "到期日变动",
    "warned": "到期预警",
    "escalated": "超期督办",
    "message_kept": "提前收到，等到可以办理时采用",
    "message_unmatched": "收到的消息到期无人接收",
    "handed_on": "办结后收到线索，已移送",
    "late_answer": "迟到的答复（未采用）",
    "call_failed": "核验没有办成",
    "call_unknown": "核验结果不明",
    "asked_again": "再发核验",
    "incident_retried": "重试故障",
    "discarded": "放弃自动办理的一步",
    "act_planned": "拟定调整方案，待另一人批准",
    "act_declined": "调整方案未获批准",
    "clock_behind": "系统时钟落后",
    "phoned": "电话答复",
    "interest_declared": "申报回避",
    "case_handed_over": "移交办件",
}
SECOND = "payload/~approver"
"""Field of the one who approved what another had planned."""
WARNINGS = frozenset({"warned", "escalated"})
UNITS = {"CD": "日", "WD": "工作日", "H": "小时", "M": "个月"}
"""Short, as 3/30工作日 in a list; in sentences `calendar.limits.UNITS`."""


def what_happened(version: Published, title: str, event: RecordedEvent) -> str:
    """Verb and what it was done to: 办结“初审”. Of destroyed content only that it is so (proof §2.6)."""
    if event.fields is None:
        return "内容已依法销毁"
    return f"{_verb(version, event, event.fields)}{_object(version, title, event, event.fields)}"


def _verb(version: Published, event: RecordedEvent, fields: Mapping[str, Any]) -> str:
    """What somebody typed in did not come by itself, what two people did is no 取回, and the system does not answer itself."""
    if event.kind == "answered" and done_here(version, fields):
        return "办妥"
    if event.kind == "repositioned" and fields.get(SECOND):
        return "调整办理位置"
    return "录入" if event.kind == "message" and fields.get("actor") else WORDS.get(event.kind, event.kind)


def done_here(version: Published, fields: Mapping[str, Any]) -> bool:
    """Whether the entry is about an operation of our own, which nobody else was asked for."""
    drawn = version.definition.nodes.get(node_of(fields))
    return bool(drawn and drawn.properties.get("call", "").startswith("local:"))


def _object(version: Published, title: str, event: RecordedEvent, fields: Mapping[str, Any]) -> str:
    if event.kind == "started":
        return f"“{title}”"
    if event.kind in WARNINGS and "effects" in fields:
        told: Any = fields["effects"]
        return f"“{told['title']}”满 {told['count']} {UNITS.get(told['unit'], told['unit'])}"
    node = node_of(fields)
    drawn = version.definition.nodes.get(node)
    name = drawn.name if drawn and drawn.name else node
    return f"“{name}”" if name else ""


def note_of(fields: Mapping[str, Any]) -> str:
    """The reason given, and under which relaxation of a local rule it was done: an auditor looks for that."""
    marks = [str(mark).partition(":")[2] for mark in fields.get("payload/~marks") or ()]
    relaxed = f"岗位分离放宽：{'、'.join(marks)}" if marks else ""
    return " ".join(part for part in (str(fields.get("reason") or ""), relaxed) if part)


def node_of(fields: Mapping[str, Any]) -> str:
    """The node of a key `scope/node#2[item]`; empty where an entry is about no node."""
    return str(fields.get("task") or "").rsplit("/", 1)[-1].split("#", 1)[0]
