"""在办件: the cases a person answers for, also while somebody else must act (等谁, 已用/限, 到期, 下次跟进)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.calendar.working_days import WorkingDays
from app.clock import legal_day
from app.identity.actor import Actor
from app.identity.roles import role_name
from app.identity.see import oversight_prefixes, work_divisions
from app.inbox.cases_rows import FoundCase, find_cases
from app.inbox.inbox_page import WORDS
from app.inbox.links import Links
from app.inbox.listing import SIZE, Wanted
from app.inbox.standing import OUTSIDE, Standing, standings
from app.inbox.subjects import subject_of
from app.inbox.urgency import ORDER, case_due
from app.inbox.views import CaseRow, CasesPage, Facet, Group, Pager
from app.inbox.waiting import Badges, answers_for, may_take
from app.instances.find import matching_cases
from app.instances.models import Instance
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

    @property
    def wanted(self) -> Wanted:
        return Wanted([self.urgency] if self.urgency else [], page=self.page)


def cases_page(
    session: Session,
    vault: Vault,
    actor: Actor,
    links: Links,
    query: CasesQuery,
    *,
    today: date,
    days: WorkingDays,
    versions: Collection[str],
    unread: ColumnElement[int],
) -> tuple[CasesPage, Badges]:
    """The cases this person answers for, with a search text those they may see that match it; and the numbers of the
    frame around them. Two statements.

    Args:
        versions: digests of all that was ever published.
        unread: counts the reminders that the person has not read.
    """
    which = matching_cases(session, vault, actor, query.text, versions) if query.text else answers_for(actor)
    found = find_cases(session, actor, which, query.wanted, today=today, unread=unread)
    stand = [one.case for one in found.rows if not one.tasks and one.case.ended_at is None]
    idle = standings(session, stand, actor.roles)
    shown = [_shown(vault, actor, links, one, idle.get(one.case.id), today, days) for one in found.rows]
    counts = found.counts
    total = counts.get(query.urgency, 0) if query.urgency else sum(counts.values())
    page = CasesPage(
        today=today,
        groups=_groups(shown, counts),
        facets=_facets(counts, links, query),
        query=query.text,
        by_number=not work_divisions(actor) and bool(oversight_prefixes(actor)),
        pager=_pager(links, query, total),
    )
    return page, found.badges


def _shown(
    vault: Vault,
    actor: Actor,
    links: Links,
    found: FoundCase,
    idle: Standing | None,
    today: date,
    days: WorkingDays,
) -> CaseRow:
    row, tasks = found.case, [task for task, _ in found.tasks]
    first = tasks[0] if tasks else None
    mine_now = row.owner_id in actor.ids and row.ended_at is None
    urged = next((task for task in tasks if urged_today(task, today)), None)
    since = legal_day(first.opened_at) if first else idle.since if idle else None
    others = next((task for task in tasks if not may_take(actor, task, row) and not urged_today(task, today)), None)
    return CaseRow(
        id=row.id,
        href=links.case(row.id),
        number=row.number or "未编号",
        subject=subject_of(vault, row, found.key, today),
        process=row.title,
        step="、".join(dict.fromkeys(task.name for task in tasks[:2])) or _without_task(row, idle),
        due=case_due(row, today, days),
        waiting_for=_whom(actor, found, idle) if row.ended_at is None else "—",
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


def _whom(actor: Actor, found: FoundCase, idle: Standing | None) -> str:
    if not found.tasks:
        return idle.whom if idle else OUTSIDE
    task, holder = found.tasks[0]
    if task.assignee_id == actor.id:
        return "我"
    if task.assignee_id is None and may_take(actor, task, found.case):
        return UNCLAIMED
    return holder or role_name(task.role)


def _groups(rows: Sequence[CaseRow], counts: Mapping[str, int]) -> tuple[Group, ...]:
    found = ((name, tuple(row for row in rows if row.due.urgency == name)) for name in ORDER)
    return tuple(Group(name, counts.get(name, len(inside)), inside) for name, inside in found if inside)


def _facets(counts: Mapping[str, int], links: Links, query: CasesQuery) -> tuple[Facet, ...]:
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
