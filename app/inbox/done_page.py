"""我的已办: the tasks a person finished, newest first."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.published import published
from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.names import names_of
from app.identity.see import work_divisions
from app.inbox.links import Links
from app.inbox.listing import SIZE
from app.inbox.page_views import DonePage, DoneRow
from app.inbox.subjects import subject_of
from app.inbox.views import Pager
from app.inbox.waiting import may_act_on
from app.instances.find import inside, visible
from app.instances.models import Instance, Task
from app.instances.take_back import may_lead_back
from app.vault import Vault


def done_page(session: Session, vault: Vault, actor: Actor, links: Links, *, page: int, today: date) -> DonePage:
    """What this person finished, also what a deputy finished for them."""
    own = or_(Task.closed_by == actor.id, Task.on_behalf_of == actor.id)
    which = and_(Task.status == "done", own, inside(Task.division, work_divisions(actor)))
    total = session.scalar(select(func.count()).select_from(Task).where(which)) or 0
    rows = session.execute(
        select(Task, Instance, StoredKey)
        .join(Instance, Instance.id == Task.instance_id)
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .where(which)
        .order_by(Task.closed_at.desc(), Task.id)
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    ).all()
    names = names_of(session, {row[0].on_behalf_of for row in rows} | {row[0].closed_by for row in rows})
    back = _still_unopened(session, actor, [(row[0], row[1]) for row in rows if row[1].ended_at is None])
    open_to = _open_to(session, actor, {row[1].id for row in rows})
    shown = tuple(
        _row(vault, actor, links if row[1].id in open_to else None, row[0], row[1], row[2], names,
             links.act(row[0].id, "take-back") if row[0].id in back else "", today)
        for row in rows
    )  # fmt: skip
    pages = -(-total // SIZE)
    pager = None
    if pages > 1:
        pager = Pager(
            page=page,
            pages=pages,
            total=total,
            previous_href=links.done(page=page - 1) if page > 1 else "",
            next_href=links.done(page=page + 1) if page < pages else "",
        )
    return DonePage(today=today, rows=shown, pager=pager)


def _row(
    vault: Vault,
    actor: Actor,
    links: Links | None,
    task: Task,
    row: Instance,
    key: StoredKey | None,
    names: dict[str, str],
    take_back_href: str,
    today: date,
) -> DoneRow:
    """`links` only where the case is still open to the reader: an assignment that is over opens nothing."""
    for_whom = task.on_behalf_of if task.closed_by == actor.id else task.closed_by
    return DoneRow(
        at=task.closed_at or task.opened_at,
        href=links.case(row.id) if links else "",
        number=row.number or "未编号",
        subject=subject_of(vault, row, key, today),
        process=row.title,
        step=task.name,
        case_state="已办结" if row.ended_at else "办理中",
        on_behalf_of=names.get(for_whom or "", "") if for_whom and for_whom != actor.id else "",
        take_back_href=take_back_href,
    )


def _open_to(session: Session, actor: Actor, cases: set[str]) -> set[str]:
    """Those of the cases that the reader may open: by post, or because a task of theirs is open."""
    working = select(Task.instance_id).where(may_act_on(actor))
    mine = or_(visible(session, actor), Instance.id.in_(working))
    return set(session.scalars(select(Instance.id).where(Instance.id.in_(cases), mine)))


def _still_unopened(session: Session, actor: Actor, rows: Sequence[tuple[Task, Instance]]) -> set[str]:
    """Those of the actor's own that led, by the diagram, to tasks which nobody else has opened: 取回 is offered, and
    judged when asked."""
    mine = {task.id: (task, row) for task, row in rows if task.closed_by == actor.id and task.item is None}
    if not mine:
        return set()
    done, after = aliased(Task), aliased(Task)
    led = session.execute(
        select(done.id, after.status, after.seen_at, after.node)
        .join(after, and_(after.instance_id == done.instance_id, after.opened_seq == done.closed_seq))
        .where(done.id.in_(mine))
    ).all()
    late = {row.id for row in led if row.status != "open" or row.seen_at is not None}
    opened: dict[str, set[str]] = {}
    for row in led:
        opened.setdefault(row.id, set()).add(row.node)
    return {
        id_
        for id_, nodes in opened.items()
        if id_ not in late
        and may_lead_back(published(session, mine[id_][1].definition).definition, mine[id_][0].node, nodes)
    }
