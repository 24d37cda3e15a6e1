"""A message that no wait has taken until `valid_until` becomes an incident, never silence (engine rule 9)."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.instances.case import lock_case
from app.instances.incidents import open_incident
from app.instances.models import Incident, Message
from app.instances.surroundings import Surroundings

WHAT = "message"
ERROR = "message_unmatched"
BATCH = 50


def unmatched_messages(session: Session, *, now: datetime, most: int = BATCH) -> list[tuple[str, str]]:
    """(message id, instance id) of messages that are over and not yet reported, oldest first."""
    reported = exists().where(Incident.key == Message.id, Incident.opened_at > Message.valid_until)
    found = (
        select(Message.id, Message.instance_id)
        .where(Message.consumed_at.is_(None), Message.valid_until < now, ~reported)
        .order_by(Message.valid_until, Message.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def report_unmatched(
    session: Session, around: Surroundings, message_id: str, instance_id: str, *, now: datetime
) -> bool:
    """Open the incident; False when the message was taken or reported meanwhile.

    Raises:
        Refusal: `not_found` (404).
    """
    case = lock_case(session, around, instance_id, now=now)
    if (message_id, instance_id) not in unmatched_messages(session, now=now):
        return False
    message = session.get_one(Message, message_id)
    open_incident(session, case.row.id, WHAT, message.id, message.name, ERROR, now=case.at)
    return True
