"""An administrator opens and closes accounts."""

import unicodedata
from datetime import datetime
from uuid import UUID, uuid4

import re2
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.models import Organisation, Person
from app.identity.office import held_over, must_hold
from app.identity.passwords import MAX_AGE, check_password, hash_password
from app.identity.sessions import revoke_sessions_of

LOGIN = re2.compile(r"^[a-z][a-z0-9._-]{2,31}$")


def register_person(
    session: Session,
    by: Actor,
    login: str,
    name: str,
    organisation_id: UUID,
    password: str,
    now: datetime,
    *,
    also: str | None = None,
) -> Person:
    """Open an account without any role; its first password expires at once.

    Args:
        also: login of another account of the same human being, so that both are one for separation of duties.

    Raises:
        Refusal: `register_not_yours` (403), `login_bad`, `login_taken`, `name_bad`, `not_found`, password rules.
    """
    division = session.scalar(select(Organisation.division).where(Organisation.id == organisation_id))
    must_hold(by, {"sysadmin"}, division or "99", code="register_not_yours")
    if not LOGIN.match(login):
        raise Refusal("login_bad")
    if session.scalar(select(Person.id).where(Person.login == login)):
        raise Refusal("login_taken")
    check_password(password, login, checked_name(name))
    natural = held_over(session, by, {"sysadmin"}, also).natural_person if also else uuid4()
    person = Person(
        login=login,
        name=checked_name(name),
        organisation_id=organisation_id,
        natural_person=natural,
        password_hash=hash_password(password),
        password_set_at=now - MAX_AGE * 2,
    )
    session.add(person)
    session.flush()
    return person


def close_account(session: Session, by: Actor, login: str, now: datetime) -> None:
    """Nobody signs in with it any more, and every browser is signed out; the row stays for the record.

    Raises:
        Refusal: `not_found` (404), `close_own` (403).
    """
    person = held_over(session, by, {"sysadmin"}, login)
    if str(person.natural_person) == by.natural_person:
        raise Refusal("close_own", 403)
    person.active = False
    revoke_sessions_of(session, person.id, now)


def checked_name(name: str) -> str:
    """A name without control or direction characters (abuse case 19), 2 to 40 characters.

    Raises:
        Refusal: `name_bad`.
    """
    text = unicodedata.normalize("NFC", name.strip())
    if not 2 <= len(text) <= 40 or any(unicodedata.category(character)[0] == "C" for character in text):
        raise Refusal("name_bad")
    return text
