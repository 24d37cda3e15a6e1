"""往来: what a step asked of others, sent, was answered or made, and which dates it moved."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.clock import SHANGHAI, legal_day
from app.connectors.operation import CLEAR, FOUND, UNCLEAR
from app.documents.models import Document, Letter
from app.history.read import RecordedEvent
from app.instances.models import Call
from app.instances.wording import node_of
from app.replay.step_view import Passed
from app.replay.story import Story

SORTS = {"image/jpeg": "JPEG 图片", "image/png": "PNG 图片", "application/pdf": "PDF 文件"}
RESULTS = {CLEAR: "无记录或一致", FOUND: "有记录", UNCLEAR: "不能确定"}
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})


def traffic(story: Story, event: RecordedEvent) -> Iterator[Passed]:
    """In the order: came, moved, went."""
    fields = event.fields or {}
    if event.kind == "answered":
        yield from _answered(story, fields)
    if due := fields.get("payload/~due_at"):
        yield Passed("in", f"到时：{_instant(str(due))}")
    effects: Any = fields.get("effects")
    if isinstance(effects, Mapping):
        yield from (_moved(story, event, one) for one in effects.get("moved") or ())
        entered = tuple(str(one) for one in effects.get("in") or ())
        yield from _asked(story, event, entered)
        yield from _sent(story, entered)


def _answered(story: Story, fields: Mapping[str, Any]) -> Iterator[Passed]:
    answer: Any = fields.get("facts/answer")
    if not isinstance(answer, Mapping):
        return
    if "letter_id" in answer:
        letter = story.session.get(Letter, UUID(str(answer["letter_id"])))
        title = f"{letter.title}{f' {letter.number}' if letter.number else ''}" if letter else "文书"
        yield Passed("in", f"制作《{title}》", letter=str(answer["letter_id"]) if letter else "")
    if "number" in answer:
        yield Passed("in", f"取得编号 {answer['number']}")
    if "day" in answer:
        yield Passed("in", f"算得 {answer['day']}")
    if "referral" in answer:
        yield Passed("out", "移送线索，另立一件")
    if "result" in answer or "receipt" in answer:
        result = RESULTS.get(str(answer.get("result")), str(answer.get("result") or ""))
        receipt = f"回执 {answer['receipt']}" if answer.get("receipt") else ""
        as_of = f"截至 {answer['as_of']}" if answer.get("as_of") else ""
        yield Passed("in", "答复：" + "，".join(part for part in (result, receipt, as_of) if part))


def _asked(story: Story, event: RecordedEvent, entered: tuple[str, ...]) -> Iterator[Passed]:
    calls = story.session.scalars(
        select(Call)
        .where(Call.instance_id == event.case, Call.asked_at == event.at, Call.node.in_(entered))
        .order_by(Call.key)
    )
    yield from (Passed("out", f"发出“{call.name}”") for call in calls)


def _sent(story: Story, entered: tuple[str, ...]) -> Iterator[Passed]:
    """Messages to other cases, as drawn; whether they have arrived is told by the receiver."""
    for node in (story.nodes[name] for name in entered if name in story.nodes):
        throws = node.kind in THROWING and node.event == "message"
        if throws or (node.kind == "sendTask" and "call" not in node.properties):
            yield Passed("out", f"发出消息“{node.name or node.id}”")


def _moved(story: Story, event: RecordedEvent, moved: Mapping[str, Any]) -> Passed:
    node = node_of({"task": moved.get("task") or moved.get("timer") or ""})
    drawn = story.nodes.get(node)
    before, after = (_when(moved.get(name)) for name in ("from", "to"))
    return Passed("moved", f"“{(drawn.name if drawn else '') or node}”：{before} → {after}")


def _when(value: Any) -> str:
    return _instant(str(value)) if value else "停表或未定"


def _instant(text: str) -> str:
    """A day, or the day that an instant of midnight ends."""
    if len(text) == len("2026-03-09"):
        return text
    at = datetime.fromisoformat(text).astimezone(SHANGHAI)
    whole = at.hour == at.minute == 0
    return f"{legal_day(at - timedelta(days=1))} 结束时" if whole else f"{at:%Y-%m-%d %H:%M}"


def papers_of(story: Story, ids: tuple[str, ...]) -> dict[str, str]:
    """Of each attachment what it is and its digest, as it was received: neither is secret."""
    rows = story.session.scalars(select(Document).where(Document.id.in_([UUID(one) for one in ids])))
    return {str(row.id): _received(row) for row in rows}


def _received(row: Document) -> str:
    return f"{SORTS.get(row.type, row.type)} {max(1, row.size // 1000)} kB，SM3 摘要 {row.sm3[:16]}…"
