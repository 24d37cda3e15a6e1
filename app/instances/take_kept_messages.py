"""Kept messages whose wait is open: those beyond the 50 of one transaction (engine rule 20), and those kept once more."""

from datetime import datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from app.instances.apply import apply
from app.instances.case import lock_case
from app.instances.early_messages import consume_early
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.incidents import error_of, open_incident
from app.instances.models import Incident, Instance, Message, Wait
from app.instances.report_unmatched import WHAT
from app.instances.stopped import Stopped
from app.instances.surroundings import Surroundings

BATCH = 50


def cases_with_kept_messages(session: Session, *, now: datetime, most: int = BATCH) -> list[str]:
    """Ids of cases that wait for a message they have already been sent, and could take it when last tried."""
    same = and_(
        Wait.instance_id == Message.instance_id,
        Wait.message == Message.name,
        Wait.correlation == Message.correlation,
    )
    failing = exists().where(Incident.key == Message.instance_id, Incident.what == WHAT, Incident.closed_at.is_(None))
    found = (
        select(Message.instance_id)
        .join(Wait, same)
        .join(Instance, Instance.id == Message.instance_id)
        .where(Message.consumed_at.is_(None), Message.valid_until >= now, Instance.ended_at.is_(None), ~failing)
        .distinct()
        .limit(most)
    )
    return list(session.scalars(found))


def take_kept_messages(session: Session, around: Surroundings, instance_id: str, *, now: datetime) -> bool:
    """Give the open waits of one case what is kept for them; False when nothing was.

    Raises:
        Refusal: `not_found` (404), or what the engine says.
    """
    case = lock_case(session, around, instance_id, now=now)
    before = case.row.head_seq
    fire_due(case)
    session.flush()
    waits = session.scalars(select(Wait).where(Wait.instance_id == instance_id).order_by(Wait.key)).all()
    consume_early(case, waits, apply)
    if case.row.head_seq == before:
        return False
    finish(case)
    return True


def not_taken(session: Session, around: Surroundings, instance_id: str, stopped: Stopped, *, now: datetime) -> None:
    """The diagram cannot take it: nothing is tried again before a person has looked."""
    case = lock_case(session, around, instance_id, now=now)
    open_incident(session, case.row.id, WHAT, case.row.id, stopped.node, error_of(stopped), now=case.at)
