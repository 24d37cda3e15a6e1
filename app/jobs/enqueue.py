"""Asking for long work inside the caller's own transaction: rolled back with it, done once per subject."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.jobs.models import Job


def enqueue(session: Session, name: str, subject: str, *, now: datetime, not_before: datetime | None = None) -> str:
    """Put `name` for `subject` into the queue; the id of the job. The same work asked for twice is one job."""
    known = session.scalar(select(Job.id).where(Job.name == name, Job.subject == subject))
    if known is not None:
        return known
    row = Job(id=new_id(), name=name, subject=subject, created_at=now, attempts=0, lease_until=not_before)
    session.add(row)
    session.flush()
    return row.id
