"""An open incident with its case locked, the work that failed, and what waits behind it (rule 18)."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.instances.case import Case, lock_case
from app.instances.models import Call, ClockWarning, Incident, Message, Outbox, Timer, Wait
from app.instances.second_person import check_planner
from app.instances.surroundings import Surroundings

Work = Timer | ClockWarning | Call | Outbox | Message
KINDS: dict[str, Any] = {"timer": Timer, "warning": ClockWarning, "call": Call, "outbox": Outbox, "message": Message}
"""What failed → the row of it. Of a person's act there is none: it is theirs to do again."""


def lock_incident(
    session: Session, around: Surroundings, incident_id: str, *, by: Actor, now: datetime
) -> tuple[Case, Incident]:
    """Lock the case of an open incident for an administrator of its division.

    Raises:
        Refusal: `not_found` (404); `incident_closed` (409).
    """
    known = session.get(Incident, incident_id)
    if known is None:
        raise not_found()
    case = lock_case(session, around, known.instance_id, now=now)
    check_planner(by, case.row)
    return case, still_open(case, incident_id)


def still_open(case: Case, incident_id: str) -> Incident:
    """The incident of the locked case as it now stands.

    Raises:
        Refusal: `not_found` (404): of another case; `incident_closed` (409).
    """
    incident = case.session.get(Incident, incident_id, populate_existing=True)
    if incident is None or incident.instance_id != case.row.id:
        raise not_found()
    if incident.closed_at is not None:
        raise Refusal("incident_closed", 409, {"incident": incident.id[:8]})
    return incident


def work_of(session: Session, incident: Incident) -> Work | None:
    """The row that failed, read anew; None for a person's act, and for work that is gone."""
    kind = KINDS.get(incident.what)
    return session.get(kind, incident.key, populate_existing=True) if kind else None


def followers(session: Session, incident: Incident, *, now: datetime) -> int:
    """Automatic events of the case that wait behind a timer in trouble: later timers, messages, answers."""
    failing = session.get(Timer, incident.key) if incident.what == "timer" else None
    if failing is None or failing.due_at is None:
        return 0
    mine = incident.instance_id
    waits = select(Wait.id).where(
        Wait.instance_id == mine, Wait.message == Message.name, Wait.correlation == Message.correlation
    )
    counted = (
        select(func.count(Timer.id)).where(
            Timer.instance_id == mine, Timer.id != failing.id, Timer.due_at >= failing.due_at, Timer.due_at <= now
        ),
        select(func.count(Message.id)).where(
            Message.instance_id == mine, Message.consumed_at.is_(None), Message.valid_until >= now, waits.exists()
        ),
        select(func.count(Call.id)).where(
            Call.instance_id == mine, Call.status == "waiting", Call.answer.is_not(None)
        ),
    )  # fmt: skip
    return sum(session.scalar(one) or 0 for one in counted)
