"""The duties of a worker: each leases a batch, commits the lease, then carries out one command per piece of work."""

from collections.abc import Callable

from app import clock
from app.db import db, in_transaction
from app.instances.deliver import deliver, lease_outbox
from app.instances.fire_timers import fire_timer, lease_timers
from app.instances.surroundings import Surroundings
from app.jobs.loop import Duty


def duties(around: Surroundings) -> list[tuple[str, Duty]]:
    """What one turn of the worker does, in order."""
    return [("timers", _timers(around)), ("outbox", _outbox(around))]


def _timers(around: Surroundings) -> Callable[[], int]:
    def duty() -> int:
        leased = in_transaction(lambda: lease_timers(db.session(), now=clock.now()))
        return sum(in_transaction(_fire(around, *one)) for one in leased)

    return duty


def _fire(around: Surroundings, timer_id: str, instance_id: str, revision: int) -> Callable[[], bool]:
    return lambda: fire_timer(db.session(), around, timer_id, instance_id, revision, now=clock.now())


def _outbox(around: Surroundings) -> Callable[[], int]:
    def duty() -> int:
        leased = in_transaction(lambda: lease_outbox(db.session(), now=clock.now()))
        for item in leased:
            in_transaction(lambda item=item: deliver(db.session(), around, item, now=clock.now()))  # type: ignore[misc]
        return len(leased)

    return duty
