"""The working days in force, and those of any earlier digest (replay reckons with the calendar of its event)."""

from datetime import datetime
from importlib.metadata import version as package_version

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.models import WorkingDaysVersion
from app.calendar.working_days import WorkingDays, seed

SEEDED_BY = "seed"

_kept: dict[str, WorkingDays] = {}
"""Values by digest: the same in every database, so the cache can never be stale."""


class CalendarAltered(Exception):
    """The stored tables do not give their digest: somebody changed them behind the program's back."""


def latest(session: Session) -> WorkingDaysVersion | None:
    """The version in force, None before the seed is loaded."""
    newest = WorkingDaysVersion.version.desc()
    approved = select(WorkingDaysVersion).where(WorkingDaysVersion.version.is_not(None))
    return session.scalars(approved.order_by(newest).limit(1)).first()


NEWEST = (
    select(WorkingDaysVersion.digest)
    .where(WorkingDaysVersion.version.is_not(None))
    .order_by(WorkingDaysVersion.version.desc())
    .limit(1)
)
"""A statement, so that a command may ask it together with what else it needs."""


def current(session: Session) -> WorkingDays:
    """The working days in force: one small query, the tables themselves are kept by digest.

    Raises:
        CalendarAltered: the stored content is not what its digest says.
    """
    return in_force(session, session.scalar(NEWEST))


def in_force(session: Session, digest: str | None) -> WorkingDays:
    """The working days that `NEWEST` names; before the seed is loaded, the seed.

    Raises:
        CalendarAltered: the stored content is not what its digest says.
    """
    return seed() if digest is None else of_digest(session, digest)


def of_digest(session: Session, digest: str) -> WorkingDays:
    """The working days an event was reckoned with.

    Raises:
        KeyError: no version has this digest.
        CalendarAltered: the stored content is not what its digest says.
    """
    known = seed()
    if digest == known.digest:
        return known
    if digest not in _kept:
        same = select(WorkingDaysVersion.content).where(WorkingDaysVersion.digest == digest)
        content = session.scalars(same.where(WorkingDaysVersion.version.is_not(None)).limit(1)).first()
        if content is None:
            raise KeyError(digest)
        days = WorkingDays.from_wire(content)
        if days.digest != digest:
            raise CalendarAltered(digest)
        _kept[digest] = days
    return _kept[digest]


def load_seed(session: Session, at: datetime) -> WorkingDaysVersion:
    """The seed as version 1, if nothing is in force yet."""
    present = latest(session)
    if present:
        return present
    days = seed()
    first = WorkingDaysVersion(
        version=1,
        content=days.to_wire(),
        digest=days.digest,
        base="",
        reason="初始数据",
        source=f"PyPI chinesecalendar {package_version('chinesecalendar')}，依国务院办公厅历年放假通知",
        edited_by=SEEDED_BY,
        edited_at=at,
        approved_by=SEEDED_BY,
        approved_at=at,
    )
    session.add(first)
    session.flush()
    return first
