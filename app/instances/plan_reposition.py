"""重新定位: an administrator plans to put a case elsewhere, sees in words what it will do, and another person approves.

The dry run is the engine's own run, in a savepoint that is undone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.engine import open_keys
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.apply import apply
from app.instances.case import Case, lock_case
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.foresee import foresee
from app.instances.incident_work import still_open
from app.instances.incidents import close_incident
from app.instances.may_reposition import check_reposition, check_standing
from app.instances.plan_act import Planned, checked_reason, write_plan
from app.instances.planned import PlannedAct
from app.instances.second_person import check_planner
from app.instances.surroundings import Surroundings

REPOSITION = "reposition"


def plan_reposition(
    session: Session,
    around: Surroundings,
    instance_id: str,
    *,
    by: Actor,
    cancel: Sequence[str],
    scope: str,
    nodes: Sequence[str],
    reason: str,
    now: datetime,
    incident_id: str | None = None,
) -> PlannedAct:
    """Plan it; nothing moves before `approve_plan`.

    Args:
        cancel, scope, nodes: see `check_reposition`.
        incident_id: the incident of the case that this is to end.

    Raises:
        Refusal: `not_found` (404), `case_ended` (409), `plan_no_reason` (422), codes `reposition_*`; what the engine says.
    """
    case = lock_case(session, around, instance_id, now=now)
    check_planner(by, case.row)
    why = checked_reason(reason)
    check_running(case)
    caught_up(case)
    if incident_id is not None:
        still_open(case, incident_id)
    check_reposition(case, cancel, scope, nodes)
    what = {"cancel": sorted(set(cancel)), "scope": scope, "nodes": sorted(set(nodes))}

    def act() -> tuple[str, ...]:
        apply(case, "repositioned", by=by, cancel=tuple(what["cancel"]), open=opens(what))
        check_standing(case, scope)
        return ()

    planned = Planned(what, why, foresee(case, act), standing_of(case))
    return write_plan(case, REPOSITION, planned, by=by, incident_id=incident_id)


def carry_out_reposition(case: Case, row: PlannedAct, planned: Planned, *, planner: Actor, second: Actor) -> None:
    """The event, both people on it.

    Raises:
        Refusal: `plan_stale` (409); what `plan_reposition` raises.
    """
    if planned.standing != standing_of(case):
        raise Refusal("plan_stale", 409)
    what = planned.what
    check_reposition(case, what["cancel"], what["scope"], what["nodes"])
    apply(
        case,
        "repositioned",
        by=planner,
        reason=planned.reason,
        cancel=tuple(what["cancel"]),
        open=opens(what),
        payload={"~plan": row.id, "~approver": second.id},
        dedupe=f"plan:{row.id}",
    )
    check_standing(case, what["scope"])
    if row.incident_id is not None:
        close_incident(case.session, still_open(case, row.incident_id).key, now=case.at, by=planner.id)


def check_running(case: Case) -> None:
    """Raises Refusal `case_ended` (409)."""
    if case.row.ended_at is not None or case.ended is not None or case.state is None:
        raise Refusal("case_ended", 409, {"number": case.row.number or ""})


def caught_up(case: Case) -> None:
    """Let what is due happen first: a plan is made about the case as it stands (rule 3). Raises as `check_running`."""
    if fire_due(case):
        finish(case)
        case.session.flush()
    check_running(case)


def standing_of(case: Case) -> str:
    """The marking the words of a plan hang on."""
    return open_keys(case.published.definition, case.state or b"").marking_digest


def opens(what: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((what["scope"], node) for node in what["nodes"])
