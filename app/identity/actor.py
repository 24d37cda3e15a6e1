"""Who acts: a person with the grants of one day, own and delegated, as a value. Loaded in one SQL statement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Date, Row, Select, and_, bindparam, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

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
PERSON = (
    select(
        Person.id, Person.login, Person.name, Person.natural_person, Person.organisation_id,
        Organisation.name.label("organisation_name"), Organisation.division.label("organisation_division"),
    )
    .join(Organisation, Organisation.id == Person.organisation_id)
    .where(Person.active)
)  # fmt: skip
ACTOR = (
    PERSON.add_columns(RoleGrant.role, RoleGrant.division)
    .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, in_force(TODAY)))
    .order_by(RoleGrant.role, RoleGrant.division)
)
"""A person with the own grants alone, one row for each."""


def with_delegations(own: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The columns of `own`, which has those of `PERSON`, once for each grant the person has: own ones, and those of
    whoever asked them to stand in, with the columns `for_…` saying who that is."""
    who = own.cte("who")
    holders = union_all(
        select(who.c.id.label("id")),
        select(Delegation.from_person)
        .join(who, Delegation.to_person == who.c.id)
        .where(Delegation.from_day <= TODAY, Delegation.to_day >= TODAY, Delegation.ended_at.is_(None)),
    ).cte("holder")
    absent = aliased(Person)
    for_another = and_(absent.id == holders.c.id, absent.id != who.c.id, absent.active)
    usable = or_(holders.c.id == who.c.id, and_(absent.id.is_not(None), RoleGrant.role.in_(CASE_ROLES)))
    return (
        select(
            *who.c, RoleGrant.role, RoleGrant.division, absent.id.label("for_id"), absent.login.label("for_login"),
            absent.name.label("for_name"), absent.natural_person.label("for_natural_person"),
        )
        .select_from(who.join(holders, true()))
        .outerjoin(absent, for_another)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == holders.c.id, in_force(TODAY), usable))
        .order_by(absent.login.is_not(None), absent.login, RoleGrant.role, RoleGrant.division)
    )  # fmt: skip


BY_ID = with_delegations(PERSON.where(Person.id == bindparam("who")))
BY_LOGIN = with_delegations(PERSON.where(Person.login == bindparam("who")))


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
    return delegate_from(rows)


def delegate_from(rows: Sequence[Row[Any]]) -> Actor:
    """The actor with all grants, from the rows of a statement `with_delegations`. Who administers stands in for nobody."""
    own = actor_from([row for row in rows if row.for_id is None] or rows[:1])
    if own.roles & ADMINISTRATORS:
        return own
    lent = dict.fromkeys(
        Grant(row.role, row.division, _principal(row)) for row in rows if row.for_id is not None and row.role
    )
    return replace(own, grants=own.grants + tuple(lent))


def _principal(row: Row[Any]) -> Principal:
    return Principal(str(row.for_id), row.for_login, row.for_name, str(row.for_natural_person))


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
