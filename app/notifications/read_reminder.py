"""A reminder is read: by the person it was told to, or by who stands in for them. Reading twice changes nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import not_found
from app.identity.actor import Actor
from app.instances.models import Instance
from app.notifications.models import Reminder
from app.notifications.reminders import told


def read_reminder(session: Session, reminder_id: str, *, by: Actor, now: datetime) -> None:
    """Mark one as read.

    Raises:
        Refusal: `not_found` (404) for a stranger's, and for one about a case that is not the person's to see any more.
    """
    if _mark(session, by, now, reminder_id) == 0:
        raise not_found()


def read_all_reminders(session: Session, *, by: Actor, now: datetime) -> None:
    """Mark all the person finds in their list."""
    _mark(session, by, now)


def _mark(session: Session, by: Actor, now: datetime, only: str | None = None) -> int:
    mine = select(Reminder).join(Instance, Instance.id == Reminder.instance_id).where(told(session, by))
    mine = mine.where(Reminder.id == only) if only else mine.where(Reminder.read_at.is_(None))
    rows = session.scalars(mine.with_for_update(of=Reminder)).all()
    for row in rows:
        if row.read_at is None:
            row.read_at, row.read_by = now, by.id
    return len(rows)
