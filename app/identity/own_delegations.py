"""The delegations a person gave and received."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.models import Delegation

MOST = 40


def own_delegations(session: Session, actor: Actor) -> Sequence[Delegation]:
    """The newest first, 40 at most."""
    return session.scalars(
        select(Delegation)
        .where(or_(Delegation.from_person == UUID(actor.id), Delegation.to_person == UUID(actor.id)))
        .order_by(Delegation.from_day.desc(), Delegation.recorded_at.desc())
        .limit(MOST)
    ).all()


def state_of(row: Delegation, today: date) -> str:
    """ahead, running or over."""
    if row.ended_at is not None or row.to_day < today:
        return "over"
    return "ahead" if row.from_day > today else "running"
