"""The sealer: whatever is not yet sealed goes into the log (proof §2.4).

Found by comparing, case by case, how far it is sealed with how far it goes, never by "number above the last": an
entry that is committed late would be passed over for ever. What was sealed and no longer agrees is not sealed again:
it is told, and stays to be seen by the verifier.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.history.canonical import CanonRefused, parse
from app.history.digests import SM3
from app.history.event import GENESIS
from app.history.log_models import LogDuty, LogLeaf
from app.history.models import HistoryEvent
from app.history.sealed_log import Leaf, append_leaves, size_of

SEALER = "seal"
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sealed:
    """`size` of the log now, leaves `added`, and the cases that were `refused` since they no longer agree with it."""

    size: int
    added: int
    refused: tuple[str, ...] = ()


def seal(session: Session, heads: Select[Any], *, now: datetime, alg: str = SM3) -> Sealed:
    """Append one leaf per case that has entries which are not sealed.

    Args:
        heads: a statement giving `case` and `seq`: how far each case goes by the caller's own rows.
    """
    lock_sealer(session)
    leaves, refused = [], []
    for case, sealed, seq in _unsealed(session, heads):
        leaf = _leaf(session, case, sealed, seq)
        if leaf is None:
            log.error("case %s no longer agrees with what was sealed of it", case)
            refused.append(case)
        else:
            leaves.append(leaf)
    size = append_leaves(session, leaves, at=now, alg=alg) if leaves else size_of(session)
    return Sealed(size, len(leaves), tuple(refused))


def lock_sealer(session: Session) -> None:
    """The only one who may make the tree grow, until the transaction ends."""
    ensure_duty(session)
    session.execute(select(LogDuty.id).filter_by(id=SEALER).with_for_update()).one()


def ensure_duty(session: Session) -> None:
    """The sealer's row, made when missing."""
    if session.scalar(select(LogDuty.id).filter_by(id=SEALER)) is None:
        make = _INSERT[session.get_bind().dialect.name](LogDuty)
        session.execute(make.values(id=SEALER, lease_until=None).on_conflict_do_nothing())


def _unsealed(session: Session, heads: Select[Any]) -> list[tuple[str, int, int]]:
    """Case, how far it is sealed (0: not at all), how far it goes."""
    goes = heads.subquery()
    newest = select(LogLeaf.case, func.max(LogLeaf.last).label("last")).group_by(LogLeaf.case).subquery()
    query = (
        select(goes.c.case, func.coalesce(newest.c.last, 0), goes.c.seq)
        .outerjoin(newest, newest.c.case == goes.c.case)
        .where(goes.c.seq > 0, or_(newest.c.last.is_(None), newest.c.last != goes.c.seq))
        .order_by(goes.c.case)
    )
    return [(case, sealed, seq) for case, sealed, seq in session.execute(query)]


def _leaf(session: Session, case: str, sealed: int, seq: int) -> Leaf | None:
    """The leaf over what is new, when it follows what was sealed link by link; else None."""
    before = GENESIS.hash
    if sealed:
        before = session.scalars(select(LogLeaf.head).filter_by(case=case, last=sealed)).one()
    query = (
        select(HistoryEvent.seq, HistoryEvent.hash, HistoryEvent.body)
        .where(HistoryEvent.case == case, HistoryEvent.seq > sealed, HistoryEvent.seq <= seq)
        .order_by(HistoryEvent.seq)
    )
    count, head = 0, before
    for row in session.execute(query):
        count += 1
        if row.seq != sealed + count or _prev(row.body) != head:
            return None
        head = row.hash
    return Leaf(case, sealed + 1, seq, head) if count == seq - sealed and count > 0 else None


def _prev(body: bytes) -> str:
    try:
        return str(parse(body)["prev"])
    except (CanonRefused, KeyError, TypeError):
        return ""
