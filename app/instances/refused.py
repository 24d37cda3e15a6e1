"""Who tried something with a case and was refused. Nothing happened to the case, so it is no entry of its chain.

One row for each person, case, act, reason and day, with a count, and no more than so many rows of one person on one day:
who knocks at every door all day long fills no database.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import legal_day
from app.columns import BY, Id
from app.db import Base
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.see import Sight
from app.instances.marks import INSERT
from app.instances.models import Call, Incident, Instance, Task
from app.instances.planned import PlannedAct
from app.instances.see_case import sight

ROWS, TIMES = 200, 1000
"""Most rows of one person on one day; most attempts that a row counts."""
LOOK = "look"
HELD = frozenset({"task_held"})
"""Conflicts (409) that are one of persons: somebody else works on it."""
PASSING = frozenset({"purpose_needed", "password_expired", "password_wrong"})
"""Refusals that ask for something first, and refuse nobody."""
OF_A_CASE: dict[str, Any] = {
    "task_id": (Task.instance_id, Task.id), "call_id": (Call.instance_id, Call.id),
    "incident_id": (Incident.instance_id, Incident.id), "plan_id": (PlannedAct.instance_id, PlannedAct.id),
}  # fmt: skip
"""What a row that is named belongs to."""


class RefusedAttempt(Base):
    """`act` is the last word of the address, `look` for reading; `code` that of the refusal; `network` of the last time."""

    __tablename__ = "refused_attempt"
    __table_args__ = (Index("ix_refused_attempt_person_day", "person_id", "day"),)

    case: Mapped[str] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(BY, primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int]
    network: Mapped[str]


@dataclass(frozen=True)
class Attempt:
    """What a door saw: `names` are the ids in the address, by their names there."""

    by: Actor
    act: str
    names: dict[str, str]
    network: str
    at: datetime


def refuses_a_person(refusal: Refusal) -> bool:
    """Whether the answer is about who asks, and not about what was sent."""
    return (refusal.status in {403, 404} or refusal.code in HELD) and refusal.code not in PASSING


def record_attempt(session: Session, attempt: Attempt, refusal: Refusal) -> None:
    """Write it down where it is about a case that exists; one that is not there leaves nothing behind."""
    row = _case(session, attempt.names)
    if row is None or _only_not_there(session, row, attempt, refusal):
        return
    key = {"case": row.id, "day": legal_day(attempt.at), "person_id": attempt.by.id}
    key |= {"act": attempt.act[:40], "code": refusal.code}
    found = session.get(RefusedAttempt, tuple(key.values()), with_for_update=True)
    if found is not None:
        if found.times < TIMES:
            found.times, found.last_at, found.network = found.times + 1, attempt.at, attempt.network
        return
    if _rows(session, attempt) < ROWS:
        first = {"first_at": attempt.at, "last_at": attempt.at, "times": 1, "network": attempt.network}
        insert = INSERT[session.get_bind().dialect.name]
        # Two first ones at once: one of them counts.
        session.execute(insert(RefusedAttempt).values(**key, **first).on_conflict_do_nothing())


def _case(session: Session, names: dict[str, str]) -> Instance | None:
    case = names.get("instance_id")
    for name, (of, id_) in OF_A_CASE.items():
        if name in names:
            case = session.scalar(select(of).where(id_ == names[name]))
    return session.get(Instance, case) if case else None


def _only_not_there(session: Session, row: Instance, attempt: Attempt, refusal: Refusal) -> bool:
    """Somebody who may read the case has mistyped an address in it."""
    reads = attempt.act == LOOK and refusal.code == "not_found"
    return reads and sight(session, row, attempt.by) in {Sight.OPEN, Sight.PURPOSE}


def _rows(session: Session, attempt: Attempt) -> int:
    mine = RefusedAttempt.person_id == attempt.by.id, RefusedAttempt.day == legal_day(attempt.at)
    return session.scalar(select(func.count()).select_from(RefusedAttempt).where(*mine)) or 0
