"""Noting the first look at a task by another person than the one whose completion opened it: then 取回 is over (rule 12)."""

from datetime import datetime

from sqlalchemy import exists, update
from sqlalchemy.orm import Session, aliased

from app.instances.models import Task


def see_task(session: Session, task_id: str, *, by: str, now: datetime) -> None:
    """Does nothing after the first look, nor for the one who completed the step before; one UPDATE.

    Args:
        by: id of the person who looks.
    """
    before = aliased(Task)
    own = exists().where(
        before.instance_id == Task.instance_id, before.closed_seq == Task.opened_seq, before.closed_by == by
    )
    session.execute(
        update(Task)
        .where(Task.id == task_id, Task.seen_at.is_(None), ~own)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )
