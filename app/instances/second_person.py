"""Two people for what an administrator does to a case: a system administrator plans it, another human being approves.

Who approves is the one who answers for the division: its responsible leader, the level above, or the security
administrator. None of them sees more of the case for it than number, step and plan (abuse case 22).
"""

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor, load_actor
from app.identity.office import holds_over
from app.identity.two_operators import OPERATORS, SECONDS
from app.instances.case import Case
from app.instances.models import Instance
from app.instances.people import avoiding
from app.instances.planned import PlannedAct


def check_planner(by: Actor, instance: Instance) -> None:
    """Raises Refusal `not_found` (404): not an administrator of the case's division."""
    if not holds_over(by, OPERATORS, instance.division):
        raise not_found()


def check_reader(by: Actor, instance: Instance) -> None:
    """Who may plan or approve may read plans. Raises Refusal `not_found` (404)."""
    if not holds_over(by, OPERATORS | SECONDS, instance.division):
        raise not_found()


def check_second(by: Actor, plan: PlannedAct, instance: Instance) -> None:
    """Raises Refusal: `not_found` (404); `plan_settled` (409); `plan_own`, `plan_not_yours`, `declared_interest` (403)."""
    check_reader(by, instance)
    if plan.settled:
        raise Refusal("plan_settled", 409)
    if by.natural_person == plan.planned_natural:
        raise Refusal("plan_own", 403)
    if not holds_over(by, SECONDS, instance.division):
        raise Refusal("plan_not_yours", 403)
    if by.natural_person in avoiding(instance):
        raise Refusal("declared_interest", 403)


def planner_of(session: Session, case: Case, plan: PlannedAct) -> Actor:
    """Who planned it, still an administrator there.

    Raises:
        Refusal: `plan_planner_gone` (409).
    """
    try:
        planner = load_actor(session, plan.planned_by, case.today)
        check_planner(planner, case.row)
    except Refusal as refusal:
        raise Refusal("plan_planner_gone", 409) from refusal
    return planner
