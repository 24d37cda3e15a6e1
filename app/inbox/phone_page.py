"""电话答复: the sentences that may be said on the telephone about a case, and what may not be said."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox.links import Links
from app.inbox.next_step import next_step
from app.inbox.page_views import PhoneAnswer
from app.inbox.standing import DEPARTMENTS, OUTSIDE, TIME, Standing, open_nodes, standings
from app.inbox.subjects import subject_of
from app.inbox.urgency import provisional
from app.instances.case import Case
from app.instances.fields import chinese_day
from app.instances.models import Task

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
    window = frozenset(case.published.settings.start.roles)
    idle = standings(session, [case.row], window).get(case.row.id) if not tasks else None
    alone = len(open_nodes(session, case.row.id, case.published)) == 1
    following = next_step(case.published.definition, tasks[0].node, alone=alone) if len(tasks) == 1 else ""
    return PhoneAnswer(
        number=case.row.number or "未编号",
        subject=subject_of(case.around.vault, case.row, case.stored_key, case.today),
        stands=_stands(case, [task.name for task in tasks], idle),
        by_when=_by_when(case),
        next_step=following,
        missing=_missing(case, idle),
        may_not_say=(*NEVER, *(SECRET if case.row.secrecy == MOST_SECRET else ())),
        log_href=links.case_act(case.row.id, "phone"),
    )


def _stands(case: Case, steps: list[str], idle: Standing | None) -> str:
    if case.row.ended_at is not None:
        return f"您的{case.row.title}已经办结，请携带身份证件到窗口领取结果。"
    named = "、".join(f"“{step}”" for step in dict.fromkeys(steps))
    if named:
        return f"您的{case.row.title}正在办理，现在到{named}这一步。"
    said = (
        {DEPARTMENTS: "，现在等其他部门答复", TIME: f"，现在{idle.step}", OUTSIDE: f"，现在{idle.step}"} if idle else {}
    )
    return f"您的{case.row.title}正在办理{said.get(idle.whom, '') if idle else ''}。"


def _by_when(case: Case) -> str:
    """By the nearest date that binds; nothing is promised where there is none, or it has passed."""
    nearest = case.row.clock
    if case.row.ended_at is not None:
        return ""
    if nearest is None:
        return "这一步没有法定期限，办好后我们会通知您。"
    if not nearest["running"] or nearest["due_on"] is None:
        return "现在依法停止计算办理期限，恢复后另行告知到期日。"
    day = date.fromisoformat(nearest["due_on"])
    if nearest["waits"]:
        return f"{nearest['title']}到{chinese_day(day)}期满，期满后接着办理。"
    if day < case.today:
        return "这一步已经超过期限，我们会尽快办理并向您说明原因。"
    basis = "按本地参考时限" if nearest["reference"] else "按规定"
    open_year = provisional(day, case.days, unit=nearest["unit"])
    doubt = "，这是暂定的日子，当年放假安排公布后可能变动" if open_year else ""
    return f"{nearest['title']}{basis}最迟到{chinese_day(day)}{doubt}。"


def _missing(case: Case, idle: Standing | None) -> tuple[str, ...]:
    """What the case waits for from those who ring. Why a case is frozen, or what an office still owes, is not told."""
    use = case.published.message_use(idle.message) if idle and idle.whom == OUTSIDE else None
    return (use.title,) if use else ()
