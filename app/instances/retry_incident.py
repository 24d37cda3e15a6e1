"""Trying failed work once more, at a person's word. If it fails again, a new incident opens.

A message nobody took is kept for another while; of a person's act only the incident is closed: it is theirs to do again.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.two_operators import check_two_operators
from app.instances.case import Case, lock_case
from app.instances.clock_behind import tell_clock_behind
from app.instances.incident_work import Work, lock_incident, still_open, work_of
from app.instances.incidents import close_incident
from app.instances.models import Call, Incident, Message
from app.instances.plan_act import checked_reason
from app.instances.receive_message import KEPT_FOR
from app.instances.record import note
from app.instances.surroundings import Surroundings
from app.jobs.leases import TRIES


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
    """Close the incident and let the worker take the work again at once: an operator at the command line.

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
    incident, second = still_open(case, incident_id), None
    if operators:
        check_two_operators(*operators, case.row.division)
        by, second = (one.id for one in operators)
    elif around.four_eyes:
        raise Refusal("incident_needs_two", 403)
    retry(case, incident, by=by, second=second, reason=reason)


def retry_by_administrator(
    session: Session, around: Surroundings, incident_id: str, *, by: Actor, reason: str, now: datetime
) -> None:
    """As `retry_incident`, for an administrator of the case's division at a door; where four eyes are on, it is planned
    instead (`plan_retry`).

    Raises:
        Refusal: `not_found` (404); `incident_closed` (409); `plan_no_reason` (422); `retry_needs_plan` (403).
    """
    case, incident = lock_incident(session, around, incident_id, by=by, now=now)
    if around.four_eyes:
        raise Refusal("retry_needs_plan", 403)
    retry(case, incident, by=by.id, second=None, reason=checked_reason(reason))


def retry(case: Case, incident: Incident, *, by: str, second: str | None, reason: str, plan: str | None = None) -> None:
    """The locked case's incident is closed, its work ripe, and both people on the record."""
    tell_clock_behind(case)
    try_again(work_of(case.session, incident), case.at)
    close_incident(case.session, incident.key, now=case.at, by=by)
    fields = {"reason": reason, "payload/~incident": incident.id, "payload/~approver": second, "payload/~plan": plan}
    note(case, "incident_retried", fields, actor=by)


def try_again(row: Work | None, now: datetime) -> None:
    """Let the worker take the work at its next turn; one more failure makes an incident again."""
    if isinstance(row, Message):
        row.valid_until = max(row.valid_until, now + KEPT_FOR)
    elif row is not None:
        row.attempts, row.lease_until = TRIES - 1, None
        if isinstance(row, Call):
            row.status, row.next_try_at = "waiting", now
