"""The worker's side of timers: lease what is due, then fire each by a normal command that locks the INSTANCE first.

Locking the timer row before the instance would deadlock with a completion (rule 5). A lease that ran out is taken by
another worker, so a dead one loses nothing (rule 17).
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.instances.case import lock_case
from app.instances.finish import finish
from app.instances.fire_due import fire, fire_due
from app.instances.models import Timer
from app.instances.surroundings import Surroundings

BATCH = 100
LEASE = timedelta(minutes=2)


def lease_timers(session: Session, *, now: datetime, most: int = BATCH) -> list[tuple[str, str, int]]:
    """Lease up to `most` due timers: (timer id, instance id, revision). The caller commits at once."""
    ripe = (
        select(Timer.id)
        .where(Timer.due_at <= now, or_(Timer.lease_until.is_(None), Timer.lease_until < now))
        .order_by(Timer.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(Timer)
        .where(Timer.id.in_(ripe.cte("ripe").select()))
        .values(lease_until=now + LEASE)
        .returning(Timer.id, Timer.instance_id, Timer.revision)
        .execution_options(synchronize_session=False)
    )
    return [(row[0], row[1], row[2]) for row in taken]


def fire_timer(
    session: Session, around: Surroundings, timer_id: str, instance_id: str, revision: int, *, now: datetime
) -> bool:
    """Fire one leased timer; False when it is gone, moved, or not due any more."""
    case = lock_case(session, around, instance_id, now=now)
    fired = fire_due(case)
    timer = session.scalar(select(Timer).where(Timer.id == timer_id).execution_options(populate_existing=True))
    if timer is not None and timer.revision == revision and timer.due_at is not None and timer.due_at <= case.at:
        fire(case, timer)
        fired += 1
    if fired:
        finish(case)
    return fired > 0
