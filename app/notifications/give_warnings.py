"""预警: a worker tells people that a clock of a case runs out. It ends and refuses nothing (corrections 7).

Each warning of each clock is told once: its row says so in the transaction that tells, under the lock of the case, and
the entry of the chain bears a dedupe key. Several that fell together while no worker ran become one, the last.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.calendar.clocks import OVER
from app.fixed import Fixed
from app.instances.case import Case, lock_case
from app.instances.due_dates import clock_now
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.incidents import close_incident, record_failure
from app.instances.models import ClockWarning
from app.instances.plan_warnings import plan_warnings
from app.instances.record import note
from app.instances.surroundings import Surroundings
from app.jobs.leases import NOW, TRIES, Lease
from app.notifications.notifier import Notifier, Telling
from app.notifications.recipients import recipients

BATCH = 100
"""Warnings that all workers together have in hand at most: they are told one after the other, within their lease."""


DUE = Lease(
    ClockWarning,
    and_(ClockWarning.due_at <= NOW, ClockWarning.told_at.is_(None), ClockWarning.attempts < TRIES),
    order=(ClockWarning.due_at,),
    returning=(ClockWarning.id, ClockWarning.instance_id),
)
_IN_HAND = Fixed(
    select(func.count()).where(
        ClockWarning.due_at <= NOW,
        ClockWarning.told_at.is_(None),
        ClockWarning.attempts == 0,  # after a failure the same instant says when it may be tried again
        ClockWarning.lease_until > NOW,
    )
)


def lease_warnings(session: Session, *, now: datetime, most: int = BATCH) -> list[tuple[str, str]]:
    """Lease warnings that are due, so that `most` are in hand: (warning id, instance id). The caller commits at once."""
    room = most - _IN_HAND.rows(session, {"now": now})[0][0]
    return [(row[0], row[1]) for row in DUE.take(session, now=now, most=room)] if room > 0 else []


def cases_of(session: Session, warnings: Sequence[str]) -> Mapping[str, list[str]]:
    """Which of these are still to be told, by case."""
    cases: dict[str, list[str]] = {}
    untold = select(ClockWarning.instance_id, ClockWarning.id).where(
        ClockWarning.id.in_(warnings), ClockWarning.told_at.is_(None)
    )
    for case, warning in session.execute(untold.order_by(ClockWarning.due_at)):
        cases.setdefault(case, []).append(warning)
    return cases


def give_warnings(
    session: Session, around: Surroundings, notifier: Notifier, instance_id: str, *, now: datetime
) -> int:
    """Tell what is due for one case, leased or not; how many warnings that were.

    Raises:
        Refusal: `not_found`; `clock_refused` for a date that cannot be reckoned with.
    """
    case = lock_case(session, around, instance_id, now=now)
    if fire_due(case):
        finish(case)
    if case.row.ended_at is not None:
        return 0
    case.known_facts()
    # Once more with the holiday table and the limits of now: they may have moved a date since it was planned.
    plan_warnings(case, all_clocks=True)
    session.flush()
    by_clock: dict[str, list[ClockWarning]] = {}
    for row in _due(case):
        by_clock.setdefault(row.clock, []).append(row)
    for rows in by_clock.values():
        _give(case, notifier, sorted(rows, key=lambda row: (row.level == OVER, row.level)))
    return sum(map(len, by_clock.values()))


def not_given(session: Session, warning_id: str, problem: Exception, *, now: datetime) -> None:
    """Count the failure, unless another worker has told it meanwhile."""
    row = session.get(ClockWarning, warning_id, populate_existing=True, with_for_update=True)
    if row is not None and row.told_at is None:
        record_failure(session, row, problem, now=now)


def _due(case: Case) -> Sequence[ClockWarning]:
    return case.session.scalars(
        select(ClockWarning)
        .where(ClockWarning.instance_id == case.row.id, ClockWarning.due_at <= case.at, ClockWarning.told_at.is_(None))
        .order_by(ClockWarning.clock, ClockWarning.due_at)
        .execution_options(populate_existing=True)
    ).all()


def _give(case: Case, notifier: Notifier, rows: Sequence[ClockWarning]) -> None:
    last = rows[-1]
    content, people = _content(case, last), recipients(case, last.clock, last.level)
    fields = {"effects": content | {"levels": [row.level for row in rows]}, "payload/~told": list(people)}
    dedupe = f"warning:{last.clock}:{last.level}"
    if last.level == OVER:
        note(case, "escalated", fields, dedupe=dedupe)
    else:
        note(case, "warned", fields, dedupe=dedupe)
    notifier.tell(case.session, Telling(last.id, case.row.id, people, content, case.at))
    for row in rows:
        if row.attempts:
            close_incident(case.session, row.id, now=case.at)
        row.told_at, row.lease_until, row.last_error = case.at, None, None


def _content(case: Case, row: ClockWarning) -> dict[str, Any]:
    """What the words are made of: which clock, how much of it was used up, when it is due."""
    standing = clock_now(case, row.clock)
    if standing is None:  # its row is planned from the same version of the process
        raise LookupError(row.clock)
    return {
        "clock": row.clock,
        "title": standing.title,
        "level": row.level,
        "count": row.count,
        "limit": standing.limit,
        "unit": standing.unit,
        "due_on": standing.due_on.isoformat() if standing.due_on else None,
        "reference": standing.reference,
    }
