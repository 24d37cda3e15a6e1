"""提醒: what a person was told, of cases they may see. The query is the permission; counts come after it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Session

from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.roles import AUDITOR
from app.identity.see import work_divisions
from app.instances.emergency.read_notice import unread_notices
from app.instances.find import visible
from app.instances.models import Instance
from app.notifications.models import Reminder


@dataclass(frozen=True)
class Reminders:
    rows: Sequence[tuple[Reminder, Instance, StoredKey | None]]
    """With the key of the case, for who is to read whom it is about."""
    total: int
    unread: int


def told(session: Session, actor: Actor, versions: Collection[str] | None = None) -> ColumnElement[bool]:
    """The SQL condition that a reminder, joined to its case, is this person's to read: told to them or to one they stand
    in for, and the case still theirs to see. Who has left an office leaves its files behind."""
    return and_(Reminder.person_id.in_(actor.ids), visible(session, actor, versions))


def reminders(session: Session, actor: Actor, *, page: int = 1, size: int = 50) -> Reminders:
    """A page of them: the unread first, in each part the newest first."""
    which = told(session, actor)
    total, read = session.execute(
        select(func.count(), func.count(Reminder.read_at)).select_from(Reminder).join(Instance, _of_case()).where(which)
    ).one()
    rows = session.execute(
        select(Reminder, Instance, StoredKey)
        .join(Instance, _of_case())
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .where(which)
        .order_by(Reminder.read_at.is_not(None), Reminder.at.desc(), Reminder.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Reminders([(row[0], row[1], row[2]) for row in rows], total, total - read)


def unread(session: Session, actor: Actor, versions: Collection[str]) -> ColumnElement[int]:
    """How many the person has not read yet, as a column of any statement: for an auditor, who works on no case, how many
    紧急查看 they were told of; none for anybody else who works on none."""
    if AUDITOR in actor.roles:
        return unread_notices(actor)
    if not work_divisions(actor):
        return literal(0)
    which = Reminder.read_at.is_(None), told(session, actor, versions)
    return select(func.count()).select_from(Reminder).join(Instance, _of_case()).where(*which).scalar_subquery()


def _of_case() -> ColumnElement[bool]:
    return Instance.id == Reminder.instance_id
