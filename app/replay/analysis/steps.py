"""The steps that people completed in a period, inside a mandate: what the findings about people and time compare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.identity.roles import ROLES
from app.instances.find import inside
from app.instances.models import Instance, Task
from app.replay.mining.selection import midnight

AT_ONCE = 500
"""Cases asked for in one statement."""
COLUMNS = (
    Task.instance_id, Task.key, Task.node, Task.name, Task.role, Task.acted_role, Task.separation, Task.closed_by,
    Task.natural_person, Task.behalf_natural, Task.opened_at, Task.closed_at, Task.closed_seq,
    Instance.number, Instance.process, Instance.title, Instance.starter_natural, Instance.starter_behalf,
    Instance.ended_at,
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """Legal days on which a step was completed or a case ended, both counted; the rest empty: any."""

    since: date
    until: date
    process: str = ""
    division: str = ""

    @property
    def begins(self) -> datetime:
        return midnight(self.since)

    @property
    def ends(self) -> datetime:
        return midnight(self.until + timedelta(days=1))


@dataclass(frozen=True)
class Step:
    """One completed step. `people` are natural persons: who did it, and for whom; `seq` its entry in the chain."""

    case: str
    number: str
    process: str
    title: str
    node: str
    name: str
    seq: int
    group: str
    by: str
    people: frozenset[str]
    opened_at: datetime
    closed_at: datetime
    starters: frozenset[str]
    case_ended: bool


def done_in(session: Session, period: Period, mandate: Sequence[str], *, most: int | None) -> list[Step]:
    """By time; one more than `most`, whichever, where there are more: the database stops there and sorts nothing."""
    found = select(*COLUMNS).join(Instance, Instance.id == Task.instance_id).where(*_conditions(period, mandate))
    if most is not None:
        found = found.limit(most + 1)
    return sorted(map(_step, session.execute(found)), key=lambda one: (one.closed_at, one.case, one.seq))


def all_of(session: Session, cases: Sequence[str]) -> Iterator[tuple[str, list[Step]]]:
    """Each case with all its completed steps, in order."""
    for start in range(0, len(cases), AT_ONCE):
        asked = select(*COLUMNS).join(Instance, Instance.id == Task.instance_id)
        asked = asked.where(Task.instance_id.in_(cases[start : start + AT_ONCE]), Task.status == "done")
        found: dict[str, list[Step]] = {}
        for row in session.execute(asked.order_by(Task.instance_id, Task.closed_seq)):
            found.setdefault(row.instance_id, []).append(_step(row))
        yield from found.items()


def _conditions(period: Period, mandate: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    yield Task.status == "done"
    yield Task.closed_at >= period.begins
    yield Task.closed_at < period.ends
    yield inside(Instance.division, mandate)
    if period.division:
        yield inside(Instance.division, [period.division])
    if period.process:
        yield Instance.process == period.process


def _step(row: Any) -> Step:
    role = ROLES.get(row.acted_role or row.role)
    return Step(
        case=row.instance_id,
        number=row.number or "未编号",
        process=row.process,
        title=row.title,
        node=row.node,
        name=row.name,
        seq=row.closed_seq or 1,
        group=row.separation or (role.group if role and role.group else ""),
        by=row.closed_by or "",
        people=frozenset(filter(None, (row.natural_person, row.behalf_natural))),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        starters=frozenset(filter(None, (row.starter_natural, row.starter_behalf))),
        case_ended=row.ended_at is not None,
    )
