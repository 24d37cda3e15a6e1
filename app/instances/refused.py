"""Who tried something with a case and was refused. Nothing happened to the case, so it is no entry of its chain.

One row for each attempt, numbered without a gap for each person and day, and only ever added: so rows can be chained in
batches like the looks, one entry at a turn of the sealer however many there were (`chain_batches.py`). No more than so many
of the same kind, and so many in all, of one person on one day: who knocks at every door all day long fills no database,
and knocking at one door does not use up what is written of another.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, and_, case, func, select
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

ROWS, TIMES = 1000, 20
"""Most rows of one person on one day; most of them for the same case, act and reason."""
TRIES = 3
"""So often is a number asked for that somebody else takes at the same moment; then this attempt counts as that one."""
LOOK, WORD = "look", 40
"""The act of reading; most characters of the name of an act."""
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
    """What a door saw: `names` are the ids in the address, by their names there."""

    by: Actor
    act: str
    names: dict[str, str]
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


def record_attempt(session: Session, attempt: Attempt, refusal: Refusal) -> None:
    """Write it down where it is about a case that exists; one that is not there leaves nothing behind."""
    row = _case(session, attempt.names)
    if row is None or _only_not_there(session, row, attempt, refusal):
        return
    for _ in range(TRIES):
        number, times = _so_far(session, attempt, row.id, refusal.code)
        if number >= ROWS or times >= TIMES or _written(session, attempt, row.id, refusal.code, number + 1, times + 1):
            return


def _so_far(session: Session, attempt: Attempt, case_id: str, code: str) -> tuple[int, int]:
    """Of this person on this day: rows, and those of this kind."""
    alike = and_(RefusedAttempt.case == case_id, RefusedAttempt.act == attempt.act[:WORD], RefusedAttempt.code == code)
    query = select(func.max(RefusedAttempt.number), func.max(case((alike, RefusedAttempt.times)))).where(
        RefusedAttempt.person_id == attempt.by.id, RefusedAttempt.day == legal_day(attempt.at)
    )
    number, times = session.execute(query).one()
    return number or 0, times or 0


def _written(session: Session, attempt: Attempt, case_id: str, code: str, number: int, times: int) -> bool:
    """False where another row took the number meanwhile."""
    row = {"person_id": attempt.by.id, "day": legal_day(attempt.at), "number": number, "case": case_id}
    row |= {"act": attempt.act[:WORD], "code": code, "times": times, "at": attempt.at, "network": attempt.network}
    made = INSERT[session.get_bind().dialect.name](RefusedAttempt).values(**row).on_conflict_do_nothing()
    return bool(session.execute(made.returning(RefusedAttempt.number)).first())


def _case(session: Session, names: dict[str, str]) -> Instance | None:
    named = names.get("instance_id")
    for name, (of, id_) in OF_A_CASE.items():
        if name in names:
            named = session.scalar(select(of).where(id_ == names[name]))
    return session.get(Instance, named) if named else None


def _only_not_there(session: Session, row: Instance, attempt: Attempt, refusal: Refusal) -> bool:
    """Somebody who may read the case has mistyped an address in it."""
    reads = attempt.act == LOOK and refusal.code == "not_found"
    return reads and sight(session, row, attempt.by) in {Sight.OPEN, Sight.PURPOSE}
