"""Heartbeats: which workers live, so that what a dead one had begun comes to the others (rule 17)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.jobs.models import Worker

EVERY = timedelta(seconds=10)
DEAD_AFTER = timedelta(seconds=45)
"""Four beats missed. A worker that was only slow does no harm when it goes on: see `app.jobs.carrier`."""


def beat(session: Session, worker: str, *, now: datetime) -> timedelta:
    """Say that `worker` lives; how long it had said nothing. The caller commits."""
    row = session.get(Worker, worker, populate_existing=True)
    if row is None:
        session.add(Worker(id=worker, seen_at=now))
        return timedelta(0)
    silent, row.seen_at = now - row.seen_at, now
    return silent


def living(session: Session, *, now: datetime) -> int:
    """How many workers live."""
    return session.scalar(select(func.count()).where(Worker.seen_at > now - DEAD_AFTER)) or 0


def dead(session: Session, *, now: datetime) -> Sequence[str]:
    """Workers that have said nothing for too long."""
    return session.scalars(select(Worker.id).where(Worker.seen_at <= now - DEAD_AFTER).order_by(Worker.id)).all()


def gone(session: Session, worker: str) -> None:
    """Nothing is left of `worker` that others would have to take. The caller commits."""
    session.execute(delete(Worker).where(Worker.id == worker))
