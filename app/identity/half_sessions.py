"""Half sessions: the password was right, the second factor is not shown yet. Such a browser opens nothing.

They last minutes and are never touched; the session that follows has another secret (abuse case 11).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.identity.factor_models import HalfSession
from app.identity.models import Person
from app.identity.secrets import digest, new_secret

VALID = timedelta(minutes=10)
"""Long enough to install an authenticator."""


@dataclass(frozen=True)
class Half:
    """Who typed the right password in this browser."""

    person_id: UUID
    login: str
    password_set_at: datetime


def open_half(session: Session, person_id: UUID, network: str, now: datetime) -> str:
    """A new half session; its secret is returned once, for the cookie."""
    secret = new_secret()
    session.add(HalfSession(digest=digest(secret), person_id=person_id, network=network, began_at=now))
    return secret


def find_half(session: Session, secret: str, now: datetime) -> Half | None:
    """The half session of this secret, if it is young enough, not ended, and its account open."""
    row = session.execute(
        select(Person.id, Person.login, Person.password_set_at)
        .join(HalfSession, HalfSession.person_id == Person.id)
        .where(
            HalfSession.digest == digest(secret),
            HalfSession.ended_at.is_(None),
            HalfSession.began_at > now - VALID,
            Person.active,
        )
    ).one_or_none()
    return Half(row.id, row.login, row.password_set_at) if row else None


def end_half(session: Session, secret: str, now: datetime) -> None:
    alive = HalfSession.digest == digest(secret), HalfSession.ended_at.is_(None)
    session.execute(update(HalfSession).where(*alive).values(ended_at=now))
