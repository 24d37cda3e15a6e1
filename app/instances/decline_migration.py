"""换版方案作废: nobody will carry it out; who planned it may lay it aside too."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.plan_act import checked_reason
from app.instances.plan_migration import lock_migration


def decline_migration(session: Session, plan_id: str, *, by: Actor, reason: str, now: datetime) -> None:
    """Lay the plan aside for good.

    Raises:
        Refusal: `not_found` (404), `plan_settled` (409), `plan_no_reason` (422).
    """
    plan = lock_migration(session, plan_id, by=by)
    if plan.settled:
        raise Refusal("plan_settled", 409)
    plan.declined_by, plan.declined_at, plan.declined_why = by.id, now, checked_reason(reason)
