"""在办件: the cases a person answers for, also while somebody else must act (等谁, 已用/限, 到期, 下次跟进)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.calendar.working_days import WorkingDays
from app.clock import legal_day
from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.names import names_of
from app.identity.roles import role_name
from app.identity.see import oversight_prefixes, work_divisions
from app.inbox.inbox_page import SIZE, WORDS
from app.inbox.links import Links
from app.inbox.standing import OUTSIDE, Standing, standings
from app.inbox.subjects import subject_of
from app.inbox.urgency import ORDER, case_due, case_urgency
from app.inbox.views import CaseRow, CasesPage, Facet, Group, Pager
from app.inbox.waiting import answers_for, may_take
from app.instances.find import matching_cases
from app.instances.models import Instance, Task
from app.instances.urge_task import urged_today
from app.vault import Vault

UNCLAIMED = "待认领"


@dataclass(frozen=True)
class CasesQuery:
    page: int = 1
    text: str = ""
    """Case number, name, initials or the last four digits of a telephone."""
    search: str = ""
    """Id of the search by which the text was asked for: addresses carry this and never the text."""
    urgency: str = ""


def cases_page(
    session: Session, vault: Vault, actor: Actor, links: Links, query: CasesQuery, *, today: date, days: WorkingDays
) -> CasesPage:
    """The cases this person answers for; with a search text, those they may see that match it."""
    which = matching_cases(session, vault, actor, query.text) if query.text else answers_for(actor)
    counts = _counts(session, which, today)
    rows = _rows(session, which, query, today)
    tasks = _open_tasks(session, [row.id for row, _ in rows])
    names = names_of(session, {task.assignee_id for found in tasks.values() for task in found})
    idle = standings(session, [row for row, _ in rows if row.id not in tasks and row.ended_at is None], actor.roles)
    shown = [
        _shown(vault, actor, links, row, key, tasks.get(row.id, []), idle.get(row.id), names, today, days)
        for row, key in rows
    ]
    total = counts.get(query.urgency, 0) if query.urgency else sum(counts.values())
    return CasesPage(
        today=today,
        groups=_groups(shown, counts),
        facets=_facets(counts, links, query),
        query=query.text,
        by_number=not work_divisions(actor) and bool(oversight_prefixes(actor)),
        pager=_pager(links, query, total),
    )


def _counts(session: Session, which: ColumnElement[bool], today: date) -> dict[str, int]:
    urgency = case_urgency(today)
    rows = session.execute(select(urgency, func.count()).select_from(Instance).where(which).group_by(urgency)).all()
    return {row[0]: row[1] for row in rows}


def _rows(
    session: Session, which: ColumnElement[bool], query: CasesQuery, today: date
) -> Sequence[tuple[Instance, StoredKey | None]]:
    urgency = case_urgency(today)
    statement = (
        select(Instance, StoredKey)
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .where(which)
        .order_by(case({name: place for place, name in enumerate(ORDER)}, value=urgency), Instance.due_on)
        .order_by(Instance.started_at, Instance.id)
        .limit(SIZE)
        .offset((query.page - 1) * SIZE)
    )
    if query.urgency:
        statement = statement.where(urgency == query.urgency)
    return [(row[0], row[1]) for row in session.execute(statement)]


def _open_tasks(session: Session, ids: list[str]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    if ids:
        for task in session.scalars(
            select(Task).where(Task.instance_id.in_(ids), Task.status == "open").order_by(Task.opened_seq, Task.key)
        ):
            found.setdefault(task.instance_id, []).append(task)
    return found


def _shown(
    vault: Vault,
    actor: Actor,
    links: Links,
    row: Instance,
    key: StoredKey | None,
    tasks: list[Task],
    idle: Standing | None,
    names: dict[str, str],
    today: date,
    days: WorkingDays,
) -> CaseRow:
    first = tasks[0] if tasks else None
    mine_now = row.owner_id in actor.ids and row.ended_at is None
    urged = next((task for task in tasks if urged_today(task, today)), None)
    since = legal_day(first.opened_at) if first else idle.since if idle else None
    others = next((task for task in tasks if not may_take(actor, task, row) and not urged_today(task, today)), None)
    return CaseRow(
        id=row.id,
        href=links.case(row.id),
        number=row.number or "未编号",
        subject=subject_of(vault, row, key, today),
        process=row.title,
        step="、".join(dict.fromkeys(task.name for task in tasks[:2])) or _without_task(row, idle),
        due=case_due(row, today, days),
        waiting_for=_whom(actor, row, first, idle, names) if row.ended_at is None else "—",
        waiting_days=(today - since).days if since and row.ended_at is None else None,
        follow_up=row.follow_up_on.strftime("%m-%d") if row.follow_up_on else "",
        follow_up_near=row.follow_up_on is not None and row.follow_up_on <= today and row.ended_at is None,
        follow_up_href=links.case_act(row.id, "follow-up") if mine_now else "",
        urge_href=links.act(others.id, "urge") if others and mine_now else "",
        urged="今日已催" if urged else "",
    )


def _without_task(row: Instance, idle: Standing | None) -> str:
    if row.ended_at is not None:
        return "已办结"
    return idle.step if idle else "等待来件"


def _whom(actor: Actor, row: Instance, task: Task | None, idle: Standing | None, names: dict[str, str]) -> str:
    if task is None:
        return idle.whom if idle else OUTSIDE
    if task.assignee_id == actor.id:
        return "我"
    if task.assignee_id is None and may_take(actor, task, row):
        return UNCLAIMED
    return names.get(task.assignee_id or "") or role_name(task.role)


def _groups(rows: Sequence[CaseRow], counts: dict[str, int]) -> tuple[Group, ...]:
    found = ((name, tuple(row for row in rows if row.due.urgency == name)) for name in ORDER)
    return tuple(Group(name, counts.get(name, len(inside)), inside) for name, inside in found if inside)


def _facets(counts: dict[str, int], links: Links, query: CasesQuery) -> tuple[Facet, ...]:
    search = query.search or None
    everything = Facet("全部", sum(counts.values()), links.cases(search=search), not query.urgency)
    rest = (
        Facet(WORDS[name], counts[name], links.cases(search=search, urgency=name), query.urgency == name)
        for name in ORDER
        if counts.get(name)
    )
    return (everything, *rest)


def _pager(links: Links, query: CasesQuery, total: int) -> Pager | None:
    pages = -(-total // SIZE)
    if pages < 2:
        return None
    rest = {"search": query.search or None, "urgency": query.urgency or None}
    return Pager(
        page=query.page,
        pages=pages,
        total=total,
        previous_href=links.cases(page=query.page - 1, **rest) if query.page > 1 else "",
        next_href=links.cases(page=query.page + 1, **rest) if query.page < pages else "",
    )
