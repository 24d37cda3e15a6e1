"""Ended before its time, or taken back before it was decided."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history import append_to_system
from app.identity.actor import Actor
from app.instances.emergency.models import EmergencySight
from app.instances.emergency.said import CHAIN, said
from app.instances.emergency.standing import ASKED, OPEN, emergency_of, may_end, standing_of
from app.instances.surroundings import Surroundings


def end_emergency(
    session: Session, around: Surroundings, emergency_id: str, *, by: Actor, now: datetime
) -> EmergencySight:
    """From now on the case is closed to the administrator again.

    Raises:
        Refusal: `not_found` (404); `emergency_not_yours` (403); `emergency_moved_on` (409): it has ended already.
    """
    row = emergency_of(session, emergency_id, by=by, to_change=True)
    if not may_end(by, row):
        raise Refusal("emergency_not_yours", 403)
    if standing_of(row, now) not in {ASKED, OPEN}:
        raise Refusal("emergency_moved_on", 409)
    row.ended_by, row.ended_at = by.id, now
    append_to_system(
        session, vault=around.vault, log=around.log, name=CHAIN, at=now, kind="emergency_ended",
        fields=said(session, row, by),
    )  # fmt: skip
    return row
