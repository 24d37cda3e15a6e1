"""Comparing each case's state with the rows derived from it (rule 19). It reads only, and says in Chinese what differs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.engine import open_keys
from app.engine.model import EngineRefused, Open
from app.errors import Refusal
from app.history.data_keys import WHOLE_CASE, unwrap
from app.history.models import HistoryEvent, StoredKey
from app.instances.clock_behind import KIND
from app.instances.models import Call, Instance, Task, Timer, Wait
from app.instances.surroundings import Surroundings
from app.vault import SealBroken, bind

NAMES: dict[type, str] = {Task: "任务", Timer: "定时器", Wait: "等待的消息", Call: "外部核验"}
PENDING = ("waiting", "unknown")
TRIES = 3


@dataclass(frozen=True)
class Difference:
    case: str
    sentence: str


def case_ids(session: Session) -> list[str]:
    """Every case, closed ones too: they must have nothing open."""
    return list(session.scalars(select(Instance.id).order_by(Instance.started_at, Instance.id)))


def check_case(session: Session, around: Surroundings, case: str) -> list[Difference]:
    """What differs in one case. One that moves while it is read is read again."""
    found: list[str] = []
    for _ in range(TRIES):
        session.rollback()
        row = session.get(Instance, case)
        if row is None:
            return [Difference(case, "没有这个办件")]
        before, found = row.revision, list(_differences(session, around, row))
        session.rollback()
        if not found or session.scalar(select(Instance.revision).where(Instance.id == case)) == before:
            break
    return [Difference(case, one) for one in found]


def clock_alarms(session: Session) -> list[Difference]:
    """Entries that say a machine's clock stood behind the record (rule 4)."""
    rows = session.execute(
        select(HistoryEvent.case, HistoryEvent.seq, HistoryEvent.at)
        .where(HistoryEvent.kind == KIND)
        .order_by(HistoryEvent.at, HistoryEvent.case, HistoryEvent.seq)
    )
    return [Difference(case, f"第 {seq} 条（{at:%Y-%m-%d %H:%M}Z）记录时系统时钟落后") for case, seq, at in rows]


def _differences(session: Session, around: Surroundings, row: Instance) -> Iterator[str]:
    try:
        state = _open_state(session, around, row)
    except (EngineRefused, Refusal, SealBroken) as problem:
        yield f"状态无法解开（{type(problem).__name__}）"
        return
    if row.ended_at is not None and row.state is not None:
        yield "已办结，却还留有状态"
    if row.ended_at is None and row.state is None:
        yield "正在办理，却没有状态"
        return
    rows = _open_rows(session, row)
    for model, said in _keys(state).items():
        yield from _compare(NAMES[model], said, rows[model])
    due = session.scalar(
        select(Timer.due_at)
        .where(Timer.instance_id == row.id, Timer.due_at.is_not(None))
        .order_by(Timer.due_at)
        .limit(1)
    )
    if due != row.next_due:
        yield "最近到期时刻与定时器不符"


def _open_state(session: Session, around: Surroundings, row: Instance) -> Open:
    if row.state is None:
        return Open()
    key = session.get_one(StoredKey, (row.id, WHOLE_CASE))
    state = around.vault.open(unwrap(around.vault, key), row.state, bind("instance.state", row.id))
    return open_keys(published(session, row.definition).definition, state)


def _keys(state: Open) -> dict[type, set[str]]:
    return {
        Task: {one.key for one in state.tasks},
        Timer: {one.key for one in state.timers},
        Wait: {one.key for one in state.waits},
        Call: {one.key for one in state.calls},
    }


def _open_rows(session: Session, row: Instance) -> dict[type, set[str]]:
    mine = {
        Task: select(Task.key).where(Task.instance_id == row.id, Task.status == "open"),
        Timer: select(Timer.key).where(Timer.instance_id == row.id),
        Wait: select(Wait.key).where(Wait.instance_id == row.id),
        Call: select(Call.key).where(Call.instance_id == row.id, Call.status.in_(PENDING)),
    }
    return {model: set(session.scalars(statement)) for model, statement in mine.items()}


def _compare(name: str, state: Iterable[str], rows: Iterable[str]) -> Iterator[str]:
    in_state, in_rows = set(state), set(rows)
    for key in sorted(in_state - in_rows):
        yield f"{name} {key} 在状态中开着，表中没有"
    for key in sorted(in_rows - in_state):
        yield f"{name} {key} 在表中开着，状态中没有"
