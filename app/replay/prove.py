"""The button 验证: the chain of one case, the sealed log, the same events executed again, and the columns on screens."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.history.event import Head
from app.history.log_models import LogLeaf
from app.history.models import HistoryEvent
from app.history.verify import verify_case
from app.history.verify_log import LATE, sealed_heads_hold
from app.instances.check import check_case
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.reexecute import reexecute_case

NOTES = 3
"""So many are named; a case whose content was destroyed has one at each step."""


@dataclass(frozen=True)
class Line:
    """One thing proved or not. `text` says what; of a difference, the first one."""

    holds: bool
    text: str


@dataclass(frozen=True)
class Proof:
    number: str
    lines: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        return all(line.holds for line in self.lines)


def prove(session: Session, around: Surroundings, row: Instance, *, now: datetime) -> Proof:
    """Check one case from its bytes; nothing is written, and nothing of it need be readable.

    What it cannot show is said beside it: that the record was true when it was written. That log and checkpoints were not
    written anew as well, `flask history verify --trust` shows, and a checkpoint lodged elsewhere.
    """
    lines = (
        *unaltered(session, around, row, now=now),
        _again(session, around, row),
        _shown(session, around, row, now),
    )
    return Proof(row.number or "未编号", lines)


def unaltered(session: Session, around: Surroundings, row: Instance, *, now: datetime) -> tuple[Line, Line]:
    """The chain of the case by itself, and against the sealed log."""
    return _chain(session, around, row), _sealed(session, row, now)


def _chain(session: Session, around: Surroundings, row: Instance) -> Line:
    head = Head(row.head_seq, row.head_hash)
    report = verify_case(session, vault=around.vault, log=around.log, case=row.id, expected=head)
    if report.broken is not None:
        return Line(False, f"记录链在第 {report.broken.seq} 步断开：{report.broken.what}")
    notes = "；".join(report.notes[:NOTES]) + (f"等 {len(report.notes)} 处" if len(report.notes) > NOTES else "")
    return Line(True, f"记录链 {report.head.seq}/{row.head_seq} 步一致" + (f"（{notes}）" if notes else ""))


def _sealed(session: Session, row: Instance, now: datetime) -> Line:
    """Against the log: a chain that was written anew, head and all, agrees with itself but not with what was sealed."""
    broken = next(sealed_heads_hold(session, row.id), "")
    if broken:
        return Line(False, f"与封存日志不符：{broken}")
    last = session.scalar(select(func.max(LogLeaf.last)).where(LogLeaf.case == row.id)) or 0
    oldest = select(func.min(HistoryEvent.at)).where(HistoryEvent.case == row.id, HistoryEvent.seq > last)
    waiting = session.scalar(oldest)
    if waiting is not None and now - waiting > LATE:
        return Line(False, f"第 {last + 1} 步起超过一小时没有封存（每十分钟封存一次）")
    return Line(True, f"与封存日志一致，已封存到第 {last} 步" if last else "尚未封存（每十分钟封存一次）")


def _again(session: Session, around: Surroundings, row: Instance) -> Line:
    again = reexecute_case(session, around.vault, row.id)
    if again.erased:
        return Line(True, "内容已依法销毁，不可重演")
    if not again.same:
        return Line(False, f"重演到第 {again.seq} 步与记录不同：{again.difference}")
    return Line(True, f"重演 {again.events}/{again.events} 个事件一致")


def _shown(session: Session, around: Surroundings, row: Instance, now: datetime) -> Line:
    found = list(check_case(session, around, row, now=now))
    if found:
        return Line(False, f"页面所据的数据与记录有 {len(found)} 处不符，第一处：{found[0].detail}")
    return Line(True, "页面所据的数据与记录一致")
