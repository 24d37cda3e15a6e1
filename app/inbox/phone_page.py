"""电话答复: the sentences that may be said on the telephone about a case, and what may not be said."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox.awaited import alone
from app.inbox.clocks import clock_entries
from app.inbox.links import Links
from app.inbox.next_step import next_step
from app.inbox.page_views import PhoneAnswer
from app.inbox.subjects import subject_of
from app.inbox.views import Due
from app.instances.case import Case
from app.instances.models import Task, Wait

NEVER = (
    "对方身份没有核实的，只请其持身份证件到窗口查询",
    "儿童和其他当事人的姓名、住址、就读学校、联系方式",
    "其他部门的核验结果、评估得分、内部意见和经办人的私人电话",
)
SECRET = ("收养关系本身也要保密（民法典 第1110条）：不向收养人、送养人以外的任何人承认有此件",)
MOST_SECRET = "L4"


def phone_page(session: Session, case: Case, links: Links) -> PhoneAnswer:
    """Three sentences: where it stands, by when, and what comes next or is missing."""
    tasks = session.scalars(
        select(Task).where(Task.instance_id == case.row.id, Task.status == "open").order_by(Task.opened_seq, Task.key)
    ).all()
    running = [due for due in clock_entries(case) if not due.done]
    only = alone(session, case)
    following = next_step(case.published.definition, tasks[0].node, alone=only) if len(tasks) == 1 else ""
    return PhoneAnswer(
        number=case.row.number or "未编号",
        subject=subject_of(case.around.vault, case.row, case.stored_key),
        stands=_stands(case, [task.name for task in tasks]),
        by_when=_by_when(running, case.today),
        next_step=following,
        missing=_missing(session, case),
        may_not_say=(*NEVER, *(SECRET if case.row.secrecy == MOST_SECRET else ())),
        log_href=links.case_act(case.row.id, "phone"),
    )


def _stands(case: Case, steps: list[str]) -> str:
    if case.row.ended_at is not None:
        return f"您的{case.row.title}已经办结，请携带身份证件到窗口领取结果。"
    named = "、".join(f"“{step}”" for step in dict.fromkeys(steps))
    return f"您的{case.row.title}正在办理，现在到{named}这一步。" if named else f"您的{case.row.title}正在等待来件。"


def _by_when(running: list[Due], today: date) -> str:
    """By the nearest date of a running clock; nothing is promised where there is none, or it has passed."""
    days = sorted(due.day for due in running if due.day is not None)
    if any(due.stopped_for for due in running):
        return "现在依法停止计算办理期限，恢复后另行告知到期日。"
    if not days:
        return "这一步没有法定期限，办好后我们会通知您。"
    if days[0] < today:
        return "这一步已经超过期限，我们会尽快办理并向您说明原因。"
    return f"按规定，最迟在{days[0].year}年{days[0].month}月{days[0].day}日办结这一阶段。"


def _missing(session: Session, case: Case) -> tuple[str, ...]:
    """What the case waits for from outside: waits drawn as steps, not those that may interrupt it."""
    nodes = case.published.definition.nodes
    waits = session.scalars(select(Wait.node).where(Wait.instance_id == case.row.id).order_by(Wait.key))
    return tuple(
        dict.fromkeys(nodes[name].name or name for name in waits if name in nodes and nodes[name].attached_to is None)
    )
