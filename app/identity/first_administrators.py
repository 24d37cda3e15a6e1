"""The two people a new deployment begins with: a system administrator and a security administrator.

All others are entered by the one and approved by the other (三员分立, GB/T 22239-2019 8.1.4).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.identity.divisions import prefix
from app.identity.models import Organisation, Person, RoleGrant
from app.identity.passwords import MAX_AGE, check_password, hash_password
from app.identity.register import LOGIN, checked_name


@dataclass(frozen=True)
class First:
    """One of the two. The first password expires at once."""

    login: str
    name: str
    password: str


def first_administrators(
    session: Session, organisation: str, division: str, sysadmin: First, security: First, now: datetime
) -> None:
    """Enter the authority and its first two administrators; only where there is nobody yet.

    Raises:
        Refusal: `already_installed` (409), `login_bad`, `login_taken`, `name_bad`, password rules.
    """
    if session.scalar(select(Person.id).limit(1)) is not None:
        raise Refusal("already_installed", 409)
    if sysadmin.login == security.login:
        raise Refusal("login_taken")
    authority = Organisation(name=checked_name(organisation), division=prefix(division), kind="civil")
    session.add(authority)
    session.flush()
    one, other = (_person(session, first, authority, now) for first in (sysadmin, security))
    for person, role, witness in ((one, "sysadmin", other), (other, "security_admin", one)):
        session.add(
            RoleGrant(
                person_id=person.id,
                role=role,
                division=authority.division,
                valid_from=legal_day(now),
                granted_by=None,
                granted_at=now,
                approved_by=witness.id,
                approved_at=now,
            )
        )
    session.flush()


def _person(session: Session, first: First, authority: Organisation, now: datetime) -> Person:
    if not LOGIN.match(first.login):
        raise Refusal("login_bad")
    name = checked_name(first.name)
    check_password(first.password, first.login, name)
    person = Person(
        login=first.login,
        name=name,
        organisation_id=authority.id,
        password_hash=hash_password(first.password),
        password_set_at=now - MAX_AGE * 2,
    )
    session.add(person)
    session.flush()
    return person
