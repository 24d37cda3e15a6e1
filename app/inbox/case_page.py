"""One case: where it stands, its clocks, its record."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.identity.actor import Actor
from app.identity.names import names_of
from app.identity.roles import AUDITOR
from app.identity.see import Sight
from app.inbox.case_acts import case_acts
from app.inbox.clocks import clock_entries
from app.inbox.files import file_entries
from app.inbox.glance import call_entries, glance_entries
from app.inbox.incidents import incident_line
from app.inbox.letter_page import letter_entries
from app.inbox.links import Links
from app.inbox.page_views import CasePage
from app.inbox.standing import standings
from app.inbox.subjects import subject_of
from app.inbox.task_page import diagram_of
from app.inbox.timeline import record_of, timeline
from app.inbox.views import Act, StepEntry
from app.inbox.whose_turn import post
from app.instances.case import Case
from app.instances.incidents import open_incidents
from app.instances.models import Task
from app.instances.people import judge
from app.instances.see_case import sight
from app.instances.send_message import messages_by_hand


def case_page(session: Session, case: Case, actor: Actor, links: Links, *, today: date) -> CasePage:
    """The page of a case the reader may see."""
    tasks = session.scalars(
        select(Task).where(Task.instance_id == case.row.id, Task.status == "open").order_by(Task.opened_seq, Task.key)
    ).all()
    incidents = open_incidents(session, case.row.id)
    record = record_of(session, case)
    told = timeline(case, record, links)
    names = names_of(session, {task.assignee_id for task in tasks}.union(*(one.people for one in told)))
    version = session.scalar(select(Definition.version).where(Definition.digest == case.row.definition))
    return CasePage(
        today=today,
        number=case.row.number or "未编号",
        process=case.row.title,
        version=f"第 {version} 版",
        subject=subject_of(case.around.vault, case.row, case.stored_key, case.today),
        started_at=case.row.started_at,
        state="已办结" if case.row.ended_at else "等待处理故障" if incidents else "办理中",
        incident=incident_line(incidents),
        back_href=links.cases(),
        ended_at=case.row.ended_at,
        steps=tuple(_step(session, case, task, actor, names, links) for task in tasks)
        or _waiting(session, case, actor, links),
        clocks=clock_entries(case),
        glance=glance_entries(case, links),
        calls=call_entries(session, case, actor, links),
        letters=letter_entries(session, case, links),
        files=file_entries(case, links),
        timeline=tuple(one.named(names) for one in told),
        diagram=diagram_of(session, case, record, links),
        acts=case_acts(session, case, tasks, actor, links),
        phone_href=links.case_act(case.row.id, "phone") if sight(session, case.row, actor) is Sight.OPEN else "",
        replay_href=links.replay(case.row.id) if AUDITOR in actor.roles else "",
    )


def _waiting(session: Session, case: Case, actor: Actor, links: Links) -> tuple[StepEntry, ...]:
    """What a case without a task waits for, and what the reader may enter to end it."""
    found = standings(session, [case.row], actor.roles).get(case.row.id) if case.row.ended_at is None else None
    if found is None:
        return ()
    use, act = case.published.message_use(found.message), None
    if use and found.message in messages_by_hand(session, case.published, case.row, actor):
        act = Act(use.title, links.message(case.row.id, found.message))
    return (StepEntry(name=found.step, state="waiting", who=found.whom, act=act),)


def _step(session: Session, case: Case, task: Task, actor: Actor, names: dict[str, str], links: Links) -> StepEntry:
    allowed = judge(session, actor, task, case.row, case.today).allowed
    return StepEntry(
        name=task.name,
        state="active",
        who=names.get(task.assignee_id or "") or post(task.role),
        since=task.opened_at,
        href=links.task(task.id) if allowed else "",
    )
