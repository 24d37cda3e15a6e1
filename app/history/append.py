"""Append one entry to the chain of one case: one INSERT, no SELECT. The caller holds the head in its own row."""

import os
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.fixed import Fixed
from app.history.canonical import Json
from app.history.commitments import EVENT_KEY_BYTES, root_of
from app.history.digests import SM3
from app.history.event import Head, body_bytes, event_hash
from app.history.fields import Opened, seal_fields
from app.history.models import HistoryEvent, dedupe_mark
from app.vault import DataKey, Vault

INSERT = Fixed(insert(HistoryEvent))


class AlreadyRecorded(Exception):
    """The case holds an entry with this dedupe key (engine rule 15). On PostgreSQL the transaction is spoilt by now."""

    def __init__(self, case: str, dedupe: str) -> None:
        super().__init__(f"{case} {dedupe}")
        self.case = case
        self.dedupe = dedupe


def append(
    session: Session,
    *,
    vault: Vault,
    log: str,
    case: str,
    head: Head,
    at: datetime,
    kind: str,
    definition: str,
    engine: str,
    fields: Mapping[str, Json],
    data_key: DataKey,
    dedupe: str | None = None,
    alg: str = SM3,
) -> Head:
    """Write the entry after `head` and return the new head.

    Args:
        at: the aware instant of the event; the caller sees to `max(now, last at)` (engine rule 4).
        fields: whatever may be personal or guessable, by the names of proof §2.2.
        data_key: the open key of this case and its subject.
        dedupe: what makes this event happen once, as "task:…"; not personal.
        alg: the hash of this log.

    Raises:
        CanonRefused: a field is outside the canonical domain.
        AlreadyRecorded: `dedupe` stands in this case.
        IntegrityError: an entry with this number exists: the caller's head was stale.
    """
    seq = head.seq + 1
    event_key = os.urandom(EVENT_KEY_BYTES)
    root = root_of(event_key, fields, alg)
    body = body_bytes(
        log=log, case=case, head=head, at=at, kind=kind, definition=definition, engine=engine, n=len(fields), root=root
    )
    sealed = seal_fields(vault, data_key, Opened(event_key, dedupe, fields), log=log, case=case, seq=seq)
    new = Head(seq, event_hash(body, alg))
    row = {"case": case, "seq": seq, "at": at, "kind": kind, "hash": new.hash, "body": body}
    row |= {"key_id": data_key.id, "sealed": sealed, "dedupe": dedupe_mark(case, dedupe)}
    INSERT.later(session, row, rows=1, failed=lambda problem: _recorded(problem, case, dedupe))
    return new


def _recorded(problem: Exception, case: str, dedupe: str | None) -> AlreadyRecorded | None:
    told = "dedupe" in str(problem).partition("\n")[0]
    return AlreadyRecorded(case, dedupe) if dedupe is not None and told else None
