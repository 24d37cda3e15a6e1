"""Do the derived rows agree with the state, and does nothing wait unseen? (rules 18, 19)"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine import open_keys
from app.engine.model import EngineRefused, Open
from app.errors import Refusal
from app.history.models import HistoryEvent
from app.instances.answer_call import OPEN
from app.instances.check_record import check_record
from app.instances.clock_behind import KIND
from app.instances.difference import Difference
from app.instances.incidents import open_incidents
from app.instances.models import Call, Instance, Outbox, Task, Timer, Wait
from app.instances.read_case import read_case
from app.instances.surroundings import Surroundings
from app.vault import SealBroken


def check_case(session: Session, around: Surroundings, row: Instance, *, now: datetime) -> Iterator[Difference]:
    """Compare the rows of one case with what its state holds open, an ended one with nothing (rule 22); and with the
    record, where somebody could have altered what is shown (proof §2.1). A case destroyed by law is passed over."""
    try:
        case = read_case(session, around, row, now=now)
        found = Open() if case.state is None else open_keys(case.published.definition, case.state)
    except Refusal:
        return
    except (EngineRefused, SealBroken, LookupError) as problem:
        # LookupError: a state of another version of the procedure than the row names.
        yield Difference(row.id, "state", "", f"状态无法解开：{type(problem).__name__}")
        return
    yield from _with_state(session, row, found)
    yield from check_record(session, case)


def _with_state(session: Session, row: Instance, found: Open) -> Iterator[Difference]:
    if (row.state is None) != (row.ended_at is not None):
        yield Difference(row.id, "state", "", "已办结的案件还有状态" if row.state else "在办案件没有状态")
    earliest = session.scalar(select(func.min(Timer.due_at)).where(Timer.instance_id == row.id))
    if row.ended_at is None and earliest != row.next_due:
        yield Difference(row.id, "timer", "", "案件上的最近到期时刻与定时器不符")
    held = _held(found)
    for what, rows in _rows(session, row.id).items():
        mine = held[what]
        yield from (Difference(row.id, what, key, "状态中有，表中没有") for key in sorted(mine.keys() - rows.keys()))
        yield from (Difference(row.id, what, key, "表中有，状态中没有") for key in sorted(rows.keys() - mine.keys()))
        for key in sorted(mine.keys() & rows.keys()):
            if mine[key] != rows[key]:
                yield Difference(row.id, what, key, f"状态中是 {' '.join(mine[key])}，表中是 {' '.join(rows[key])}")


Said = dict[str, tuple[str, ...]]
"""Key → what else a row of it must say."""


def _held(found: Open) -> dict[str, Said]:
    return {
        "task": {one.key: (one.node, one.name) for one in found.tasks},
        "timer": {one.key: (one.node, one.rule) for one in found.timers},
        "wait": {one.key: (one.node, one.message, one.correlation) for one in found.waits},
        "call": {one.key: (one.node, one.operation) for one in found.calls},
    }


def _rows(session: Session, instance_id: str) -> dict[str, Said]:
    kinds = {
        "task": select(Task.key, Task.node, Task.name).where(Task.instance_id == instance_id, Task.status == "open"),
        "timer": select(Timer.key, Timer.node, Timer.rule).where(Timer.instance_id == instance_id),
        "wait": select(Wait.key, Wait.node, Wait.message, Wait.correlation).where(Wait.instance_id == instance_id),
        "call": select(Call.key, Call.node, Call.operation).where(
            Call.instance_id == instance_id, Call.status.in_(OPEN)
        ),
    }
    return {what: {row[0]: tuple(row[1:]) for row in session.execute(found)} for what, found in kinds.items()}


def standing_still(session: Session) -> Iterator[Difference]:
    """What waits for a person although no task says so."""
    for incident in open_incidents(session):
        yield Difference(incident.instance_id, "incident", incident.id, f"{incident.what} {incident.node}")
    for item in session.scalars(select(Outbox).where(Outbox.done_at.is_(None), Outbox.attempts > 0)):
        yield Difference(item.sender_id, "outbox", item.id, f"{item.name} {item.last_error} ×{item.attempts}")
    for call in session.scalars(select(Call).where(Call.status.in_(("failed", "unknown")))):
        yield Difference(call.instance_id, "call", call.id, f"{call.operation} {call.status}")


def clock_alarms(session: Session) -> Iterator[Difference]:
    """Entries that say that a machine's clock stood behind the record (rule 4)."""
    rows = session.execute(
        select(HistoryEvent.case, HistoryEvent.seq, HistoryEvent.at)
        .where(HistoryEvent.kind == KIND)
        .order_by(HistoryEvent.at, HistoryEvent.case, HistoryEvent.seq)
    )
    for case, seq, at in rows:
        yield Difference(case, "clock", str(seq), f"{at:%Y-%m-%d %H:%M}Z 记录时系统时钟落后")
