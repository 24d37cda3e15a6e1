"""The steps that people completed in a period, inside a mandate: what the findings about people and time compare.

They are read as they come and let go of the database between, so never inside a transaction that writes; some 400 bytes of
each stay in memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.identity.roles import ROLES
from app.instances.find import inside
from app.instances.models import Instance, Task
from app.replay.mining.selection import midnight

T = TypeVar("T")
AT_ONCE, FETCHED = 500, 2000
"""Cases asked for in one statement; rows fetched at a time."""
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


@dataclass(frozen=True, slots=True)
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
    same = _Same()
    steps = [_step(row, same) for row in session.execute(found.execution_options(yield_per=FETCHED))]
    session.rollback()
    return sorted(steps, key=lambda one: (one.closed_at, one.case, one.seq))


def all_of(session: Session, cases: Sequence[str]) -> Iterator[tuple[str, list[Step]]]:
    """Each case with all its completed steps, in order."""
    for start in range(0, len(cases), AT_ONCE):
        asked = select(*COLUMNS).join(Instance, Instance.id == Task.instance_id)
        asked = asked.where(Task.instance_id.in_(cases[start : start + AT_ONCE]), Task.status == "done")
        found: dict[str, list[Step]] = {}
        same = _Same()
        for row in session.execute(asked.order_by(Task.instance_id, Task.closed_seq)):
            found.setdefault(row.instance_id, []).append(_step(row, same))
        session.rollback()
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


class _Same:
    """Of equal values the first one: a hundred thousand steps have few names and few people between them."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def __call__(self, value: T) -> T:
        found: T = self._known.setdefault(value, value)
        return found


def _step(row: Any, same: _Same) -> Step:
    role = ROLES.get(row.acted_role or row.role)
    return Step(
        case=same(row.instance_id),
        number=same(row.number or "未编号"),
        process=same(row.process),
        title=same(row.title),
        node=same(row.node),
        name=same(row.name),
        seq=row.closed_seq or 1,
        group=same(row.separation or (role.group if role and role.group else "")),
        by=same(row.closed_by or ""),
        people=same(frozenset(filter(None, (row.natural_person, row.behalf_natural)))),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        starters=same(frozenset(filter(None, (row.starter_natural, row.starter_behalf)))),
        case_ended=row.ended_at is not None,
    )
