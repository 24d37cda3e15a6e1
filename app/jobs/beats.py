"""Heartbeats: which workers live, so that what a dead one had begun comes to the others (rule 17)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.jobs.models import Worker

EVERY = timedelta(seconds=5)
DEAD_AFTER = timedelta(seconds=45)
"""Eight beats missed. A worker that was only slow does no harm when it goes on: see `app.jobs.carrier`."""
LOOKS, ALONE = 3, DEAD_AFTER // EVERY + 1
"""As often another must have looked, a beat apart, and seen no sign of life: clocks of two machines may differ, and one's
own may be put forward or stand still, but a worker that lives beats between the looks. So many looks are enough `ALONE`,
whatever the clocks say: they may have been set back since it died."""


def beat(session: Session, worker: str, *, now: datetime) -> None:
    """Say that `worker` lives. The caller commits."""
    row = session.get(Worker, worker, populate_existing=True)
    if row is None:
        session.add(Worker(id=worker, seen_at=now))
    else:
        row.seen_at = now


def living(session: Session, *, now: datetime) -> int:
    """How many workers live."""
    return session.scalar(select(func.count()).where(Worker.seen_at > now - DEAD_AFTER)) or 0


class Watch:
    """What one worker has seen of the others."""

    def __init__(self) -> None:
        self._looks: dict[tuple[str, datetime], int] = {}

    def dead(self, session: Session, *, now: datetime) -> list[str]:
        """Look once more: the workers that have said nothing for too long, and nothing since several looks."""
        found = [(row.id, row.seen_at) for row in session.execute(select(Worker.id, Worker.seen_at))]
        self._looks = {one: self._looks.get(one, 0) + 1 for one in found}
        enough = {one: ALONE if one[1] > now - DEAD_AFTER else LOOKS for one in found}
        return [one[0] for one in found if self._looks[one] >= enough[one]]


def gone(session: Session, worker: str) -> None:
    """Nothing is left of `worker` that others would have to take. The caller commits."""
    session.execute(delete(Worker).where(Worker.id == worker))
