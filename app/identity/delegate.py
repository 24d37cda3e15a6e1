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
        Refusal: `not_found` (404), `delegation_same_person`, `delegation_outside`, `delegation_days`,
            `delegation_no_reason`, `delegation_nothing`, `delegation_administrator`.
    """
    why = plain(reason, 500)
    if not why:
        raise Refusal("delegation_no_reason")
    if not legal_day(now) <= from_day <= to_day or to_day - from_day >= LONGEST:
        raise Refusal("delegation_days", params={"days": LONGEST.days})
    giver, receiver, division = _parties(session, from_login, to_login)
    if giver.natural_person == receiver.natural_person:
        raise Refusal("delegation_same_person")
    if giver.organisation_id != receiver.organisation_id:
        raise Refusal("delegation_outside")
    if giver.login != by.login and not holds_over(by, RECORDERS, division):
        raise not_found()
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


def _parties(session: Session, from_login: str, to_login: str) -> tuple[Person, Person, str]:
    from_login, to_login = plain(from_login, 64), plain(to_login, 64)
    rows = session.execute(
        select(Person, Organisation.division)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.login.in_([from_login, to_login]), Person.active)
    ).all()
    found = {row.Person.login: row for row in rows}
    if from_login not in found or to_login not in found:
        raise not_found()
    return found[from_login].Person, found[to_login].Person, found[from_login].division


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
