"""A system administrator proposes a role for a person. It has no effect until a second person approves it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.divisions import LEVEL_NAMES, covers, prefix, written
from app.identity.models import Person, RoleGrant
from app.identity.office import held_over, must_hold
from app.identity.roles import ROLES, exclusive, role_name


def grant_role(
    session: Session,
    by: Actor,
    login: str,
    role: str,
    division: str,
    valid_from: date,
    valid_to: date | None,
    now: datetime,
) -> RoleGrant:
    """Propose a role in a division from the first to the last day (None: until revoked).

    Raises:
        Refusal: `grant_not_yours` (403), `not_found` (404), `grant_own`, `role_unknown`, `role_wrong_level`,
            `grant_days_reversed`, `grant_double`, `roles_exclusive`.
    """
    code = prefix(division)
    _check_role(role, code)
    must_hold(by, {"sysadmin"}, code, code="grant_not_yours")
    if valid_to is not None and valid_to < valid_from:
        raise Refusal("grant_days_reversed")
    person = held_over(session, by, {"sysadmin"}, login)
    if str(person.natural_person) == by.natural_person:
        raise Refusal("grant_own", 403)
    _check_others(session, person, role, code, valid_from, valid_to)
    grant = RoleGrant(
        person_id=person.id,
        role=role,
        division=code,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=UUID(by.id),
        granted_at=now,
    )
    session.add(grant)
    session.flush()
    return grant


def _check_role(role: str, division: str) -> None:
    if role not in ROLES:
        raise Refusal("role_unknown", params={"role": role[:40]})
    if len(division) not in ROLES[role].levels:
        levels = "、".join(LEVEL_NAMES[length] for length in ROLES[role].levels)
        raise Refusal("role_wrong_level", params={"role": role_name(role), "levels": levels})


def _check_others(
    session: Session, person: Person, role: str, division: str, valid_from: date, valid_to: date | None
) -> None:
    """All accounts of the human being, and grants still waiting for approval, count."""
    session.execute(select(Person.id).where(Person.natural_person == person.natural_person).with_for_update())
    overlapping: list[ColumnElement[bool]] = [RoleGrant.valid_to.is_(None) | (RoleGrant.valid_to >= valid_from)]
    if valid_to is not None:
        overlapping.append(RoleGrant.valid_from <= valid_to)
    others = session.scalars(
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.natural_person == person.natural_person, *overlapping)
    ).all()
    for other in others:
        if exclusive(role, other.role):
            raise Refusal("roles_exclusive", params={"role": role_name(role), "other": role_name(other.role)})
        if other.person_id == person.id and other.role == role and covers(other.division, division):
            raise Refusal("grant_double", params={"role": role_name(role), "division": written(other.division)})
