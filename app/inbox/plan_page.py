"""One planned act, as both people read it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.names import LEFT_OFFICE, names_of
from app.inbox.incidents_page import TITLES, TroubleLinks
from app.inbox.trouble_views import PlanPage
from app.instances.models import Instance
from app.instances.plan_act import read_plan
from app.instances.planned import PlannedAct
from app.instances.read_case import read_case
from app.instances.second_person import check_reader, check_second
from app.instances.surroundings import Surroundings
from app.texts import sentence


def plan_page(
    session: Session,
    around: Surroundings,
    actor: Actor,
    plan_id: str,
    links: TroubleLinks,
    *,
    now: datetime,
    nonce: str,
) -> PlanPage:
    """The plan in words. Raises Refusal `not_found` (404)."""
    plan = session.get(PlannedAct, plan_id)
    instance = session.get(Instance, plan.instance_id) if plan else None
    if plan is None or instance is None:
        raise not_found()
    check_reader(actor, instance)
    planned = read_plan(read_case(session, around, instance, now=now), plan)
    names = names_of(session, {plan.planned_by, plan.approved_by, plan.declined_by})
    may, told = _may_approve(actor, plan, instance)
    return PlanPage(
        today=legal_day(now),
        title=TITLES[plan.what],
        number=instance.number or f"未编号 {instance.id[:8]}",
        process=instance.title,
        words=planned.words,
        reason=planned.reason,
        planned_by=names.get(plan.planned_by, LEFT_OFFICE),
        planned_at=plan.planned_at,
        state=_state(plan, names),
        back_href=links.incidents(),
        nonce=nonce,
        approve_href=links.plan(plan_id, "approve") if may else "",
        decline_href="" if plan.settled else links.plan(plan_id, "decline"),
        told=told,
    )


def _may_approve(actor: Actor, plan: PlannedAct, instance: Instance) -> tuple[bool, str]:
    try:
        check_second(actor, plan, instance)
    except Refusal as refusal:
        return False, "" if plan.settled else sentence(refusal)
    return True, ""


def _state(plan: PlannedAct, names: dict[str, str]) -> str:
    if plan.approved_at is not None:
        return f"已由{names.get(plan.approved_by or '', LEFT_OFFICE)}批准并执行"
    if plan.declined_at is not None:
        return f"{names.get(plan.declined_by or '', LEFT_OFFICE)}不批准"
    return "等待另一人批准，尚未执行"
