"""Which cases were executed again and came out as recorded, so that a run that was stopped goes on where it stopped.

A row says nothing that a verifier relies on: whoever can alter it can also be outwitted by reading every case anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, delete, func, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.columns import Id
from app.db import Base
from app.engine.outline import ENGINE_VERSION
from app.history import GENESIS, Head
from app.history.models import HistoryEvent
from app.history.system import SYSTEM
from app.instances.models import Instance
from app.replay.reexecute import Reexecuted

PAGE = 1000


class ReplayedCase(Base):
    """The case came out as recorded up to its entry `seq`, under this engine; `events` is None where it was erased."""

    __tablename__ = "replayed_case"

    case: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int]
    head: Mapped[str]
    engine: Mapped[str]
    events: Mapped[int | None]


@dataclass(frozen=True)
class Waiting:
    """A case to be executed again; its row says that it ends at `head`. None: there is a chain, but no row."""

    case: str
    head: Head | None


@dataclass(frozen=True)
class Counts:
    """Cases, entries in their chains."""

    cases: int
    entries: int


def waiting(session: Session, *, page: int = PAGE) -> Iterator[Waiting]:
    """Cases that were not executed again, or grew since, by pages; the session is let go between them."""
    after = ""
    while found := session.execute(
        _missing(_columns()).where(Instance.id > after).order_by(Instance.id).limit(page)
    ).all():
        session.rollback()
        yield from (Waiting(row.id, Head(row.head_seq, row.head_hash)) for row in found)
        after = found[-1].id
    strange = without_row(session)
    session.rollback()
    yield from (Waiting(case, None) for case in strange)


def count_waiting(session: Session) -> Counts:
    """How many, and how many entries they have by their rows."""
    total = _missing(select(func.count(), func.coalesce(func.sum(Instance.head_seq), 0).cast(Integer)))
    cases, entries = session.execute(total).one()
    return Counts(cases, entries)


def count_known(session: Session) -> Counts:
    """Cases that stand as they were when they were executed again, with the events they had."""
    same = select(func.count(), func.coalesce(func.sum(ReplayedCase.events), 0).cast(Integer))
    cases, events = session.execute(same.join(Instance, _unchanged())).one()
    return Counts(cases, events)


def without_row(session: Session) -> list[str]:
    """Chains of cases whose rows are gone."""
    chains = select(HistoryEvent.case).where(~select(literal(1)).where(Instance.id == HistoryEvent.case).exists())
    return [case for case in session.scalars(chains.distinct()) if not case.startswith(SYSTEM)]


def keep(session: Session, found: Iterable[tuple[Waiting, Reexecuted]]) -> None:
    """Note those that came out as recorded; whatever did not is read again next time."""
    same = [(one, again) for one, again in found if one.head is not None and again.same]
    if not same:
        return
    session.execute(delete(ReplayedCase).where(ReplayedCase.case.in_([one.case for one, _ in same])))
    session.execute(insert(ReplayedCase), [_row(one.case, one.head or GENESIS, again) for one, again in same])


def forget(session: Session) -> None:
    """Every case will be read anew."""
    session.execute(delete(ReplayedCase))


def _row(case: str, head: Head, again: Reexecuted) -> dict[str, Any]:
    events = None if again.erased else again.events
    return {"case": case, "seq": head.seq, "head": head.hash, "engine": ENGINE_VERSION, "events": events}


def _columns() -> Select[str, int, str]:
    return select(Instance.id, Instance.head_seq, Instance.head_hash)


def _missing(asked: Any) -> Any:
    return asked.select_from(Instance).outerjoin(ReplayedCase, _unchanged()).where(ReplayedCase.case.is_(None))


def _unchanged() -> ColumnElement[bool]:
    return and_(
        ReplayedCase.case == Instance.id,
        ReplayedCase.seq == Instance.head_seq,
        ReplayedCase.head == Instance.head_hash,
        ReplayedCase.engine == ENGINE_VERSION,
    )
