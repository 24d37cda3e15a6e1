"""A person changes the own password; an administrator gives a new one. All browsers are signed out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.models import PastPassword, Person
from app.identity.office import held_over
from app.identity.passwords import MAX_AGE, REMEMBERED, check_password, hash_password, matches
from app.identity.sessions import revoke_sessions_of


def change_password(session: Session, by: Actor, old: str, new: str, now: datetime) -> None:
    """Change the own password.

    Raises:
        Refusal: `password_wrong`, `password_used_before`, or a rule of `check_password`.
    """
    person = _person(session, UUID(by.id))
    if not matches(person.password_hash, old):
        raise Refusal("password_wrong", 403)
    _set(session, person, new, now)


def reset_password(session: Session, by: Actor, login: str, new: str, now: datetime) -> None:
    """Give a person a new password, which expires at once: the first sign-in asks for another.

    Raises:
        Refusal: `not_found` outside the administrator's division, or a rule of `check_password`.
    """
    person = held_over(session, by, {"sysadmin"}, login)
    _set(session, person, new, now)
    person.password_set_at = now - MAX_AGE * 2


def _person(session: Session, person_id: UUID) -> Person:
    return session.execute(select(Person).where(Person.id == person_id).with_for_update()).scalar_one()


def _set(session: Session, person: Person, new: str, now: datetime) -> None:
    check_password(new, person.login, person.name)
    past = session.scalars(
        select(PastPassword.password_hash)
        .where(PastPassword.person_id == person.id)
        .order_by(PastPassword.set_at.desc())
        .limit(REMEMBERED - 1)
    ).all()
    if any(matches(kept, new) for kept in (person.password_hash, *past)):
        raise Refusal("password_used_before", params={"remembered": REMEMBERED})
    session.add(PastPassword(person_id=person.id, password_hash=person.password_hash, set_at=person.password_set_at))
    person.password_hash, person.password_set_at = hash_password(new), now
    revoke_sessions_of(session, person.id, now)
