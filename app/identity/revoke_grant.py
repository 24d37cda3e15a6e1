"""An administrator ends a role. Taking away needs no second person; the row stays as evidence."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import not_found
from app.identity.actor import Actor
from app.identity.models import RoleGrant
from app.identity.office import holds_over


def revoke_grant(session: Session, by: Actor, grant_id: UUID, today: date) -> RoleGrant:
    """End the grant with yesterday as its last day, so that it has no effect from this moment.

    Raises:
        Refusal: `not_found` (404) when absent or not over the administrator's division.
    """
    grant = session.execute(select(RoleGrant).where(RoleGrant.id == grant_id).with_for_update()).scalar_one_or_none()
    if grant is None or not holds_over(by, {"sysadmin", "security_admin"}, grant.division):
        raise not_found()
    yesterday = today - timedelta(days=1)
    if grant.valid_to is None or grant.valid_to > yesterday:
        grant.valid_to = yesterday
    return grant
