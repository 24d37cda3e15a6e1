"""电话答复: it goes on the record that somebody was told by telephone where the case stands."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.instances.case import lock_case
from app.instances.clock_behind import tell_clock_behind
from app.instances.record import note
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings


def tell_by_phone(session: Session, around: Surroundings, instance_id: str, *, by: Actor, now: datetime) -> None:
    """Note the call.

    Raises:
        Refusal: `not_found` (404).
    """
    see_case(session, instance_id, by=by)
    case = lock_case(session, around, instance_id, now=now)
    tell_clock_behind(case)
    note(case, "phoned", {}, actor=by.id)
