"""Somebody lost the phone and the recovery codes: a system administrator asks, a security administrator approves.

Until then nothing happens; afterwards the next sign-in takes up a new authenticator. Both are on `sys/grants`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.end_factor import end_factor
from app.identity.factor_models import FactorReset, SecondFactor
from app.identity.models import Organisation, Person
from app.identity.office import held_over, holds_over
from app.identity.plain_text import plain
from app.identity.second_factor import factor_of
from app.identity.sessions import revoke_sessions_of

LONGEST = 200
"""Characters of a reason."""


def ask_factor_reset(session: Session, by: Actor, login: str, reason: str, now: datetime) -> FactorReset:
    """Ask. An administrator may ask for oneself: it is the other one who decides.

    Raises:
        Refusal: `not_found` (404) outside the administrator's division, `reset_no_reason`, `factor_absent` (409).
    """
    person = held_over(session, by, {"sysadmin"}, login)
    why = plain(reason, LONGEST)
    if not why:
        raise Refusal("reset_no_reason")
    factor = factor_of(session, person.id)
    if factor is None:
        raise Refusal("factor_absent", 409)
    reset = FactorReset(factor_id=factor.id, reason=why, asked_by=UUID(by.id), asked_at=now)
    session.add(reset)
    session.flush()
    return reset


def approve_factor_reset(session: Session, by: Actor, reset_id: UUID, now: datetime) -> FactorReset:
    """Approve: the authenticator asked about ends, and every browser of the account is signed out.

    Raises:
        Refusal: `not_found` (404) when absent or not over one's division; `reset_own` (403) asked by oneself or about
            an account of one's own; `factor_absent` (409): it has ended already.
    """
    row = session.execute(
        select(FactorReset, SecondFactor, Person, Organisation.division)
        .join(SecondFactor, SecondFactor.id == FactorReset.factor_id)
        .join(Person, Person.id == SecondFactor.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(FactorReset.id == reset_id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not holds_over(by, {"security_admin"}, row.division):
        raise not_found()
    reset: FactorReset = row.FactorReset
    asker = session.get_one(Person, reset.asked_by)
    if UUID(by.natural_person) in {row.Person.natural_person, asker.natural_person}:
        raise Refusal("reset_own", 403)
    if row.SecondFactor.ended_at is not None:
        raise Refusal("factor_absent", 409)
    reset.approved_by, reset.approved_at = UUID(by.id), now
    end_factor(session, row.Person.id, now)
    revoke_sessions_of(session, row.Person.id, now)
    return reset
