"""Delivering what cases sent: messages to other cases and starts of other processes, by later commands (rule 10).

FIFO from one sender to one receiver, no order across senders. An item that fails holds up only those behind it to the
same receiver. Delivering twice changes nothing, because the receiver keeps the item's id.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.errors import Refusal
from app.instances.incidents import close_incident, record_failure
from app.instances.models import Instance, Outbox
from app.instances.receive_message import receive_message
from app.instances.start_by_machine import start_by_machine
from app.instances.surroundings import Surroundings
from app.jobs.leases import Lease

BATCH = 50


def _foremost() -> ColumnElement[bool]:
    """A start has a receiver of its own; a message waits for the earlier ones to the same receiver."""
    earlier = aliased(Outbox)
    before = and_(
        earlier.sender_id == Outbox.sender_id,
        earlier.kind == "message",
        earlier.correlation == Outbox.correlation,
        earlier.done_at.is_(None),
        earlier.seq < Outbox.seq,
    )
    return or_(Outbox.kind == "start", ~select(earlier.id).where(before).exists())


UNDELIVERED = Lease(
    Outbox,
    and_(Outbox.done_at.is_(None), _foremost()),
    order=(Outbox.created_at, Outbox.seq),
    returning=(Outbox.id, Outbox.created_at, Outbox.seq),
)


def lease_outbox(session: Session, *, now: datetime, most: int = BATCH) -> list[str]:
    """Lease the oldest undelivered items that have nothing before them; the caller commits at once.

    An item in an incident is still tried every hour: a receiver may come to exist.
    """
    taken = UNDELIVERED.take(session, now=now, most=most)
    return [row[0] for row in sorted(taken, key=lambda row: (row[1], row[2]))]


def deliver(session: Session, around: Surroundings, outbox_id: str, *, now: datetime) -> bool:
    """Deliver one item; False when another worker has done it.

    Raises:
        Refusal: `message_unaddressed` for a receiver that does not exist, or what the receiver says. The transaction
            must be rolled back; then `not_delivered` counts the failure in its own.
    """
    item = session.get(Outbox, outbox_id, populate_existing=True)
    if item is None or item.done_at is not None:
        return False
    if item.kind == "start":
        start_by_machine(
            session, around, item.name, instance_id=item.id, division=item.correlation, facts=item.payload, now=now
        )
    else:
        _message(session, around, item, now)
    if item.attempts:
        close_incident(session, item.id, now=now)
    item.done_at, item.lease_until = now, None
    return True


def not_delivered(session: Session, outbox_id: str, problem: Exception, *, now: datetime) -> None:
    """Count the failure, unless another worker has delivered the item meanwhile."""
    item = session.get(Outbox, outbox_id, populate_existing=True, with_for_update=True)
    if item is not None and item.done_at is None:
        record_failure(session, item, problem, now=now)


def _message(session: Session, around: Surroundings, item: Outbox, now: datetime) -> None:
    receiver = session.scalar(select(Instance.id).where(Instance.number == item.correlation))
    if receiver is None:
        raise Refusal("message_unaddressed", 409, {"message": item.name})
    receive_message(
        session,
        around,
        receiver,
        item.name,
        dedupe=item.id,
        now=now,
        facts=item.payload,
        sender=item.sender_id,
    )
