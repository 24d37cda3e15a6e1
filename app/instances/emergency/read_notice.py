"""An auditor notes that they have read of it. Reading twice changes nothing."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.errors import not_found
from app.identity.actor import Actor
from app.instances.emergency.models import EmergencyNotice


def read_notice(session: Session, emergency_id: str, *, by: Actor, now: datetime) -> None:
    """Raises Refusal `not_found` (404) for who was not told of it."""
    row = session.get(EmergencyNotice, (emergency_id, by.id), with_for_update=True)
    if row is None:
        raise not_found()
    row.read_at = row.read_at or now


def unread_notices(by: Actor) -> ColumnElement[int]:
    """How many the person has not noted, as a column of any statement."""
    asked = select(func.count()).select_from(EmergencyNotice)
    return asked.where(EmergencyNotice.person_id == by.id, EmergencyNotice.read_at.is_(None)).scalar_subquery()
