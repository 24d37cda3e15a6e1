"""Before a command at time t, the timers of the case due at t fire, oldest first, each as an event of its own (rule 3).

Otherwise the result would depend on how late a worker is.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from app.instances.apply import apply
from app.instances.case import Case
from app.instances.clock_behind import tell_clock_behind
from app.instances.due_dates import timer_due
from app.instances.incidents import close_incident, record_failure
from app.instances.models import Timer
from app.instances.project import lowest_due

MOST = 200
"""More firings than this in one command is a runaway cycle."""
NEXT = (
    select(Timer)
    .where(Timer.instance_id == bindparam("case"), Timer.due_at <= bindparam("at"))
    .order_by(Timer.due_at, Timer.key)
    .limit(1)
)


def fire_due(case: Case, *, most: int = MOST) -> int:
    """Fire what is due, and return how many.

    A timer that fails is tried again by the worker; it and the later ones of this case wait, the command goes on.
    """
    tell_clock_behind(case)
    fired = 0
    while case.row.next_due is not None and case.row.next_due <= case.at and fired < most:
        timer = next_due(case)
        if timer is None or timer.attempts or not try_to_fire(case, timer):
            break
        fired += 1
    return fired


def try_to_fire(case: Case, timer: Timer) -> bool:
    """Fire inside a savepoint: what raises leaves nothing behind but a count (rule 18). False when it raised.

    Trouble of the database itself is not the timer's fault and is let through.
    """
    timer_id, failed_before = timer.id, timer.attempts
    problem = fire_or_undo(case, timer)
    if problem is not None:
        record_failure(case.session, timer, problem, now=case.at)
    elif failed_before:
        close_incident(case.session, timer_id, now=case.at)
    return problem is None


def fire_or_undo(case: Case, timer: Timer) -> Exception | None:
    """Fire inside a savepoint; gives what it raised, of which then nothing is left. Trouble of the database is let through."""
    standing, point = case.standing(), case.session.begin_nested()
    try:
        fire(case, timer)
        point.commit()
    except DBAPIError:
        raise
    except Exception as problem:
        point.rollback()
        case.stand_again(standing)
        return problem
    return None


def fire(case: Case, timer: Timer) -> None:
    """Fire one timer as an event. A cycle coalesces after downtime: one firing, `missed` counts the rest."""
    missed = _coalesce(case, timer)
    key, due_at, revision = timer.key, timer.due_at, timer.revision
    outcome = apply(
        case,
        "timer_due",
        target=key,
        missed=missed,
        payload={"~due_at": due_at.isoformat() if due_at else None},
        dedupe=f"timer:{timer.id}:{revision}",
    )
    if key not in outcome.timers_closed:
        _goes_on(case, key, missed)
    lowest_due(case)


def _goes_on(case: Case, key: str, missed: int) -> None:
    """A timer that its firing did not end: a cycle has its next date, another is never due again."""
    left = case.session.scalar(select(Timer).where(Timer.instance_id == case.row.id, Timer.key == key))
    if left is not None:
        left.fired, left.revision = left.fired + 1 + missed, left.revision + 1
        left.due_at = timer_due(case, left) if left.cycle else None
        left.attempts, left.last_error, left.lease_until = 0, None, None


def next_due(case: Case) -> Timer | None:
    """The earliest timer that is due."""
    return case.session.scalar(NEXT, {"case": case.row.id, "at": case.at})


def _coalesce(case: Case, timer: Timer) -> int:
    """How many further firings of a cycle have become due as well; they are counted, not repeated."""
    if not timer.cycle:
        return 0
    missed, before = 0, timer.fired
    while missed < MOST:
        timer.fired = before + missed + 1
        following = timer_due(case, timer)
        if following is None or following > case.at:
            break
        missed += 1
    timer.fired = before
    return missed
