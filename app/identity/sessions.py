"""Signed-in browsers, kept on the server: 30 idle minutes, 12 hours in all, revocable (abuse case 11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.identity.actor import PERSON, Actor, delegate_from, with_delegations
from app.identity.factor_models import HalfSession
from app.identity.models import Person, SignInSession
from app.identity.passwords import expired
from app.identity.secrets import digest, new_secret

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=185)


@dataclass(frozen=True)
class SignedIn:
    """`person_id` is a UUID as text. `touch`: the door should call `touch_session` in its next transaction."""

    person_id: str
    began_at: datetime
    seen_at: datetime
    touch: bool
    password_expired: bool = False
    """Nothing but changing the password is open to this person."""
    strong: bool = False
    """A second factor was shown."""


# Written once: every request of a browser asks it.
_OF_THE_SESSION = SignInSession.began_at, SignInSession.seen_at, SignInSession.strong, Person.password_set_at
_OF_THE_PERSON = SignInSession.person_id == Person.id
_ALIVE = SignInSession.digest == bindparam("digest"), SignInSession.revoked_at.is_(None)
SIGNED_IN = with_delegations(PERSON.add_columns(*_OF_THE_SESSION).join(SignInSession, _OF_THE_PERSON).where(*_ALIVE))


def open_session(
    session: Session,
    person_id: UUID,
    network: str,
    now: datetime,
    *,
    strong: bool = False,
    began_at: datetime | None = None,
) -> str:
    """A new session; its secret is returned once, for the cookie.

    Args:
        strong: a second factor was shown.
        began_at: when the sign-in began that this one carries on, so that `ABSOLUTE` runs on; now, where none is told.
    """
    secret = new_secret()
    session.add(
        SignInSession(
            digest=digest(secret),
            person_id=person_id,
            network=network,
            began_at=began_at or now,
            seen_at=now,
            strong=strong,
        )
    )
    return secret


def find_session(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """The session of this secret, if it is alive and its account open. Reads only, one statement."""
    row = session.execute(
        select(Person.id, *_OF_THE_SESSION).join(SignInSession, _OF_THE_PERSON).where(*_ALIVE, Person.active),
        {"digest": digest(secret)},
    ).one_or_none()
    return _signed_in(row, now)


def find_signed_in(session: Session, secret: str, now: datetime) -> tuple[SignedIn, Actor] | None:
    """The session of this secret and the person behind it with the rights of today. Reads only, one statement."""
    rows = session.execute(SIGNED_IN, {"digest": digest(secret), "today": legal_day(now)}).all()
    found = _signed_in(rows[0] if rows else None, now)
    return None if found is None else (found, delegate_from(rows))


def _signed_in(row: Row[*tuple[Any, ...]] | None, now: datetime) -> SignedIn | None:
    if row is None or now - row.seen_at >= IDLE or now - row.began_at >= ABSOLUTE:
        return None
    touch = now - row.seen_at >= TOUCH_EVERY
    return SignedIn(str(row.id), row.began_at, row.seen_at, touch, expired(row.password_set_at, now), row.strong)


def touch_session(session: Session, secret: str, now: datetime) -> None:
    """Note that it was used; never moves backwards when two nodes write at once."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.digest == digest(secret), SignInSession.seen_at < now)
        .values(seen_at=now)
    )


def renew_session(session: Session, secret: str, network: str, now: datetime) -> str:
    """A new secret for the same sign-in, after a change of power; the old one is dead. `ABSOLUTE` runs on.

    Raises:
        Refusal: `signed_out` (401) when the session is not alive.
    """
    found = find_session(session, secret, now)
    if found is None:
        raise Refusal("signed_out", 401)
    revoke_session(session, secret, now)
    return open_session(session, UUID(found.person_id), network, now, strong=found.strong, began_at=found.began_at)


def revoke_session(session: Session, secret: str, now: datetime) -> None:
    _revoke(session, SignInSession.digest == digest(secret), now)


def revoke_sessions_of(session: Session, person_id: UUID, now: datetime) -> None:
    """All browsers of one account, also half signed-in ones: its password or second factor changed, it was closed, or
    its owner asked."""
    _revoke(session, SignInSession.person_id == person_id, now)
    half = HalfSession.person_id == person_id, HalfSession.ended_at.is_(None)
    session.execute(update(HalfSession).where(*half).values(ended_at=now))


def forget_old_sessions(session: Session, now: datetime) -> None:
    session.execute(delete(SignInSession).where(SignInSession.began_at < now - KEPT))
    session.execute(delete(HalfSession).where(HalfSession.began_at < now - KEPT))


def _revoke(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(SignInSession).where(which, SignInSession.revoked_at.is_(None)).values(revoked_at=now))
