"""The people of the demonstration, from `data/demo_people.toml`: with their grants already approved.

For demo and test mode only: it goes round the two persons a grant needs otherwise.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, legal_day
from app.identity.actor import Actor, Grant
from app.identity.division_register import DATA
from app.identity.divisions import prefix
from app.identity.models import Organisation, Person, RoleGrant
from app.identity.passwords import hash_password

SINCE = date(2026, 1, 1)
"""First day of the grants, or a year before the day on which they are entered: the invented cases reach back so far."""
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class DemoOrganisation:
    name: str
    division: str
    kind: str

    @property
    def id(self) -> UUID:
        return _id("organisation", self.name)


@dataclass(frozen=True)
class DemoPerson:
    """One account of the cast; ids follow from the login, so that they are the same in every database."""

    login: str
    name: str
    organisation: DemoOrganisation
    grants: tuple[Grant, ...]
    also: str | None = None

    @property
    def id(self) -> UUID:
        return _id("person", self.login)

    @property
    def natural_person(self) -> UUID:
        return _id("natural", self.also or self.login)

    def actor(self) -> Actor:
        """As `load_actor` would load it, without a database."""
        return Actor(
            id=str(self.id),
            login=self.login,
            name=self.name,
            natural_person=str(self.natural_person),
            organisation=str(self.organisation.id),
            organisation_name=self.organisation.name,
            division=self.organisation.division,
            grants=self.grants,
        )


def demo_people() -> dict[str, DemoPerson]:
    """The cast by login, in the order of the file."""
    data = _file()
    organisations = {
        name: DemoOrganisation(name, prefix(row["division"]), row["kind"])
        for name, row in data["organisations"].items()
    }
    return {
        login: DemoPerson(
            login, row["name"], organisations[row["organisation"]], _grants(row["grants"]), row.get("also")
        )
        for login, row in data["people"].items()
    }


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((DATA / "demo_people.toml").read_text(encoding="utf-8"))


OTHERS = "其他岗位和部门"


def demo_groups() -> dict[str, list[DemoPerson]]:
    """The cast as it is shown to choose from: the main job first, everybody not named there last under `OTHERS`."""
    named = _file()["groups"]
    people = demo_people()
    groups = {title: [people.pop(login) for login in logins] for title, logins in named.items()}
    return groups | {OTHERS: list(people.values())}


def load_demo_people(session: Session, password: str, now: datetime) -> int:
    """Enter those of the cast who are not there yet, all with one password; returns how many were new."""
    present = set(session.scalars(select(Person.login)))
    missing = [person for person in demo_people().values() if person.login not in present]
    if not missing:
        return 0
    known = set(session.scalars(select(Organisation.id)))
    for organisation in {person.organisation for person in missing}:
        if organisation.id not in known:
            session.add(
                Organisation(
                    id=organisation.id,
                    name=organisation.name,
                    division=organisation.division,
                    kind=organisation.kind,
                )
            )
    session.flush()
    password_hash = hash_password(password)
    session.add_all(_row(person, password_hash, now) for person in missing)
    session.flush()
    session.add_all(grant for person in missing for grant in _grant_rows(person, now))
    session.flush()
    return len(missing)


def _row(person: DemoPerson, password_hash: str, now: datetime) -> Person:
    return Person(
        id=person.id,
        login=person.login,
        name=person.name,
        organisation_id=person.organisation.id,
        natural_person=person.natural_person,
        password_hash=password_hash,
        password_set_at=now,
    )


def _grant_rows(person: DemoPerson, now: datetime) -> list[RoleGrant]:
    proposer, approver = _id("person", "weiyiming"), _id("person", "luzhian")
    since = min(SINCE, legal_day(now) - YEAR)
    granted = datetime.combine(since, time(9), SHANGHAI)
    return [
        RoleGrant(
            person_id=person.id,
            role=grant.role,
            division=grant.division,
            valid_from=since,
            granted_by=proposer,
            granted_at=granted,
            approved_by=approver,
            approved_at=granted,
        )
        for grant in person.grants
    ]


def _grants(texts: list[str]) -> tuple[Grant, ...]:
    pairs = (text.split("@") for text in texts)
    return tuple(Grant(role, prefix(division)) for role, division in pairs)


def _id(kind: str, name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"banyan:demo:{kind}:{name}")
