"""待办: the tasks a person may act on, grouped by how near their date is. Two statements, whatever the number of cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.calendar.working_days import WorkingDays
from app.catalogue.published import Published, published
from app.identity.actor import Actor
from app.inbox.beside import beside
from app.inbox.inbox_rows import FoundTask, find_tasks
from app.inbox.links import Links
from app.inbox.listing import SIZE, Wanted
from app.inbox.subjects import subject_of
from app.inbox.urgency import ORDER, task_due
from app.inbox.views import Facet, Group, InboxPage, Pager, TaskRow
from app.inbox.waiting import Badges
from app.instances.models import Task
from app.vault import Vault

WORDS = {"overdue": "超期", "today": "今日", "week": "本周", "later": "其后", "none": "无期限", "stopped": "停表中"}


@dataclass(frozen=True)
class InboxQuery:
    """`urgency` and `process` narrow the list; empty means all."""

    page: int = 1
    urgency: str = ""
    process: str = ""

    @property
    def narrowed(self) -> dict[str, str | None]:
        """As addresses have it."""
        return {"urgency": self.urgency or None, "process": self.process or None}

    @property
    def wanted(self) -> Wanted:
        kinds = [("process", self.process)] if self.process else []
        return Wanted([self.urgency] if self.urgency else [], kinds, self.page)


def inbox_page(
    session: Session,
    vault: Vault,
    actor: Actor,
    links: Links,
    query: InboxQuery,
    *,
    today: date,
    days: WorkingDays,
    unread: ColumnElement[int],
) -> tuple[InboxPage, Badges]:
    """The page of open tasks this person may act on, and the numbers of the frame around it.

    Args:
        unread: counts the reminders that the person has not read.
    """
    found = find_tasks(session, actor, query.wanted, today=today, unread=unread)
    matching = {
        pair: n for pair, n in found.counts.items() if query.urgency in ("", pair[0]) and query.process in ("", pair[1])
    }
    shown = [task_row(session, vault, actor, links, one, today, days) for one in found.rows]
    above = beside(session, vault, actor, links, today=today, urged=bool(found.urged))
    page = InboxPage(
        today=today,
        groups=task_groups(shown, _totals(matching, 0)),
        facets=_facets(_totals(found.counts, 0), links, query),
        processes=_processes(found.titles, _totals(found.counts, 1), links, query),
        resume=above.resume,
        urged=above.urged,
        pager=_pager(links, query, sum(matching.values())),
        print_href=links.week() if found.counts else "",
        export_href=links.inbox_file(page=query.page, **query.narrowed) if shown else "",
    )
    return page, found.badges


def _totals(counts: Mapping[tuple[str, str], int], place: int) -> dict[str, int]:
    totals: dict[str, int] = {}
    for pair, n in counts.items():
        totals[pair[place]] = totals.get(pair[place], 0) + n
    return totals


def task_row(
    session: Session, vault: Vault, actor: Actor, links: Links, found: FoundTask, today: date, days: WorkingDays
) -> TaskRow:
    """What a list shows of a task."""
    task, row = found.task, found.case
    title = _title(published(session, row.definition), task)
    number = row.number or "未编号"
    return TaskRow(
        id=task.id,
        href=links.task(task.id),
        number=number,
        number_tail=f"…{number[-4:]}" if row.number else "新件",
        case_href=links.case(row.id),
        subject=subject_of(vault, row, found.key, today),
        process=row.title,
        step=task.name,
        due=task_due(task, row, today, days, title=title),
        waiting_for="我" if task.assignee_id == actor.id else found.holder,
        mine=task.assignee_id == actor.id,
        unclaimed=task.assignee_id is None,
        follow_up=row.follow_up_on.strftime("%m-%d") if row.follow_up_on and row.owner_id in actor.ids else "",
    )


def _title(version: Published, task: Task) -> str:
    """What the date of a task follows: its clock, else its limit."""
    if task.clock and task.clock in version.clocks:
        return version.clocks[task.clock].title
    limits = (one.limits for one in version.all_settings.values())
    return next((str(one[task.limit].get("title", "")) for one in limits if task.limit and task.limit in one), "")


def task_groups(rows: Sequence[TaskRow], totals: Mapping[str, int]) -> tuple[Group, ...]:
    found = ((name, tuple(row for row in rows if row.due.urgency == name)) for name in ORDER)
    return tuple(Group(name, totals.get(name, len(inside)), inside) for name, inside in found if inside)


def _facets(totals: dict[str, int], links: Links, query: InboxQuery) -> tuple[Facet, ...]:
    everything = Facet("全部", sum(totals.values()), links.inbox(process=query.process or None), not query.urgency)
    narrowed = (
        Facet(WORDS[name], n, links.inbox(urgency=name, process=query.process or None), query.urgency == name)
        for name in ORDER
        if (n := totals.get(name, 0))
    )
    return (everything, *narrowed)


def _processes(titles: Mapping[str, str], totals: dict[str, int], links: Links, query: InboxQuery) -> tuple[Facet, ...]:
    if len(totals) < 2:
        return ()
    return tuple(
        Facet(titles[key], n, links.inbox(process=key, urgency=query.urgency or None), query.process == key)
        for key, n in sorted(totals.items())
    )


def _pager(links: Links, query: InboxQuery, total: int) -> Pager | None:
    pages = -(-total // SIZE)
    if pages < 2:
        return None
    return Pager(
        page=query.page,
        pages=pages,
        total=total,
        previous_href=links.inbox(page=query.page - 1, **query.narrowed) if query.page > 1 else "",
        next_href=links.inbox(page=query.page + 1, **query.narrowed) if query.page < pages else "",
    )
