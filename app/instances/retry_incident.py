"""Trying failed automatic work once more, at a person's word. If it fails again, a new incident opens.

A message that nobody waited for in time is kept for another while; if its wait is open by now, the worker gives it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.instances.case import lock_case
from app.instances.clock_behind import tell_clock_behind
from app.instances.incidents import close_incident
from app.instances.models import Call, Incident, Message, Outbox, Timer
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
        row.valid_until = case.at + KEPT_FOR
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
