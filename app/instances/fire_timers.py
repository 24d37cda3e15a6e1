"""The worker's side of timers: lease what is due, then fire each by a normal command that locks the INSTANCE first.

Locking the timer row before the instance would deadlock with a completion (rule 5). A lease that ran out is taken by
another worker, so a dead one loses nothing (rule 17).
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.instances.case import lock_case
from app.instances.finish import finish
from app.instances.fire_due import fire_due, next_due, try_to_fire
from app.instances.models import Timer
from app.instances.surroundings import Surroundings
from app.jobs.leases import NOW, TRIES, Lease

BATCH = 100


def _foremost() -> ColumnElement[bool]:
    """No earlier timer of the same case is failing: later automatic events wait behind it (rule 18)."""
    earlier = aliased(Timer)
    before = or_(earlier.due_at < Timer.due_at, and_(earlier.due_at == Timer.due_at, earlier.key < Timer.key))
    failing = and_(earlier.instance_id == Timer.instance_id, earlier.attempts > 0, before)
    return ~select(earlier.id).where(failing).exists()


DUE = Lease(
    Timer,
    and_(Timer.due_at <= NOW, Timer.attempts < TRIES, _foremost()),
    order=(Timer.due_at,),
    returning=(Timer.id, Timer.instance_id, Timer.revision, Timer.attempts),
)


def lease_timers(session: Session, *, now: datetime, most: int = BATCH) -> list[tuple[str, str, int, int]]:
    """Lease up to `most` due timers: (timer id, instance id, revision, failures). The caller commits at once."""
    return [(row[0], row[1], row[2], row[3]) for row in DUE.take(session, now=now, most=most)]


def fire_timer(
    session: Session,
    around: Surroundings,
    timer_id: str,
    instance_id: str,
    revision: int,
    failures: int,
    *,
    now: datetime,
) -> bool:
    """Fire one leased timer; False when it is gone, moved, not due any more, or raised (then it is counted).

    Whatever is due in its case fires, as before any command. One that has failed waits for its own lease, and is tried
    again where it still stands as it was leased.
    """
    case = lock_case(session, around, instance_id, now=now)
    fired = fire_due(case)
    if failures and (foremost := next_due(case)) is not None:
        as_leased = (foremost.id, foremost.revision, foremost.attempts) == (timer_id, revision, failures)
        fired += as_leased and try_to_fire(case, foremost) and 1 + fire_due(case)
    if fired:
        finish(case)
    return fired > 0
