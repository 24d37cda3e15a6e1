"""重试 where four eyes are on: an administrator plans it, another person approves, and the worker tries once more."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.foresee import name_of
from app.instances.incident_work import lock_incident, still_open
from app.instances.plan_act import Planned, checked_reason, write_plan
from app.instances.planned import PlannedAct
from app.instances.retry_incident import retry
from app.instances.surroundings import Surroundings

RETRY = "retry"


def plan_retry(
    session: Session, around: Surroundings, incident_id: str, *, by: Actor, reason: str, now: datetime
) -> PlannedAct:
    """Plan it; nothing is tried before `approve_plan`.

    Raises:
        Refusal: `not_found` (404); `incident_closed` (409); `plan_no_reason` (422).
    """
    case, incident = lock_incident(session, around, incident_id, by=by, now=now)
    why = checked_reason(reason)
    words = (f"“{name_of(case, incident.node)}”处没办成的一步由后台立即再试一次；再失败，就作为新的故障列出。",)
    planned = Planned({"incident": incident.id}, why, words, "")
    return write_plan(case, RETRY, planned, by=by, incident_id=incident.id)


def carry_out_retry(case: Case, row: PlannedAct, planned: Planned, *, planner: Actor, second: Actor) -> None:
    """Raises Refusal `incident_closed` (409)."""
    incident = still_open(case, row.incident_id or "")
    retry(case, incident, by=planner.id, second=second.id, reason=planned.reason, plan=row.id)
