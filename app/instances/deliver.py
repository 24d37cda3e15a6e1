"""Delivering what cases sent: messages to other cases and starts of other processes, by later commands (rule 10).

FIFO per sender; an item whose lease ran out is taken by another worker. Delivering twice changes nothing, because the
receiver keeps the item's id.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.instances.models import Instance, Outbox
from app.instances.receive_message import receive_message
from app.instances.start_by_machine import start_by_machine
from app.instances.surroundings import Surroundings

BATCH = 50
LEASE = timedelta(minutes=2)


def lease_outbox(session: Session, *, now: datetime, most: int = BATCH) -> list[str]:
    """Lease the oldest undelivered items; the caller commits at once."""
    ripe = (
        select(Outbox.id)
        .where(Outbox.done_at.is_(None), or_(Outbox.lease_until.is_(None), Outbox.lease_until < now))
        .order_by(Outbox.created_at, Outbox.seq)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(Outbox)
        .where(Outbox.id.in_(ripe.cte("ripe").select()))
        .values(lease_until=now + LEASE, attempts=Outbox.attempts + 1)
        .returning(Outbox.id, Outbox.created_at, Outbox.seq)
        .execution_options(synchronize_session=False)
    )
    return [row[0] for row in sorted(taken, key=lambda row: (row[1], row[2]))]


def deliver(session: Session, around: Surroundings, outbox_id: str, *, now: datetime) -> None:
    """Deliver one item. A message that nobody can take stays, and is tried again after the lease."""
    item = session.get(Outbox, outbox_id)
    if item is None or item.done_at is not None:
        return
    if item.kind == "start":
        start_by_machine(
            session, around, item.name, instance_id=item.id, division=item.correlation, facts=item.payload, now=now
        )
    else:
        _message(session, around, item, now)
    item.done_at = now


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
