"""代理: while someone is away, another person of the same organisation does their tasks; both names are recorded.

A delegation never frees from separation of duties: it is judged on both natural persons (`may.py`), and it is not
passed on, because an actor's delegated grants come from the delegator's own ones only.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal, not_found
from app.identity.actor import Actor, in_force
from app.identity.models import Delegation, Organisation, Person, RoleGrant
from app.identity.office import holds_over
from app.identity.plain_text import plain
from app.identity.roles import ADMINISTRATORS, CASE_ROLES

LONGEST = timedelta(days=90)
RECORDERS = frozenset({"county_approver", "city_civil", "region_civil", "cwi_director"})
"""Who may record one for a person already away, besides that person."""


def delegate(
    session: Session,
    by: Actor,
    from_login: str,
    to_login: str,
    from_day: date,
    to_day: date,
    reason: str,
    now: datetime,
) -> Delegation:
    """Record a delegation from the first to the last day.

    Raises:
        Refusal: `not_found` (404) for the giver, `delegation_outside` (also for a receiver nobody knows),
            `delegation_same_person`, `delegation_days`, `delegation_no_reason`, `delegation_nothing`,
            `delegation_administrator`.
    """
    why = plain(reason, 500)
    if not why:
        raise Refusal("delegation_no_reason")
    if not legal_day(now) <= from_day <= to_day or to_day - from_day >= LONGEST:
        raise Refusal("delegation_days", params={"days": LONGEST.days})
    giver, division = _giver(session, from_login)
    if giver.login != by.login and not holds_over(by, RECORDERS, division):
        raise not_found()
    receiver = _receiver(session, to_login, giver)
    if giver.natural_person == receiver.natural_person:
        raise Refusal("delegation_same_person")
    _check_roles(session, giver, receiver, legal_day(now))
    delegation = Delegation(
        from_person=giver.id,
        to_person=receiver.id,
        from_day=from_day,
        to_day=to_day,
        reason=why,
        recorded_by=UUID(by.id),
        recorded_at=now,
    )
    session.add(delegation)
    session.flush()
    return delegation


def _giver(session: Session, login: str) -> tuple[Person, str]:
    row = session.execute(
        select(Person, Organisation.division)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.login == plain(login, 64), Person.active)
    ).one_or_none()
    if row is None:
        raise not_found()
    return row.Person, row.division


def _receiver(session: Session, login: str, giver: Person) -> Person:
    """A colleague of the giver. Whether other offices know a login is nobody's business: the same answer (abuse case 29)."""
    found = session.scalar(
        select(Person).where(
            Person.login == plain(login, 64), Person.active, Person.organisation_id == giver.organisation_id
        )
    )
    if found is None:
        raise Refusal("delegation_outside")
    return found


def _check_roles(session: Session, giver: Person, receiver: Person, today: date) -> None:
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(
            RoleGrant.person_id.in_([giver.id, receiver.id]), in_force(today)
        )
    ).all()
    if any(row.role in ADMINISTRATORS for row in rows):
        raise Refusal("delegation_administrator")
    if not any(row.person_id == giver.id and row.role in CASE_ROLES for row in rows):
        raise Refusal("delegation_nothing")
