"""The sealer: whatever is not yet sealed goes into the log (proof §2.4).

Found by comparing, case by case, how far it is sealed with how far it goes, never by "number above the last": an
entry that is committed late would be passed over for ever. What was sealed and no longer agrees is not sealed again:
it is told, and stays to be seen by the verifier.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.fixed import Fixed
from app.history.canonical import CanonRefused, parse
from app.history.digests import SM3
from app.history.event import GENESIS
from app.history.log_models import LogDuty, LogLeaf
from app.history.models import HistoryEvent
from app.history.sealed_log import Leaf, append_leaves, size_of

SEALER = "seal"
MOST = 5000
"""Cases sealed in one transaction: other writers wait for it no longer than for any other work."""
TOGETHER = 200
"""Cases looked up in one statement."""
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sealed:
    """`size` of the log now, leaves `added`, and the cases that were `refused` since they no longer agree with it.
    `more`: there may be others left to seal."""

    size: int
    added: int
    refused: tuple[str, ...] = ()
    more: bool = False


def seal(session: Session, heads: Select[Any], *, now: datetime, most: int = MOST, alg: str = SM3) -> Sealed:
    """Append one leaf per case that has entries which are not sealed, for up to `most` cases.

    Args:
        heads: a statement giving `case` and `seq`: how far each case goes by the caller's own rows.
    """
    lock_sealer(session)
    unsealed = _unsealed(session, heads, most)
    leaves, refused = [], []
    for at in range(0, len(unsealed), TOGETHER):
        for case, leaf in _leaves(session, unsealed[at : at + TOGETHER]):
            if leaf is None:
                log.error("case %s no longer agrees with what was sealed of it", case)
                refused.append(case)
            else:
                leaves.append(leaf)
    size = append_leaves(session, leaves, at=now, alg=alg) if leaves else size_of(session)
    return Sealed(size, len(leaves), tuple(refused), more=len(leaves) > 0 and len(unsealed) == most)


def lock_sealer(session: Session) -> None:
    """The only one who may make the tree grow, until the transaction ends."""
    ensure_duty(session)
    session.execute(select(LogDuty.id).filter_by(id=SEALER).with_for_update()).one()


THERE = Fixed(select(LogDuty.__table__.c.id).where(LogDuty.__table__.c.id == SEALER))


def ensure_duty(session: Session) -> None:
    """The sealer's row, made when missing."""
    if not THERE.rows(session, {}):
        make = _INSERT[session.get_bind().dialect.name](LogDuty)
        session.execute(make.values(id=SEALER, lease_until=None).on_conflict_do_nothing())


def _unsealed(session: Session, heads: Select[Any], most: int) -> list[tuple[str, int, int]]:
    """Case, how far it is sealed (0: not at all), how far it goes; those that became shorter last, so that
    cases which are refused turn after turn do not keep the others out."""
    goes = heads.subquery()
    newest = select(LogLeaf.case, func.max(LogLeaf.last).label("last")).group_by(LogLeaf.case).subquery()
    sealed = func.coalesce(newest.c.last, 0)  # never NULL, which the databases put at different ends
    query = (
        select(goes.c.case, sealed.label("sealed"), goes.c.seq)
        .outerjoin(newest, newest.c.case == goes.c.case)
        .where(goes.c.seq > 0, sealed != goes.c.seq)
        .order_by(sealed > goes.c.seq, goes.c.case)
        .limit(most)
    )
    return [(case, sealed, seq) for case, sealed, seq in session.execute(query)]


def _leaves(session: Session, unsealed: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, Leaf | None]]:
    """The leaf over what is new of each case, when it follows what was sealed link by link; else None."""
    known = [one for one in unsealed if one[1]]
    sealed_heads = or_(false(), *(and_(LogLeaf.case == case, LogLeaf.last == sealed) for case, sealed, _ in known))
    before = {row.case: row.head for row in session.execute(select(LogLeaf.case, LogLeaf.head).where(sealed_heads))}
    fresh: dict[str, list[tuple[int, str, str]]] = {case: [] for case, _, _ in unsealed}
    wanted = or_(
        HistoryEvent.case.in_([case for case, sealed, _ in unsealed if not sealed]),
        *(and_(HistoryEvent.case == case, HistoryEvent.seq > sealed) for case, sealed, _ in known),
    )
    columns = (HistoryEvent.case, HistoryEvent.seq, HistoryEvent.hash, HistoryEvent.body)
    for row in session.execute(select(*columns).where(wanted).order_by(HistoryEvent.case, HistoryEvent.seq)):
        fresh[row.case].append((row.seq, row.hash, _prev(row.body)))
    for case, sealed, seq in unsealed:
        head = before.get(case, "") if sealed else GENESIS.hash
        # An entry beyond the head of its row is left for the turn in which the row says so.
        yield case, _leaf(case, sealed, seq, head, [one for one in fresh[case] if one[0] <= seq])


def _leaf(case: str, sealed: int, seq: int, head: str, entries: Sequence[tuple[int, str, str]]) -> Leaf | None:
    for number, (at, own, prev) in enumerate(entries, sealed + 1):
        if at != number or prev != head:
            return None
        head = own
    return Leaf(case, sealed + 1, seq, head) if 0 < len(entries) == seq - sealed else None


def _prev(body: bytes) -> str:
    try:
        return str(parse(body)["prev"])
    except (CanonRefused, KeyError, TypeError):
        return ""
