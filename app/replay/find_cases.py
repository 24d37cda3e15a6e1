"""审计查案: the cases inside an auditor's mandate, by what can be asked without looking into one.

A line names no child and no party: whoever wants to know opens the case and says why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.errors import Refusal, not_found
from app.history.models import HistoryEvent
from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.models import Person
from app.identity.roles import AUDITOR
from app.instances.find import inside
from app.instances.models import Instance, Task

SIZE = 50
OPEN, ENDED = "open", "ended"
ODD: Mapping[str, tuple[str, ...]] = {
    "escalated": ("escalated",),
    "placed": ("repositioned", "corrected", "migrated"),
    "moved": ("transferred", "case_handed_over"),
    "interest": ("interest_declared",),
    "fault": ("call_failed", "call_unknown", "discarded", "incident_retried"),
}
"""What is out of the ordinary, by the kinds of entries that say so."""


@dataclass(frozen=True)
class Wanted:
    """What was asked; empty: anything. `person` is a login or a whole name of an official; days are those of the start."""

    number: str = ""
    division: str = ""
    process: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""
    person: str = ""
    odd: str = ""
    overdue: bool = False
    page: int = 1


@dataclass(frozen=True)
class Line:
    id: str
    number: str
    title: str
    division: str
    started_at: datetime
    ended_at: datetime | None
    entries: int
    overdue: bool


@dataclass(frozen=True)
class Found:
    lines: tuple[Line, ...]
    more: bool


def find_cases(session: Session, wanted: Wanted, *, by: Actor, today: date) -> Found:
    """A page of cases, newest first; inside the mandate alone, so what lies outside is neither shown nor counted.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `find_person` (422) when no official is called so.
    """
    mandate = widest(grant.division for grant in by.grants if grant.role == AUDITOR)
    if not mandate:
        raise not_found()
    asked = [inside(Instance.division, mandate), *_conditions(session, wanted, today)]
    rows = session.scalars(
        select(Instance)
        .where(*asked)
        .order_by(Instance.started_at.desc(), Instance.id)
        .offset((wanted.page - 1) * SIZE)
        .limit(SIZE + 1)
    ).all()
    return Found(tuple(_line(row, today) for row in rows[:SIZE]), len(rows) > SIZE)


def _conditions(session: Session, wanted: Wanted, today: date) -> Iterator[ColumnElement[bool]]:
    if wanted.number:
        yield Instance.number.endswith(wanted.number.strip().upper(), autoescape=True)
    if wanted.division:
        yield inside(Instance.division, [wanted.division])
    if wanted.process:
        yield Instance.process == wanted.process
    if wanted.since:
        yield Instance.started_at >= _midnight(wanted.since)
    if wanted.until:
        yield Instance.started_at < _midnight(wanted.until + timedelta(days=1))
    if wanted.state:
        yield Instance.ended_at.is_(None) if wanted.state == OPEN else Instance.ended_at.is_not(None)
    if wanted.person:
        yield _done_by(session, wanted.person.strip())
    if wanted.odd in ODD:
        yield exists().where(HistoryEvent.case == Instance.id, HistoryEvent.kind.in_(ODD[wanted.odd]))
    if wanted.overdue:
        yield and_(Instance.ended_at.is_(None), Instance.due_on < today)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _done_by(session: Session, name: str) -> ColumnElement[bool]:
    """Cases in which one of the officials of that name completed a step, for himself or for somebody else."""
    people = [
        str(one) for one in session.scalars(select(Person.id).where(or_(Person.login == name, Person.name == name)))
    ]
    if not people:
        raise Refusal("find_person", 422, {"name": name[:30]})
    return exists().where(
        Task.instance_id == Instance.id, or_(Task.closed_by.in_(people), Task.on_behalf_of.in_(people))
    )


def _line(row: Instance, today: date) -> Line:
    late = row.ended_at is None and row.due_on is not None and row.due_on < today
    return Line(
        row.id, row.number or "未编号", row.title, row.division, row.started_at, row.ended_at, row.head_seq, late
    )
