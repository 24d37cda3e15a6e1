"""Read recorded entries with their fields opened, for replay and for pages; and walk over all cases.

Everything comes from the body and the sealed blob, never from the columns beside them. Reading does not prove:
that is `verify.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import CanonRefused, Json, parse
from app.history.data_keys import stored_keys, unwrap
from app.history.event import Head
from app.history.fields import Opened, open_fields
from app.history.models import HistoryEvent, StoredKey, dedupe_mark
from app.vault import DataKey, SealBroken, Vault

PAGE = 500
READ = select(HistoryEvent.seq, HistoryEvent.hash, HistoryEvent.body, HistoryEvent.key_id, HistoryEvent.sealed)


@dataclass(frozen=True)
class RecordedEvent:
    """One entry. `fields` is None when its data key was destroyed by law (依法销毁); it cannot be replayed then."""

    log: str
    case: str
    seq: int
    prev: str
    hash: str
    at: datetime
    kind: str
    definition: str
    engine: str
    n: int
    root: str
    fields: Mapping[str, Json] | None
    dedupe: str | None
    """None when the entry has none, and when the content was destroyed."""

    @property
    def effects(self) -> Any:
        """The trace of the entry; empty where there is none, or the content was destroyed."""
        return (self.fields or {}).get("effects") or {}

    @classmethod
    def of(cls, said: Mapping[str, Any], own: str, opened: Opened | None) -> "RecordedEvent":
        """From the body, the hash and what the blob holds. Raises KeyError, TypeError, ValueError: no body."""
        return cls(
            log=said["log"],
            case=said["case"],
            seq=said["seq"],
            prev=said["prev"],
            hash=own,
            at=datetime.fromisoformat(said["at"]),
            kind=said["kind"],
            definition=said["def"],
            engine=said["eng"],
            n=said["n"],
            root=said["root"],
            fields=opened.fields if opened else None,
            dedupe=opened.dedupe if opened else None,
        )


def read_events(session: Session, vault: Vault, case: str) -> list[RecordedEvent]:
    """All entries of a case in order; none when there is no such case.

    Raises:
        Refusal: `record_broken` (500): an entry cannot be read or opened.
    """
    rows = session.execute(READ.filter_by(case=case).order_by(HistoryEvent.seq)).all()
    keys = OpenKeys(vault, stored_keys(session, case))
    return [_recorded(keys, case, row) for row in rows]


def read_events_at(session: Session, vault: Vault, case: str, at: datetime) -> list[RecordedEvent]:
    """The entries of a case of this instant: of a long chain no other is opened. Raises as `read_events`."""
    rows = session.execute(READ.filter_by(case=case, at=at).order_by(HistoryEvent.seq)).all()
    keys = OpenKeys(vault, stored_keys(session, case))
    return [_recorded(keys, case, row) for row in rows]


def last_event(session: Session, vault: Vault, case: str) -> RecordedEvent | None:
    """The last entry of a case, whatever its length; None when there is no such case. Raises as `read_events`."""
    row = session.execute(READ.filter_by(case=case).order_by(HistoryEvent.seq.desc()).limit(1)).first()
    return None if row is None else _recorded(OpenKeys(vault, stored_keys(session, case)), case, row)


class OpenKeys:
    """The data keys of one case, each unwrapped once."""

    def __init__(self, vault: Vault, stored: Mapping[str, StoredKey]) -> None:
        self.vault = vault
        self.stored = stored
        self._open: dict[str, DataKey] = {}

    def destroyed(self, key_id: str) -> bool:
        """Whether this key is known and gone."""
        return key_id in self.stored and self.stored[key_id].wrapped is None

    def get(self, key_id: str) -> DataKey:
        """The open key. Raises SealBroken: unknown, destroyed, altered."""
        if key_id not in self._open:
            if key_id not in self.stored:
                raise SealBroken("no such data key in this case")
            self._open[key_id] = unwrap(self.vault, self.stored[key_id])
        return self._open[key_id]


def recorded(session: Session, case: str, dedupe: str) -> Head | None:
    """The entry this case holds under a dedupe key (engine rule 15), else None."""
    query = select(HistoryEvent.seq, HistoryEvent.hash).filter_by(case=case, dedupe=dedupe_mark(case, dedupe))
    row = session.execute(query).one_or_none()
    return Head(row.seq, row.hash) if row else None


def cases(session: Session, *, after: str = "", limit: int = PAGE) -> list[str]:
    """The next cases that have entries, in the order of the database."""
    query = select(HistoryEvent.case).where(HistoryEvent.case > after).distinct()
    return list(session.execute(query.order_by(HistoryEvent.case).limit(limit)).scalars())


def all_cases(session: Session, *, page: int = PAGE) -> Iterator[str]:
    """Every case that has entries, fetched by pages."""
    after = ""
    while found := cases(session, after=after, limit=page):
        yield from found
        after = found[-1]


def _recorded(keys: OpenKeys, case: str, row: Row[int, str, bytes, str, bytes]) -> RecordedEvent:
    try:
        said = parse(row.body)
        opened = None
        if not keys.destroyed(row.key_id):
            opened = open_fields(keys.vault, keys.get(row.key_id), row.sealed, log=said["log"], case=case, seq=row.seq)
        return RecordedEvent.of(said, row.hash, opened)
    except (CanonRefused, SealBroken, KeyError, TypeError, ValueError) as problem:
        raise Refusal("record_broken", 500, {"case": case, "seq": row.seq}) from problem
