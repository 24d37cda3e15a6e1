"""A delegation ends before its last day: the delegator is back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import not_found
from app.identity.actor import Actor
from app.identity.delegate import RECORDERS
from app.identity.models import Delegation, Organisation, Person
from app.identity.office import holds_over


def end_delegation(session: Session, by: Actor, delegation_id: UUID, now: datetime) -> Delegation:
    """End it at once. The delegator, the delegate or who may record one may do so; ending twice changes nothing.

    Raises:
        Refusal: `not_found` (404).
    """
    row = session.execute(
        select(Delegation, Organisation.division)
        .join(Person, Person.id == Delegation.from_person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Delegation.id == delegation_id)
    ).one_or_none()
    if row is None:
        raise not_found()
    delegation: Delegation = row.Delegation
    party = UUID(by.id) in {delegation.from_person, delegation.to_person}
    if not party and not holds_over(by, RECORDERS, row.division):
        raise not_found()
    delegation.ended_at = delegation.ended_at or now
    return delegation
