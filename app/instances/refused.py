"""Who tried something with a case and was refused. Nothing happened to the case, so it is no entry of its chain.

One row for each attempt, numbered without a gap for each person and day, and only ever added: so rows can be chained in
batches like the looks, one entry at a turn of the sealer however many there were (`chain_batches.py`). No more than so many
of the same kind, and so many in all, of one person on one day: who knocks at every door all day long fills no database,
and knocking at one door does not use up what is written of another: a case not knocked at yet that day has room of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, and_, case, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import legal_day
from app.columns import BY, Id
from app.db import Base
from app.documents.models import Document, Letter
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.see import Sight
from app.instances.emergency.models import EmergencySight
from app.instances.models import Call, Incident, Instance, Task
from app.instances.planned import PlannedAct
from app.instances.see_case import sight

ROWS, FIRST, TIMES = 1000, 10_000, 20
"""Most rows of one person on one day; with the first one at each case, which is written where the others end; most of them
for the same case, act and reason."""
NAMED = "named"
LOOK, WORD = "look", 40
"""The act of reading; most characters of the name of an act."""
HELD = frozenset({"task_held"})
"""Conflicts (409) that are one of persons: somebody else works on it."""
PASSING = frozenset({"purpose_needed", "password_expired", "password_wrong"})
"""Refusals that ask for something first, and refuse nobody."""
OF_A_CASE: dict[str, Any] = {
    "task_id": (Task.instance_id, Task.id), "call_id": (Call.instance_id, Call.id),
    "incident_id": (Incident.instance_id, Incident.id), "plan_id": (PlannedAct.instance_id, PlannedAct.id),
    "document_id": (Document.case, Document.id), "letter_id": (Letter.case, Letter.id),
    "emergency_id": (EmergencySight.case_id, EmergencySight.id),
}  # fmt: skip
"""What a row that is named belongs to."""


class RefusedAttempt(Base):
    """`act` is the last word of the address, `look` for reading; `code` that of the refusal. `number`: the how-manieth row of
    this person on this legal day; `times`: the how-manieth attempt of its kind that day."""

    __tablename__ = "refused_attempt"
    __table_args__ = (Index("ix_refused_attempt_case", "case"), Index("ix_refused_attempt_at", "at"))

    person_id: Mapped[str] = mapped_column(BY, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case: Mapped[str] = mapped_column(Id)
    act: Mapped[str]
    code: Mapped[str]
    times: Mapped[int]
    at: Mapped[datetime]
    network: Mapped[str]


@dataclass(frozen=True)
class Attempt:
    """What a door saw: `names` are the ids in the address, by their names there; `NAMED` is what a body calls the case, its
    id or its number."""

    by: Actor
    act: str
    names: Mapping[str, Any]
    network: str
    at: datetime


@dataclass(frozen=True)
class Knock:
    """The attempts of one person on one day for the same act and reason: the first time, and how often."""

    person_id: str
    act: str
    code: str
    first_at: datetime
    times: int

    @property
    def uncounted(self) -> bool:
        """There may have been more: from here on none is written."""
        return self.times >= TIMES


def knocks_at(session: Session, case_id: str) -> list[Knock]:
    """Those at one case, by their first time."""
    kind = RefusedAttempt.person_id, RefusedAttempt.act, RefusedAttempt.code
    first = func.min(RefusedAttempt.at)
    query = select(*kind, first, func.max(RefusedAttempt.times)).where(RefusedAttempt.case == case_id)
    rows = session.execute(query.group_by(RefusedAttempt.day, *kind).order_by(first, RefusedAttempt.act))
    return [Knock(str(person), act, code, at, times) for person, act, code, at, times in rows]


def refuses_a_person(refusal: Refusal) -> bool:
    """Whether the answer is about who asks, and not about what was sent."""
    return (refusal.status in {403, 404} or refusal.code in HELD) and refusal.code not in PASSING


def record_attempt(
    session: Session, attempt: Attempt, refusal: Refusal, of_a_case: Mapping[str, Any] = OF_A_CASE
) -> None:
    """Write it down where it is about a case that exists; one that is not there leaves nothing behind.

    Those of one person wait for each other, so that no number is asked for twice.
    """
    row = _case(session, attempt.names, of_a_case)
    if row is None or _only_not_there(session, row, attempt, refusal):
        return
    # SQLite has one writer at a time anyway; signing in, which changes the person's row, waits as briefly.
    session.execute(select(Person.id).where(Person.id == UUID(attempt.by.id)).with_for_update(key_share=True))
    number, times, first = _so_far(session, attempt, row.id, refusal.code)
    if number < (FIRST if first else ROWS) and times < TIMES:
        session.add(
            RefusedAttempt(
                person_id=attempt.by.id, day=legal_day(attempt.at), number=number + 1, case=row.id,
                act=attempt.act[:WORD], code=refusal.code, times=times + 1, at=attempt.at, network=attempt.network,
            )
        )  # fmt: skip


def _so_far(session: Session, attempt: Attempt, case_id: str, code: str) -> tuple[int, int, bool]:
    """Of this person on this day: rows, those of this kind, and whether none is at this case."""
    here = RefusedAttempt.case == case_id
    alike = and_(here, RefusedAttempt.act == attempt.act[:WORD], RefusedAttempt.code == code)
    last, times = func.max(RefusedAttempt.number), func.max(case((alike, RefusedAttempt.times)))
    query = select(last, times, func.max(case((here, 1)))).where(
        RefusedAttempt.person_id == attempt.by.id, RefusedAttempt.day == legal_day(attempt.at)
    )
    number, often, knocked = session.execute(query).one()
    return number or 0, often or 0, knocked is None


def _case(session: Session, names: Mapping[str, Any], of_a_case: Mapping[str, Any]) -> Instance | None:
    if called := names.get(NAMED):
        return session.scalar(select(Instance).where(or_(Instance.id == called, Instance.number == called.upper())))
    named = names.get("instance_id")
    for name, (of, id_) in of_a_case.items():
        if name in names:
            named = session.scalar(select(of).where(id_ == names[name]))
    return session.get(Instance, named) if named else None


def _only_not_there(session: Session, row: Instance, attempt: Attempt, refusal: Refusal) -> bool:
    """Somebody who may read the case has mistyped an address in it."""
    reads = attempt.act == LOOK and refusal.code == "not_found"
    return reads and sight(session, row, attempt.by) in {Sight.OPEN, Sight.PURPOSE}
