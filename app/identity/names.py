"""Names of people by id, for lists and timelines."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person

LEFT_OFFICE = "（已离任）"
"""In place of a name that is no longer known."""


def names_of(session: Session, ids: Collection[str | None]) -> dict[str, str]:
    """Name by id; one statement, or none when nobody is asked for. An id that is no person's is left out."""
    wanted = {UUID(one) for one in ids if one and _is_uuid(one)}
    if not wanted:
        return {}
    return {
        str(row.id): row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    }


def names_by_login(session: Session, logins: Collection[str]) -> dict[str, str]:
    """Name by login; a login that is nobody's is left out."""
    found = select(Person.login, Person.name).where(Person.login.in_(logins))
    return {row.login: row.name for row in session.execute(found)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
