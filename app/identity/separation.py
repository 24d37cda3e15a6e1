"""The local separation rule of one authority: read it, ask to relax it, approve that, restore it.

Only 登记 ≠ 审查 ≠ 审批 has this switch, because a county office may have three people. The statutory rules of `may.py`
have none. Each relaxation has an end, a reason, an approval from above and a mark that every use leaves in the record.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import county
from app.identity.may import STRICT, SeparationRules
from app.identity.models import Person, SeparationSetting
from app.identity.office import holds_over, must_hold
from app.identity.plain_text import plain

LONGEST = timedelta(days=366)
ASKERS = frozenset({"county_approver", "city_civil"})
APPROVERS = frozenset({"city_civil", "region_civil"})


def load_rules(session: Session, division: str, today: date) -> SeparationRules:
    """The rules for a case of this division on this day; one statement. A relaxation above does not reach down."""
    mark = session.scalar(
        select(SeparationSetting.mark)
        .where(
            SeparationSetting.division == county(division),
            SeparationSetting.from_day <= today,
            SeparationSetting.to_day >= today,
            SeparationSetting.approved_by.is_not(None),
            SeparationSetting.ended_at.is_(None),
        )
        .order_by(SeparationSetting.from_day.desc())
        .limit(1)
    )
    return STRICT if mark is None else SeparationRules(local=False, mark=mark)


def ask_relaxation(
    session: Session, by: Actor, division: str, from_day: date, to_day: date, reason: str, mark: str, now: datetime
) -> SeparationSetting:
    """A leader asks that the local rule be off for their authority; `mark` is the number of the paper that says so.

    Raises:
        Refusal: `relaxation_not_yours` (403), `relaxation_days`, `relaxation_no_reason`, `relaxation_double` (409).
    """
    code = county(division)
    must_hold(by, ASKERS, code, code="relaxation_not_yours")
    if to_day < from_day or to_day - from_day >= LONGEST:
        raise Refusal("relaxation_days", params={"days": LONGEST.days})
    why, paper = plain(reason, 500), plain(mark, 80)
    if not why or not paper:
        raise Refusal("relaxation_no_reason")
    same = select(SeparationSetting.id).where(
        SeparationSetting.division == code, SeparationSetting.from_day == from_day
    )
    if session.scalar(same) is not None:
        raise Refusal("relaxation_double", 409)
    setting = SeparationSetting(
        division=code,
        from_day=from_day,
        to_day=to_day,
        reason=why,
        mark=paper,
        asked_by=UUID(by.id),
        asked_at=now,
    )
    session.add(setting)
    session.flush()
    return setting


def approve_relaxation(session: Session, by: Actor, setting_id: UUID, now: datetime) -> SeparationSetting:
    """City or region approve.

    Raises:
        Refusal: `not_found` (404), `relaxation_own` (403) for one's own request, `relaxation_approved` (409).
    """
    setting = _found(session, by, setting_id)
    asker = session.scalar(select(Person.natural_person).where(Person.id == setting.asked_by))
    if str(asker) == by.natural_person:
        raise Refusal("relaxation_own", 403)
    if setting.approved_by is not None:
        raise Refusal("relaxation_approved", 409)
    setting.approved_by, setting.approved_at = UUID(by.id), now
    return setting


def restore_separation(session: Session, by: Actor, setting_id: UUID, now: datetime) -> SeparationSetting:
    """The strict rule holds again from this moment; those who ask or approve may, and one person is enough.

    Raises:
        Refusal: `not_found` (404).
    """
    setting = _found(session, by, setting_id, roles=ASKERS | APPROVERS)
    setting.ended_at = setting.ended_at or now
    return setting


def _found(session: Session, by: Actor, setting_id: UUID, *, roles: frozenset[str] = APPROVERS) -> SeparationSetting:
    setting = session.execute(
        select(SeparationSetting).where(SeparationSetting.id == setting_id).with_for_update()
    ).scalar_one_or_none()
    if setting is None or not holds_over(by, roles, setting.division):
        raise not_found()
    return setting
