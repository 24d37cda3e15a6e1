"""Trying failed work once more, at a person's word. If it fails again, a new incident opens.

A message nobody took is kept for another while; of a person's act only the incident is closed: it is theirs to do again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.two_operators import check_two_operators
from app.instances.case import lock_case
from app.instances.clock_behind import tell_clock_behind
from app.instances.incidents import close_incident
from app.instances.models import Call, ClockWarning, Incident, Message, Outbox, Timer
from app.instances.receive_message import KEPT_FOR
from app.instances.record import note
from app.instances.surroundings import Surroundings
from app.jobs.leases import TRIES

KINDS: dict[str, Any] = {"timer": Timer, "warning": ClockWarning, "call": Call, "outbox": Outbox, "message": Message}


def retry_incident(
    session: Session,
    around: Surroundings,
    incident_id: str,
    *,
    by: str,
    reason: str,
    now: datetime,
    operators: tuple[Actor, Actor] | None = None,
) -> None:
    """Close the incident and let the worker take the work again at once.

    Args:
        by: who had it tried again, for the record, where four eyes are off.
        operators: who has it tried again, and who approves.

    Raises:
        Refusal: `not_found`; `incident_closed` (409); `incident_needs_two` (403) or what `check_two_operators` says.
    """
    known = session.get(Incident, incident_id)
    if known is None:
        raise not_found()
    case = lock_case(session, around, known.instance_id, now=now)
    session.refresh(known)
    if known.closed_at is not None:
        raise Refusal("incident_closed", 409, {"incident": known.id[:8]})
    second = None
    if operators:
        check_two_operators(*operators, case.row.division)
        by, second = (one.id for one in operators)
    elif around.four_eyes:
        raise Refusal("incident_needs_two", 403)
    tell_clock_behind(case)
    if known.what in KINDS:
        _try_again(session.get(KINDS[known.what], known.key, populate_existing=True), now)
    close_incident(session, known.key, now=case.at, by=by)
    fields = {"reason": reason, "payload/~incident": known.id, "payload/~approver": second}
    note(case, "incident_retried", fields, actor=by)


def _try_again(row: Timer | ClockWarning | Call | Outbox | Message | None, now: datetime) -> None:
    if isinstance(row, Message):
        row.valid_until = max(row.valid_until, now + KEPT_FOR)
    elif row is not None:
        row.attempts, row.lease_until = TRIES - 1, None
        if isinstance(row, Call):
            row.status, row.next_try_at = "waiting", now
