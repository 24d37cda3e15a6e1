"""Append to a case of the deployment itself: `sys/definitions`, `sys/grants`, `sys/parameters`, `sys/access`, …"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.history.append import append
from app.history.canonical import Json
from app.history.data_keys import WHOLE_CASE, data_key_of, open_case
from app.history.digests import SM3
from app.history.event import GENESIS, Head
from app.history.models import HistoryHead
from app.vault import Vault

SYSTEM = "sys/"
_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def append_to_system(
    session: Session,
    *,
    vault: Vault,
    log: str,
    name: str,
    at: datetime,
    kind: str,
    fields: Mapping[str, Json],
    subject: str = WHOLE_CASE,
    dedupe: str | None = None,
    alg: str = SM3,
) -> Head:
    """Write the next entry of `sys/<name>`, making the case when it has none.

    Its head stays locked until the transaction ends, so every writer of this case waits: do it last in a command
    (lock order: instance → its rows → dossier → number series → this).

    Args:
        subject: whose data key seals the fields; give a person's own so that erasure can reach an access entry.

    Raises:
        AlreadyRecorded: `dedupe` stands in this case.
        Refusal: `content_destroyed` (410): the data key of `subject` is gone.
    """
    if not name:
        raise ValueError("a system case without a name")
    case = SYSTEM + name
    head = locked_head(session, case)
    data_key = data_key_of(session, vault=vault, case=case, subject=subject)
    if data_key is None:
        data_key = open_case(session, vault=vault, case=case, subject=subject)
    new = append(
        session,
        vault=vault,
        log=log,
        case=case,
        head=head,
        at=at,
        kind=kind,
        definition="",
        engine="",
        fields=fields,
        data_key=data_key,
        dedupe=dedupe,
        alg=alg,
    )
    store_head(session, case, new)
    return new


def locked_head(session: Session, case: str) -> Head:
    """The head of a system case, locked until the transaction ends; made when missing."""
    # Two first writers at once: the loser's INSERT does nothing after the winner's commit, then reads its row.
    make = _INSERT[session.get_bind().dialect.name](HistoryHead)
    query = select(HistoryHead.seq, HistoryHead.hash).filter_by(case=case).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        session.execute(make.values(case=case, seq=GENESIS.seq, hash=GENESIS.hash).on_conflict_do_nothing())
        row = session.execute(query).one()
    return Head(row.seq, row.hash)


def store_head(session: Session, case: str, head: Head) -> None:
    """Move the head of a system case; the caller holds its lock."""
    session.execute(update(HistoryHead).filter_by(case=case).values(seq=head.seq, hash=head.hash))


def system_heads(session: Session) -> dict[str, Head]:
    """The stored heads of all system cases."""
    rows = session.execute(select(HistoryHead.case, HistoryHead.seq, HistoryHead.hash)).all()
    return {row.case: Head(row.seq, row.hash) for row in rows}
