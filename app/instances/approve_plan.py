"""The second person of a planned act: approves it, and it is done at once; or does not, and it never is."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.instances.case import Case, lock_case
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.plan_act import checked_reason, read_plan
from app.instances.plan_correction import CORRECTION, carry_out_correction
from app.instances.plan_discard import DISCARD, carry_out_discard
from app.instances.plan_reposition import REPOSITION, carry_out_reposition, check_running
from app.instances.plan_retry import RETRY, carry_out_retry
from app.instances.planned import PlannedAct
from app.instances.record import note
from app.instances.second_person import check_reader, check_second, planner_of
from app.instances.surroundings import Surroundings

CARRY_OUT: Mapping[str, Callable[..., None]] = {
    REPOSITION: carry_out_reposition,
    CORRECTION: carry_out_correction,
    DISCARD: carry_out_discard,
    RETRY: carry_out_retry,
}


def approve_plan(session: Session, around: Surroundings, plan_id: str, *, by: Actor, now: datetime) -> PlannedAct:
    """Approve and carry out, in this transaction.

    Raises:
        Refusal: `not_found` (404), `plan_settled`, `plan_stale`, `plan_planner_gone`, `case_ended` (409), `plan_own`,
            `plan_not_yours`, `declared_interest` (403); what the act itself raises: nothing is then done.
    """
    case, plan = lock_plan(session, around, plan_id, by=by, now=now)
    check_second(by, plan, case.row)
    check_running(case)
    planner = planner_of(session, case, plan)
    fire_due(case)
    session.flush()
    CARRY_OUT[plan.what](case, plan, read_plan(case, plan), planner=planner, second=by)
    plan.approved_by, plan.approved_at = by.id, case.at
    finish(case)
    return plan


def decline_plan(
    session: Session, around: Surroundings, plan_id: str, *, by: Actor, reason: str, now: datetime
) -> None:
    """Lay a plan aside for good; who planned it may do so too.

    Raises:
        Refusal: `not_found` (404), `plan_settled` (409), `plan_no_reason` (422).
    """
    case, plan = lock_plan(session, around, plan_id, by=by, now=now)
    if plan.settled:
        raise Refusal("plan_settled", 409)
    plan.declined_by, plan.declined_at = by.id, case.at
    note(case, "act_declined", {"reason": checked_reason(reason), "payload/~plan": plan.id}, actor=by.id)


def lock_plan(
    session: Session, around: Surroundings, plan_id: str, *, by: Actor, now: datetime
) -> tuple[Case, PlannedAct]:
    """Lock the case, then the plan as it now stands. Raises Refusal `not_found` (404)."""
    known = session.get(PlannedAct, plan_id)
    if known is None:
        raise not_found()
    case = lock_case(session, around, known.instance_id, now=now)
    check_reader(by, case.row)
    return case, session.get_one(PlannedAct, plan_id, populate_existing=True)
