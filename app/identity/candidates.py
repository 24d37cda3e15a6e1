"""The people picker: only those needed for the step, or of one's own organisation; never a phone or an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor, Grant, in_force
from app.identity.divisions import ancestors, covers
from app.identity.may import STRICT, Need, PriorAct, SeparationRules, may_work
from app.identity.models import Organisation, Person, RoleGrant
from app.identity.plain_text import plain
from app.identity.roles import ADMINISTRATORS

MOST = 30


@dataclass(frozen=True)
class Candidate:
    login: str
    name: str
    organisation: str


def people_for_step(
    session: Session,
    by: Actor,
    need: Need,
    today: date,
    *,
    acts: Sequence[PriorAct] = (),
    rules: SeparationRules = STRICT,
    text: str = "",
    office: str | None = None,
) -> list[Candidate]:
    """Who could do this step today, judged as they would be judged when doing it; by name, 30 at most.

    Empty for an actor with no role over the division: a picker is not a directory (abuse case 3).

    Args:
        office: id of the organisation they must be of.
    """
    if not any(covers(grant.division, need.division) for grant in by.grants):
        return []
    grants = and_(RoleGrant.role.in_(need.roles), RoleGrant.division.in_(ancestors(need.division)), in_force(today))
    if office is not None:
        grants = and_(grants, Organisation.id == UUID(office))
    people = _people(session, grants, text)
    return [_candidate(p) for p in people if may_work(p, need, acts, rules).allowed][:MOST]


def holders(session: Session, role: str, division: str, today: date) -> list[Actor]:
    """Everybody who holds the role over the division today, with those grants only."""
    grants = and_(RoleGrant.role == role, RoleGrant.division.in_(ancestors(division)), in_force(today))
    return _people(session, grants, "")


def colleagues(session: Session, by: Actor, today: date, *, text: str = "") -> list[Candidate]:
    """People of the own organisation with a case role today, without oneself: whom one may ask to stand in."""
    grants = and_(Organisation.id == UUID(by.organisation), RoleGrant.role.not_in(ADMINISTRATORS), in_force(today))
    return [_candidate(p) for p in _people(session, grants, text) if p.login != by.login][:MOST]


def _people(session: Session, which: ColumnElement[bool], text: str) -> list[Actor]:
    rows = session.execute(
        select(
            Person.id,
            Person.login,
            Person.name,
            Person.natural_person,
            Organisation.id.label("organisation"),
            Organisation.name.label("organisation_name"),
            Organisation.division.label("home"),
            RoleGrant.role,
            RoleGrant.division,
        )
        .join(Organisation, Organisation.id == Person.organisation_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(which, Person.active, _named(text))
        .order_by(Person.name, Person.login)
    ).all()
    people: dict[str, Actor] = {}
    for r in rows:
        former = people[r.login].grants if r.login in people else ()
        people[r.login] = Actor(
            id=str(r.id),
            login=r.login,
            name=r.name,
            natural_person=str(r.natural_person),
            organisation=str(r.organisation),
            organisation_name=r.organisation_name,
            division=r.home,
            grants=(*former, Grant(r.role, r.division)),
        )
    return list(people.values())


def _named(text: str) -> ColumnElement[bool]:
    wanted = plain(text, 40)
    return or_(
        Person.name.contains(wanted, autoescape=True), Person.login.startswith(wanted.casefold(), autoescape=True)
    )


def _candidate(person: Actor) -> Candidate:
    return Candidate(person.login, person.name, person.organisation_name)
