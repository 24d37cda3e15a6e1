"""A person changes the own password; an administrator gives a new one. All browsers are signed out.

change = prove_change(session, by, old, new, network, now)                  # reads, hashes
in_transaction(lambda: change_password(db.session(), change, now))          # writes
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.lock_out import WINDOW, locked
from app.identity.models import PastPassword, Person
from app.identity.office import held_over
from app.identity.passwords import MAX_AGE, REMEMBERED, check_password, hash_password, matches
from app.identity.sessions import revoke_sessions_of

LONGEST_TRIED = 1024
"""Characters of a password that are hashed at all."""


@dataclass(frozen=True)
class Change:
    """A new password that passed the rules, already hashed. `checked_hash` is the one it replaces."""

    person_id: UUID
    checked_hash: str
    new_hash: str


def prove_change(session: Session, by: Actor, old: str, new: str, network: str, now: datetime) -> Change:
    """Check the old password and the rules for the new one; reads and hashes, so no transaction that writes may be open.
    Whoever answers `password_wrong` records the failure: this is a place to try passwords at, like the sign-in.

    Raises:
        Refusal: `sign_in_locked` (429), `password_wrong`, `password_used_before`, or a rule of `check_password`.
    """
    if locked(session, by.login, network, now):
        raise Refusal("sign_in_locked", 429, {"minutes": int(WINDOW.total_seconds() // 60)})
    person = session.get_one(Person, UUID(by.id))
    if not matches(person.password_hash, old[:LONGEST_TRIED]):
        raise Refusal("password_wrong", 403)
    return _checked(session, person, new)


def change_password(session: Session, change: Change, now: datetime) -> None:
    """Write a proved change and sign out all browsers of the account.

    Raises:
        Refusal: `password_wrong` when it was changed elsewhere in between.
    """
    person = session.execute(
        select(Person).where(Person.id == change.person_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    if person.password_hash != change.checked_hash:
        raise Refusal("password_wrong", 403)
    session.add(PastPassword(person_id=person.id, password_hash=person.password_hash, set_at=person.password_set_at))
    person.password_hash, person.password_set_at = change.new_hash, now
    revoke_sessions_of(session, person.id, now)


def reset_password(session: Session, by: Actor, login: str, new: str, now: datetime) -> None:
    """Give a person a new password, which expires at once: the first sign-in asks for another.

    Raises:
        Refusal: `not_found` outside the administrator's division, or a rule of `check_password`.
    """
    person = held_over(session, by, {"sysadmin"}, login)
    change_password(session, _checked(session, person, new), now)
    person.password_set_at = now - MAX_AGE * 2


def _checked(session: Session, person: Person, new: str) -> Change:
    check_password(new, person.login, person.name)
    past = session.scalars(
        select(PastPassword.password_hash)
        .where(PastPassword.person_id == person.id)
        .order_by(PastPassword.set_at.desc())
        .limit(REMEMBERED - 1)
    ).all()
    if any(matches(kept, new) for kept in (person.password_hash, *past)):
        raise Refusal("password_used_before", params={"remembered": REMEMBERED})
    return Change(person.id, person.password_hash, hash_password(new))
