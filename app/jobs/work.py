"""Doing long work: one chunk at a time, so that a dead worker costs one chunk and many jobs share the workers fairly."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TypeAlias

from sqlalchemy import and_, false, or_

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


def work(chunks: Mapping[str, Chunk]) -> int:
    """One chunk of the oldest ripe job of a known name; how many chunks were done (0 or 1)."""
    taken = in_transaction(lambda: _take(chunks, clock.now()))
    if taken is None:
        return 0
    job_id, name, subject, cursor = taken
    try:
        following = chunks[name](subject, cursor)
    except Exception as problem:
        error = type(problem).__name__
        log.error("job %s %s failed: %s", name, job_id, error)
        in_transaction(lambda: _failed(job_id, error, clock.now()))
        return 0
    in_transaction(lambda: _went_well(job_id, cursor, following, clock.now()))
    return 1


@cache
def _of_names(names: frozenset[str]) -> Lease:
    known = or_(false(), *(Job.name == name for name in sorted(names)))
    return Lease(
        Job,
        and_(Job.done_at.is_(None), known, Job.attempts < TRIES),
        order=(Job.created_at, Job.id),
        returning=(Job.id, Job.name, Job.subject, Job.cursor),
    )


def _take(chunks: Mapping[str, Chunk], now: datetime) -> tuple[str, str, str, str | None] | None:
    row = _of_names(frozenset(chunks)).take(db.session(), now=now, most=1, until=now + LEASE)
    return (row[0][0], row[0][1], row[0][2], row[0][3]) if row else None


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
