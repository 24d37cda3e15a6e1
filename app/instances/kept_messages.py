"""Kept messages that still wait: handed to an open wait where one transaction could not take all (rule 20), and told to
a person when their time is over (rule 9: an incident, never silence)."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.fixed import Fixed
from app.instances.apply import apply
from app.instances.case import lock_case
from app.instances.early_messages import consume_early
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.incidents import open_incident
from app.instances.models import Incident, Message, Timer, Wait
from app.instances.record import note
from app.instances.surroundings import Surroundings
from app.jobs.leases import NOW

BATCH = 50
UNMATCHED = "message_unmatched"
Instant = datetime | BindParameter[datetime]


def _kept() -> ColumnElement[bool]:
    return Message.consumed_at.is_(None)


def _can_be_taken(now: Instant) -> ColumnElement[bool]:
    """A wait is open for it, and neither it nor an earlier automatic event of the case is waiting for a person."""
    waits = select(Wait.id).where(
        Wait.instance_id == Message.instance_id, Wait.message == Message.name, Wait.correlation == Message.correlation
    )
    told = select(Incident.id).where(Incident.key == Message.id, Incident.closed_at.is_(None))
    failing = select(Timer.id).where(
        Timer.instance_id == Message.instance_id, Timer.attempts > 0, Timer.due_at <= now
    )  # fmt: skip
    return (Message.valid_until >= now) & waits.exists() & ~told.exists() & ~failing.exists()


def _is_over(now: Instant) -> ColumnElement[bool]:
    """Nobody took it in time, and nobody was told yet."""
    told = select(Incident.id).where(Incident.key == Message.id, Incident.opened_at >= Message.valid_until)
    return (Message.valid_until < now) & ~told.exists()


WANTED = Fixed(
    select(Message.__table__.c.instance_id)
    .where(_kept(), _can_be_taken(NOW) | _is_over(NOW))
    .distinct()
    .limit(bindparam("most", type_=Integer()))
)


def cases_with_kept_messages(session: Session, *, now: datetime, most: int = BATCH) -> list[str]:
    """Ids of cases in which a kept message can be handed out, or its time is over."""
    return [row.instance_id for row in WANTED.rows(session, {"now": now, "most": most})]


def go_on_with_kept_messages(session: Session, around: Surroundings, instance_id: str, *, now: datetime) -> bool:
    """Hand out up to fifty; open an incident for each whose time is over. True when something was done."""
    case = lock_case(session, around, instance_id, now=now)
    before = case.row.head_seq
    for message in list(
        session.scalars(select(Message).where(Message.instance_id == instance_id, _kept(), _is_over(now)))
    ):
        open_incident(session, instance_id, "message", message.id, message.name, Refusal(UNMATCHED), now=case.at)
        note(case, UNMATCHED, {"payload/~message": message.name, "evidence": list(message.evidence) or None})
    if case.row.ended_at is None:
        fire_due(case)
        session.flush()
        waits = select(Wait).where(Wait.instance_id == instance_id).order_by(Wait.key)
        consume_early(case, list(session.scalars(waits)), apply)
        finish(case)
    return case.row.head_seq != before


def not_handed_out(session: Session, instance_id: str, problem: Exception, *, now: datetime) -> None:
    """A message the case cannot take waits for a person (rule 18)."""
    stuck = select(Message).where(Message.instance_id == instance_id, _kept(), _can_be_taken(now)).order_by(Message.seq)
    message = session.scalar(stuck.limit(1))
    if message is not None:
        open_incident(session, instance_id, "message", message.id, message.name, problem, now=now)
