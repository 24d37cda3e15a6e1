"""待办: the tasks a person may act on, grouped by how near their date is. Six statements, whatever the number of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.calendar.working_days import WorkingDays
from app.catalogue.latest import process_titles
from app.catalogue.published import Published, published
from app.clock import SHANGHAI
from app.forms.model import Form
from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.names import names_of
from app.inbox.links import Links
from app.inbox.subjects import subject_of
from app.inbox.urgency import ORDER, task_day, task_due, task_urgency
from app.inbox.views import Facet, Group, InboxPage, Pager, Resume, TaskRow, Urging
from app.inbox.waiting import may_act_on
from app.instances.models import Draft, Instance, Task
from app.vault import Vault

SIZE = 50
WORDS = {"overdue": "超期", "today": "今日", "week": "本周", "later": "其后", "none": "无期限", "stopped": "停表中"}


@dataclass(frozen=True)
class InboxQuery:
    """`urgency` and `process` narrow the list; empty means all."""

    page: int = 1
    urgency: str = ""
    process: str = ""


def inbox_page(
    session: Session, vault: Vault, actor: Actor, links: Links, query: InboxQuery, *, today: date, days: WorkingDays
) -> InboxPage:
    """The page of open tasks this person may act on. Counts are of what they may see, nothing else (abuse case 2)."""
    counts = _counts(session, actor, today)
    matching = {
        pair: n for pair, n in counts.items() if query.urgency in ("", pair[0]) and query.process in ("", pair[1])
    }
    rows = _rows(session, actor, query, today)
    names = names_of(session, {task.assignee_id for task, _, _ in rows})
    shown = [_shown(session, vault, actor, links, found, names, today, days) for found in rows]
    return InboxPage(
        today=today,
        groups=_groups(shown, _totals(matching, 0)),
        facets=_facets(_totals(counts, 0), links, query),
        processes=_processes(session, _totals(counts, 1), links, query),
        resume=resume(session, vault, actor, links, today=today),
        urged=urged(session, actor, links),
        pager=_pager(links, query, sum(matching.values())),
    )


def _counts(session: Session, actor: Actor, today: date) -> dict[tuple[str, str], int]:
    urgency = task_urgency(today)
    rows = session.execute(
        select(urgency, Instance.process, func.count())
        .select_from(Task)
        .join(Instance, Instance.id == Task.instance_id)
        .where(may_act_on(actor))
        .group_by(urgency, Instance.process)
    ).all()
    return {(row[0], row[1]): row[2] for row in rows}


def _totals(counts: dict[tuple[str, str], int], place: int) -> dict[str, int]:
    totals: dict[str, int] = {}
    for pair, n in counts.items():
        totals[pair[place]] = totals.get(pair[place], 0) + n
    return totals


def _rows(
    session: Session, actor: Actor, query: InboxQuery, today: date
) -> Sequence[tuple[Task, Instance, StoredKey | None]]:
    urgency = task_urgency(today)
    which = [may_act_on(actor)]
    if query.urgency:
        which.append(urgency == query.urgency)
    if query.process:
        which.append(Instance.process == query.process)
    order = case({name: place for place, name in enumerate(ORDER)}, value=urgency)
    rows = session.execute(
        select(Task, Instance, StoredKey)
        .join(Instance, Instance.id == Task.instance_id)
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .where(*which)
        .order_by(order, task_day(), Task.opened_at, Task.id)
        .limit(SIZE)
        .offset((query.page - 1) * SIZE)
    ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def _shown(
    session: Session,
    vault: Vault,
    actor: Actor,
    links: Links,
    found: tuple[Task, Instance, StoredKey | None],
    names: dict[str, str],
    today: date,
    days: WorkingDays,
) -> TaskRow:
    task, row, key = found
    title = _title(published(session, row.definition), task)
    number = row.number or "未编号"
    return TaskRow(
        id=task.id,
        href=links.task(task.id),
        number=number,
        number_tail=f"…{number[-4:]}" if row.number else "新件",
        case_href=links.case(row.id),
        subject=subject_of(vault, row, key, today),
        process=row.title,
        step=task.name,
        due=task_due(task, row, today, days, title=title),
        waiting_for="我" if task.assignee_id == actor.id else names.get(task.assignee_id or "", ""),
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


def _groups(rows: Sequence[TaskRow], totals: dict[str, int]) -> tuple[Group, ...]:
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


def _processes(session: Session, totals: dict[str, int], links: Links, query: InboxQuery) -> tuple[Facet, ...]:
    if len(totals) < 2:
        return ()
    titles = process_titles(session)
    return tuple(
        Facet(titles.get(key, key), n, links.inbox(process=key, urgency=query.urgency or None), query.process == key)
        for key, n in sorted(totals.items())
    )


def _pager(links: Links, query: InboxQuery, total: int) -> Pager | None:
    pages = -(-total // SIZE)
    if pages < 2:
        return None
    narrowed = {"urgency": query.urgency or None, "process": query.process or None}
    return Pager(
        page=query.page,
        pages=pages,
        total=total,
        previous_href=links.inbox(page=query.page - 1, **narrowed) if query.page > 1 else "",
        next_href=links.inbox(page=query.page + 1, **narrowed) if query.page < pages else "",
    )


def urged(session: Session, actor: Actor, links: Links, *, most: int = 5) -> tuple[Urging, ...]:
    """催办: the tasks of this person that somebody else urged, the newest first."""
    rows = session.execute(
        select(Task, Instance, Task.urged_at)
        .join(Instance, Instance.id == Task.instance_id)
        .where(may_act_on(actor), Task.urged_at.is_not(None), Task.urged_by != actor.id)
        .order_by(Task.urged_at.desc())
        .limit(most)
    ).all()
    names = names_of(session, {row[0].urged_by for row in rows})
    return tuple(
        Urging(
            text=f"{names.get(task.urged_by or '', '')} {at.astimezone(SHANGHAI):%m-%d %H:%M}："
            f"{row.title}·{task.name} …{(row.number or '')[-4:] or '新件'}",
            href=links.task(task.id),
        )
        for task, row, at in rows
        if at is not None
    )


def resume(
    session: Session, vault: Vault, actor: Actor, links: Links, *, today: date, most: int = 3
) -> tuple[Resume, ...]:
    """继续: the newest drafts of the person, with the field where they were interrupted."""
    rows = session.execute(
        select(Draft, Task, Instance, StoredKey)
        .join(Task, Task.id == Draft.task_id)
        .join(Instance, Instance.id == Task.instance_id)
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .where(Draft.person_id == actor.id, may_act_on(actor))
        .order_by(Draft.saved_at.desc())
        .limit(most)
    ).all()
    return tuple(
        Resume(
            label=f"{subject_of(vault, row, key, today).party}·{task.name}",
            href=links.task(task.id) + (f"#{draft.field}" if draft.field else ""),
            note=_stopped_at(published(session, row.definition), task, draft, today),
        )
        for draft, task, row, key in rows
    )


def _stopped_at(version: Published, task: Task, draft: Draft, today: date) -> str:
    """`“问答”第 3 行，10:42 已存`: the field by its label, and the day where it was not today."""
    saved = draft.saved_at.astimezone(SHANGHAI)
    time = f"{saved:%H:%M}" if saved.date() == today else f"{saved:%m-%d %H:%M}"
    where = _field_words(version.form_of(task.process, task.form).form, draft.field or "")
    return f"{where}{time} 已存"


def _field_words(form: Form, address: str) -> str:
    name, _, rest = address.removeprefix("f-").partition("-")
    label = next((each.label for each in form.walk() if each.key == name), "")
    if not label:
        return ""
    row = rest.split("-")[0]
    return f"“{label}”第 {int(row) + 1} 行，" if row.isascii() and row.isdigit() else f"“{label}”，"
