"""A second person approves a proposed role; from then on it has effect.

Case roles: a county's responsible leader or above; every administrator and staff role: the security administrator.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.models import Person, RoleGrant
from app.identity.office import holds_over
from app.identity.roles import CASE_ROLES

LEADERS = frozenset({"county_approver", "city_civil", "region_civil", "security_admin"})


def approve_grant(session: Session, by: Actor, grant_id: UUID, now: datetime) -> RoleGrant:
    """Approve.

    Raises:
        Refusal: `not_found` (404) when absent or not over one's division; `grant_own` (403) for a role of one's own or
            one proposed by oneself, under any account; `grant_approved` (409) when it already has effect.
    """
    grant = session.execute(select(RoleGrant).where(RoleGrant.id == grant_id).with_for_update()).scalar_one_or_none()
    if grant is None or not holds_over(by, _approvers(grant.role), grant.division):
        raise not_found()
    if grant.approved_by is not None:
        raise Refusal("grant_approved", 409)
    parties = session.scalars(
        select(Person.natural_person).where(Person.id.in_([grant.person_id, grant.granted_by]))
    ).all()
    if UUID(by.natural_person) in parties:
        raise Refusal("grant_own", 403)
    grant.approved_by, grant.approved_at = UUID(by.id), now
    return grant


def _approvers(role: str) -> frozenset[str]:
    return LEADERS if role in CASE_ROLES else frozenset({"security_admin"})
