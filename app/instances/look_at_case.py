"""Reading a case: open to those who work on it; to oversight with a stated purpose; to an administrator while an approved
紧急查看 lasts (abuse case 22); absent for everybody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.see import Sight
from app.instances.emergency.standing import open_for
from app.instances.looks import state_purpose, stated_purpose
from app.instances.models import Instance
from app.instances.see_case import sight

UNDER = "紧急查看："
"""Before the reason that was approved, where the access record keeps a purpose."""


@dataclass(frozen=True)
class Seen:
    """`purpose` is empty where an assignment or a post is the standing approval."""

    row: Instance
    purpose: str = ""


def look_at_case(session: Session, instance_id: str, *, by: Actor, now: datetime) -> Seen:
    """The case, for reading only.

    Raises:
        Refusal: `not_found` (404); `purpose_needed` (403) with the case's number.
    """
    row = session.get(Instance, instance_id)
    if row is None:
        raise not_found()
    how, reason = _reading_sight(session, row, by, now)
    if how in {Sight.OPEN, Sight.EMERGENCY}:
        return Seen(row, reason)
    if how is not Sight.PURPOSE:
        raise not_found()
    purpose = stated_purpose(session, row.id, by=by, now=now)
    if purpose is None:
        raise Refusal("purpose_needed", 403, {"number": row.number or "未编号", "process": row.title})
    return Seen(row, purpose)


def _reading_sight(session: Session, row: Instance, by: Actor, now: datetime) -> tuple[Sight, str]:
    """As `sight`, and what only reading and only some hours open; with the reason of the latter."""
    how = sight(session, row, by)
    emergency = open_for(session, row, by=by, now=now) if how is Sight.HIDDEN else None
    return (Sight.EMERGENCY, f"{UNDER}{emergency.reason}") if emergency else (how, "")


def ask_to_look(
    session: Session, instance_id: str, *, by: Actor, purpose: str, network: str, now: datetime
) -> Instance:
    """State the purpose of looking at a case of one's oversight.

    Raises:
        Refusal: `not_found` (404), `purpose_short` (422).
    """
    row = session.get(Instance, instance_id)
    if row is None or sight(session, row, by) not in {Sight.OPEN, Sight.PURPOSE}:
        raise not_found()
    state_purpose(session, row.id, by=by, purpose=purpose, network=network, now=now)
    return row
