"""下次跟进: the day on which who answers for a case wants to look at it again. A reminder; the law knows nothing of it."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import lock_case
from app.instances.models import Instance
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings

FARTHEST = timedelta(days=366)


def set_follow_up(
    session: Session, around: Surroundings, instance_id: str, *, by: Actor, day: date | None, now: datetime
) -> None:
    """Set the day, or clear it with None.

    Raises:
        Refusal: `not_found` (404), `follow_up_not_yours` (403), `follow_up_ended` (409), `follow_up_day` (422).
    """
    check_follow_up(see_case(session, instance_id, by=by), by=by)
    case = lock_case(session, around, instance_id, now=now)
    if case.row.ended_at is not None:
        raise Refusal("follow_up_ended", 409)
    if day is not None and not case.today <= day <= case.today + FARTHEST:
        raise Refusal("follow_up_day", params={"days": FARTHEST.days})
    case.row.follow_up_on = day


def check_follow_up(row: Instance, *, by: Actor) -> None:
    """Only who answers for the case has it in their list."""
    if row.owner_id not in by.ids:
        raise Refusal("follow_up_not_yours", 403)
