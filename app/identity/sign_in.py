"""Signing in, in two steps, because argon2 must not run while the database is locked for writing.

    proof = prove(session, login, password, address, now)          # reads, hashes
    result = in_transaction(lambda: sign_in(db.session(), proof, now))   # writes

A failure is an answer, not an exception: raising would roll back the very record that locks an attacker out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.identity.actor import load_actor
from app.identity.half_sessions import open_half
from app.identity.lock_out import WINDOW, locked, record_failure
from app.identity.models import Person
from app.identity.network import network
from app.identity.passwords import absent_hash, expired, hash_password, matches, outdated
from app.identity.plain_text import plain
from app.identity.second_factor import has_factor
from app.identity.secrets import digest
from app.identity.sessions import open_session, revoke_session

LONGEST_LOGIN = 64


@dataclass(frozen=True)
class Proof:
    """What one attempt showed. `person_id` is None unless the password was right and the account open."""

    login: str
    network: str
    person_id: UUID | None
    checked_hash: str = ""
    better_hash: str | None = None


@dataclass(frozen=True)
class SignInResult:
    """Either the secret for the cookie, or the refusal to show. `password_expired`: it must be changed first.

    `half`: the secret is that of a half session, which opens nothing but showing the second factor, or taking one up.
    """

    secret: str | None = None
    refusal: Refusal | None = None
    password_expired: bool = False
    half: bool = False


def prove(session: Session, login: str, password: str, address: str, now: datetime) -> Proof:
    """Check a password. Present, absent, closed and locked-out accounts all cost one argon2 run."""
    absent = absent_hash()
    name = plain(login, LONGEST_LOGIN).casefold()
    row = session.execute(
        select(Person.id, Person.password_hash, Person.active).where(Person.login == name)
    ).one_or_none()
    counted = name if row else _unknown(name)
    right = matches(row.password_hash if row else absent, password[:1024])
    if not (row and right and row.active):
        return Proof(counted, network(address), None)
    better = hash_password(password) if outdated(row.password_hash) else None
    return Proof(name, network(address), row.id, row.password_hash, better)


def sign_in(
    session: Session,
    proof: Proof,
    now: datetime,
    *,
    former: str | None = None,
    two_factor: Collection[str] = frozenset(),
) -> SignInResult:
    """Open a session with a new secret, whatever the browser brought along; `former` is then dead.

    A half session for who has an authenticator, or holds one of the roles `two_factor` that ask for one. A right
    password does not open a locked-out pair: else a guesser would be told by the lock itself.
    """
    if locked(session, proof.login, proof.network, now):
        return SignInResult(refusal=Refusal("sign_in_locked", 429, {"minutes": int(WINDOW.total_seconds() // 60)}))
    person = session.get(Person, proof.person_id) if proof.person_id else None
    if person is None or not person.active or person.password_hash != proof.checked_hash:
        record_failure(session, proof.login, proof.network, now)
        return SignInResult(refusal=Refusal("sign_in_refused", 401))
    if proof.better_hash:
        session.execute(update(Person).where(Person.id == person.id).values(password_hash=proof.better_hash))
    if former:
        revoke_session(session, former, now)
    half = has_factor(session, person.id) or _asked_for(session, person.id, two_factor, now)
    secret = (open_half if half else open_session)(session, person.id, proof.network, now)
    return SignInResult(secret=secret, password_expired=expired(person.password_set_at, now), half=half)


def _asked_for(session: Session, person_id: UUID, two_factor: Collection[str], now: datetime) -> bool:
    roles = load_actor(session, person_id, legal_day(now)).roles if two_factor else frozenset()
    return not roles.isdisjoint(two_factor)


def _unknown(login: str) -> str:
    """What is counted for a login nobody has: people type their password there by mistake, so only a digest."""
    return f"?{digest(login)[:24]}"
