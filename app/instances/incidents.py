"""Automatic work that fails: counted, tried again later, and after five failures shown to a person (rule 18).

Kept are a count and the class of the error, never its text: that may quote what somebody filled in.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.instances.models import ClockWarning, Incident, Outbox, Task, Timer
from app.jobs.leases import TRIES, pause_after


def record_failure(session: Session, row: Timer | Outbox | ClockWarning, problem: Exception, *, now: datetime) -> None:
    """One more failure of a timer, a warning or an outbox item; nobody takes it before its pause is over."""
    row.attempts, row.last_error = row.attempts + 1, error_of(problem)
    row.lease_until = now + pause_after(row.attempts)
    if row.attempts >= TRIES:
        if isinstance(row, Timer):
            open_incident(session, row.instance_id, "timer", row.id, row.node, problem, now=now)
        elif isinstance(row, ClockWarning):
            open_incident(session, row.instance_id, "warning", row.id, row.clock, problem, now=now)
        else:
            open_incident(session, row.sender_id, "outbox", row.id, row.name, problem, now=now)


def error_of(problem: Exception) -> str:
    """What may be kept of an error: the code of a refusal, or the class."""
    return problem.code if isinstance(problem, Refusal) else type(problem).__name__


def place_of(problem: Exception) -> str | None:
    """Element and expression as drawn; never a value."""
    if not isinstance(problem, Refusal) or not problem.params.get("node"):
        return None
    return f"{problem.params['node']} {problem.params.get('expression', '')}".strip()


def open_incident(
    session: Session, instance_id: str, what: str, key: str, node: str, problem: Exception, *, now: datetime
) -> None:
    """Open one, unless one is open for this piece of work."""
    if session.scalar(select(Incident.id).where(Incident.key == key, Incident.closed_at.is_(None))) is None:
        row = Incident(instance_id=instance_id, what=what, key=key, node=node, opened_at=now)
        row.error, row.detail = error_of(problem), place_of(problem)
        session.add(row)


def close_incident(session: Session, key: str, *, now: datetime, by: str | None = None) -> None:
    """The work went well after all, or is not needed any more."""
    session.execute(
        update(Incident)
        .where(Incident.key == key, Incident.closed_at.is_(None))
        .values(closed_at=now, closed_by=by)
        .execution_options(synchronize_session=False)
    )


def open_incidents(session: Session, instance_id: str | None = None) -> list[Incident]:
    """Open ones of a case, or of all, oldest first. One about a task that was done after all is over."""
    done = select(Task.id).where(Task.id == Incident.key, Task.status != "open").exists()
    statement = (
        select(Incident)
        .where(Incident.closed_at.is_(None), ~((Incident.what == "command") & done))
        .order_by(Incident.opened_at, Incident.id)
    )
    if instance_id is not None:
        statement = statement.where(Incident.instance_id == instance_id)
    return list(session.scalars(statement))
