"""Doing long work: one chunk at a time, so that a dead worker costs one chunk and many jobs share the workers fairly."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TypeAlias

from sqlalchemy import and_, false, or_
from sqlalchemy.orm import Session

from app import clock
from app.db import db, in_transaction
from app.jobs.leases import TRIES, Lease, pause_after
from app.jobs.models import Job

Chunk: TypeAlias = Callable[[str, str | None], str | None]
"""Does the chunk of `subject` that begins at `cursor`, in transactions of its own, and returns where the next one
begins; None: all done. After a crash the same chunk is done again, so it must be harmless twice."""

LEASE = timedelta(minutes=10)
"""Longer than a chunk takes."""

log = logging.getLogger(__name__)


def take_job(session: Session, chunks: Mapping[str, Chunk], *, now: datetime) -> tuple[str, str] | None:
    """Lease the next chunk of the oldest ripe job of a known name: (job id, end of the lease). The caller hands it over
    and commits."""
    until = now + LEASE
    row = _of_names(frozenset(chunks)).take(session, now=now, most=1, until=until)
    return (row[0][0], until.isoformat()) if row else None


def do_chunk(chunks: Mapping[str, Chunk], job_id: str, until: str) -> None:
    """Do the chunk that was leased until then, unless another worker has taken it since."""
    job = db.session().get(Job, job_id, populate_existing=True)
    if job is None or job.done_at is not None or job.lease_until != datetime.fromisoformat(until):
        return
    name, subject, cursor = job.name, job.subject, job.cursor
    db.session.rollback()
    try:
        following = chunks[name](subject, cursor)
    except Exception as problem:
        error = type(problem).__name__
        log.error("job %s %s failed: %s", name, job_id, error)
        in_transaction(lambda: _failed(job_id, error, clock.now()))
        return
    in_transaction(lambda: _went_well(job_id, cursor, following, clock.now()))


@cache
def _of_names(names: frozenset[str]) -> Lease:
    known = or_(false(), *(Job.name == name for name in sorted(names)))
    return Lease(
        Job,
        and_(Job.done_at.is_(None), known, Job.attempts < TRIES),
        order=(Job.created_at, Job.id),
        returning=(Job.id,),
    )


def _went_well(job_id: str, before: str | None, following: str | None, now: datetime) -> None:
    """Whoever lost the lease meanwhile and comes late does not move the cursor back."""
    job = db.session().get(Job, job_id, populate_existing=True, with_for_update=True)
    if job is None or job.done_at is not None or job.cursor != before:
        return
    job.cursor, job.attempts, job.last_error, job.lease_until = following, 0, None, None
    if following is None:
        job.done_at = now


def _failed(job_id: str, error: str, now: datetime) -> None:
    job = db.session().get(Job, job_id, populate_existing=True, with_for_update=True)
    if job is None or job.done_at is not None:
        return
    job.attempts, job.last_error = job.attempts + 1, error
    job.lease_until = now + pause_after(job.attempts)
