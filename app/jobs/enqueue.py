"""Asking for long work inside the caller's own transaction: rolled back with it, done once per subject."""

from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id
from app.jobs.leases import TRIES
from app.jobs.models import Job

Standing: TypeAlias = Literal["none", "under_way", "given_up", "done"]


def enqueue(session: Session, name: str, subject: str, *, now: datetime, not_before: datetime | None = None) -> str:
    """Put `name` for `subject` into the queue; the id of the job. The same work asked for twice is one job."""
    known = session.scalar(select(Job.id).where(Job.name == name, Job.subject == subject))
    if known is not None:
        return known
    row = Job(id=new_id(), name=name, subject=subject, created_at=now, attempts=0, lease_until=not_before)
    session.add(row)
    session.flush()
    return row.id


def enqueue_again(session: Session, name: str, subject: str, *, now: datetime) -> str:
    """As `enqueue`; work that is over or was given up begins anew, work under way goes on."""
    job = session.get_one(Job, enqueue(session, name, subject, now=now), with_for_update=True, populate_existing=True)
    if job.done_at is not None or job.attempts >= TRIES:
        job.cursor, job.done_at, job.attempts, job.last_error, job.lease_until = None, None, 0, None, None
    return job.id


def standing(session: Session, name: str, subject: str) -> Standing:
    """How far the work is; nobody has asked for it: `none`."""
    job = session.scalar(select(Job).where(Job.name == name, Job.subject == subject))
    if job is None:
        return "none"
    if job.done_at is not None:
        return "done"
    return "given_up" if job.attempts >= TRIES else "under_way"
