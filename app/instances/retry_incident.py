"""Trying failed automatic work once more, at a person's word. If it fails again, a new incident opens.

A message that nobody waited for in time goes to a wait that is open by now, or is kept for another while.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.instances.apply import apply
from app.instances.case import Case, lock_case
from app.instances.clock_behind import tell_clock_behind
from app.instances.early_messages import consume_early
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.incidents import close_incident
from app.instances.models import Call, Incident, Message, Outbox, Timer, Wait
from app.instances.receive_message import KEPT_FOR
from app.instances.record import note
from app.instances.surroundings import Surroundings
from app.jobs.leases import TRIES

KINDS: dict[str, Any] = {"timer": Timer, "call": Call, "outbox": Outbox, "message": Message}


def retry_incident(
    session: Session, around: Surroundings, incident_id: str, *, by: str, reason: str, now: datetime
) -> None:
    """Close the incident and let the worker take the work again at once.

    Args:
        by: who had it tried again, for the record.

    Raises:
        Refusal: `not_found`; `incident_closed` (409).
    """
    known = session.get(Incident, incident_id)
    if known is None:
        raise not_found()
    case = lock_case(session, around, known.instance_id, now=now)
    session.refresh(known)
    if known.closed_at is not None:
        raise Refusal("incident_closed", 409, {"incident": known.id[:8]})
    row = _failed(session, known)
    tell_clock_behind(case)
    if isinstance(row, Message):
        _keep_again(case, row)
    elif row is not None:
        row.attempts, row.lease_until = TRIES - 1, None
        if isinstance(row, Call):
            row.status, row.next_try_at = "waiting", now
    close_incident(session, known.key, now=case.at, by=by)
    note(case, "incident_retried", {"reason": reason, "payload/~incident": known.id, "actor": by})


def _failed(session: Session, known: Incident) -> Timer | Call | Outbox | Message | None:
    """The row to be tried again. A person's own command is not: the person does it again."""
    kind = KINDS.get(known.what)
    return session.get(kind, known.key, populate_existing=True) if kind else None


def _keep_again(case: Case, message: Message) -> None:
    message.valid_until = case.at + KEPT_FOR
    if case.row.ended_at is not None:
        return
    fire_due(case)
    case.session.flush()
    waits = select(Wait).where(
        Wait.instance_id == case.row.id, Wait.message == message.name, Wait.correlation == message.correlation
    )
    consume_early(case, case.session.scalars(waits.order_by(Wait.key).limit(1)).all(), apply)
    finish(case)
