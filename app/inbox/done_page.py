"""我的已办: the tasks a person finished, newest first."""

from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.names import names_of
from app.inbox.inbox_page import SIZE
from app.inbox.links import Links
from app.inbox.page_views import DonePage, DoneRow
from app.inbox.subjects import subject_of
from app.inbox.views import Pager
from app.instances.models import Instance, Task
from app.vault import Vault


def done_page(session: Session, vault: Vault, actor: Actor, links: Links, *, page: int, today: date) -> DonePage:
    """What this person finished, also what a deputy finished for them."""
    which = and_(Task.status == "done", or_(Task.closed_by == actor.id, Task.on_behalf_of == actor.id))
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
    shown = tuple(_row(vault, actor, links, row[0], row[1], row[2], names) for row in rows)
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
    links: Links,
    task: Task,
    row: Instance,
    key: StoredKey | None,
    names: dict[str, str],
) -> DoneRow:
    for_whom = task.on_behalf_of if task.closed_by == actor.id else task.closed_by
    return DoneRow(
        at=task.closed_at or task.opened_at,
        href=links.case(row.id),
        number=row.number or "未编号",
        subject=subject_of(vault, row, key),
        process=row.title,
        step=task.name,
        case_state="已办结" if row.ended_at else "办理中",
        on_behalf_of=names.get(for_whom or "", "") if for_whom and for_whom != actor.id else "",
    )
