"""Who acts: a person with the grants of one day, as a value. Loaded in two SQL statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Date, Row, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.models import Delegation, Organisation, Person, RoleGrant
from app.identity.roles import ADMINISTRATORS, CASE_ROLES


@dataclass(frozen=True)
class Principal:
    """The person for whom a delegate acts."""

    id: str
    login: str
    name: str
    natural_person: str


@dataclass(frozen=True)
class Grant:
    """A role in a division (prefix). `on_behalf_of` is the delegator when the grant comes from a 代理."""

    role: str
    division: str
    on_behalf_of: Principal | None = None


@dataclass(frozen=True)
class Actor:
    """`id`, `natural_person` and `organisation` are UUIDs as text; `division` is the organisation's prefix."""

    id: str
    login: str
    name: str
    natural_person: str
    organisation: str
    organisation_name: str
    division: str
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def logins(self) -> frozenset[str]:
        """The own login and those of the persons acted for: whose assigned tasks may be done."""
        return frozenset({self.login}) | {g.on_behalf_of.login for g in self.grants if g.on_behalf_of}

    @property
    def ids(self) -> frozenset[str]:
        """As `logins`, by id: whose held tasks may be taken over, and for whose cases one answers meanwhile."""
        return frozenset({self.id}) | {g.on_behalf_of.id for g in self.grants if g.on_behalf_of}


def in_force(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """The SQL condition that a grant has effect on `today`."""
    return and_(
        RoleGrant.approved_by.is_not(None),
        RoleGrant.valid_from <= today,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= today),
    )


# Written once: every request asks them, and building them costs more than the database takes to answer.
TODAY: BindParameter[date] = bindparam("today", type_=Date())
ACTOR = (
    select(
        Person.id, Person.login, Person.name, Person.natural_person, Person.organisation_id,
        Organisation.name.label("organisation_name"), Organisation.division.label("organisation_division"),
        RoleGrant.role, RoleGrant.division,
    )
    .join(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, in_force(TODAY)))
    .where(Person.active)
    .order_by(RoleGrant.role, RoleGrant.division)
)  # fmt: skip
BY_ID = ACTOR.where(Person.id == bindparam("who"))
BY_LOGIN = ACTOR.where(Person.login == bindparam("who"))
DELEGATED = (
    select(Person.id, Person.login, Person.name, Person.natural_person, RoleGrant.role, RoleGrant.division)
    .join(Delegation, Delegation.from_person == Person.id)
    .join(RoleGrant, and_(RoleGrant.person_id == Person.id, in_force(TODAY)))
    .where(
        Delegation.to_person == bindparam("delegate"),
        Delegation.from_day <= TODAY,
        Delegation.to_day >= TODAY,
        Delegation.ended_at.is_(None),
        Person.active,
        RoleGrant.role.in_(CASE_ROLES),
    )
    .order_by(Person.login, RoleGrant.role, RoleGrant.division)
)


def load_actor(session: Session, person_id: str | UUID, today: date) -> Actor:
    """The actor with the grants valid on `today`, own and delegated.

    Raises:
        Refusal: `account_closed` (401) when the account is absent or closed.
    """
    return _load(session, BY_ID, UUID(str(person_id)), today)


def load_actor_by_login(session: Session, login: str, today: date) -> Actor:
    """As `load_actor`, by login: for the command line and for tests."""
    return _load(session, BY_LOGIN, login, today)


def _load(session: Session, statement: Any, who: str | UUID, today: date) -> Actor:
    rows = session.execute(statement, {"who": who, "today": today}).all()
    if not rows:
        raise Refusal("account_closed", 401)
    own = actor_from(rows)
    return replace(own, grants=own.grants + _delegated(session, UUID(own.id), own.grants, today))


def actor_from(rows: Sequence[Row[Any]]) -> Actor:
    """The actor with the own grants, from the rows of `ACTOR`: one for each grant, one without a role for none."""
    first = rows[0]
    own = tuple(Grant(row.role, row.division) for row in rows if row.role)
    return Actor(
        id=str(first.id),
        login=first.login,
        name=first.name,
        natural_person=str(first.natural_person),
        organisation=str(first.organisation_id),
        organisation_name=first.organisation_name,
        division=first.organisation_division,
        grants=own,
    )


def _delegated(session: Session, delegate: UUID, own: tuple[Grant, ...], today: date) -> tuple[Grant, ...]:
    if any(grant.role in ADMINISTRATORS for grant in own):
        return ()
    rows = session.execute(DELEGATED, {"delegate": delegate, "today": today}).all()
    return tuple(Grant(r.role, r.division, Principal(str(r.id), r.login, r.name, str(r.natural_person))) for r in rows)
