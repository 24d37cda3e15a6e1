"""Where a request stands, and which one lets a person read a case now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import not_found
from app.identity.actor import Actor
from app.identity.emergency import ASK_LASTS, asks, decides, watches
from app.instances.emergency.models import EmergencySight
from app.instances.models import Instance

ASKED, LAPSED, DECLINED, OPEN, ENDED, OVER = "asked", "lapsed", "declined", "open", "ended", "over"


def standing_of(row: EmergencySight, now: datetime) -> str:
    """OVER: it ended by itself; ENDED: somebody ended it, or took it back."""
    if row.ended_at is not None:
        return ENDED
    if row.approved is None:
        return ASKED if now < row.asked_at + ASK_LASTS else LAPSED
    if row.until is None:
        return DECLINED
    return OPEN if now < row.until else OVER


def open_for(session: Session, case: Instance, *, by: Actor, now: datetime) -> EmergencySight | None:
    """The approved request under which this person may read the case now, while they still hold the post."""
    if not asks(by, case.division):
        return None
    return next((row for row in _of(session, case.id, by) if standing_of(row, now) == OPEN), None)


def pending_or_open(session: Session, case: Instance, *, by: Actor, now: datetime) -> bool:
    return any(standing_of(row, now) in {ASKED, OPEN} for row in _of(session, case.id, by))


def emergency_of(session: Session, emergency_id: str, *, by: Actor, to_change: bool = False) -> EmergencySight:
    """A request that concerns this person: their own, one they may decide, or one in their mandate as an auditor.

    Raises:
        Refusal: `not_found` (404).
    """
    row = session.get(
        EmergencySight, emergency_id, with_for_update=True if to_change else None, populate_existing=to_change
    )
    if row is None or not (_own(row, by) or decides(by, row.division) or watches(by, row.division)):
        raise not_found()
    return row


def may_end(by: Actor, row: EmergencySight) -> bool:
    """Who asked, and who might have approved."""
    return _own(row, by) or decides(by, row.division)


def _own(row: EmergencySight, by: Actor) -> bool:
    return row.asked_by == by.id and asks(by, row.division)


def _of(session: Session, case: str, by: Actor) -> list[EmergencySight]:
    asked = select(EmergencySight).where(EmergencySight.case_id == case, EmergencySight.asked_by == by.id)
    return list(session.scalars(asked.order_by(EmergencySight.asked_at.desc())))
