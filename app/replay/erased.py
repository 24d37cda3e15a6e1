"""What is left of a case whose content was destroyed by law: that there were entries, when, and who destroyed it on what
ground (proof §2.6). It cannot be played (不可重演), and that is no fault."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.history.erase import ERASED
from app.history.read import RecordedEvent, read_events
from app.identity.names import LEFT_OFFICE, names_of
from app.vault import Vault

SECOND = "payload/second_person"


@dataclass(frozen=True)
class Left:
    """One entry, as its body says it. `ground`, `who`, `second`, `keys` (ids) are known of the destruction itself."""

    seq: int
    at: datetime
    hash: str
    destroyed: bool
    kind: str
    definition: str
    n: int
    root: str
    ground: str = ""
    who: str = ""
    second: str = ""
    keys: tuple[str, ...] = ()


def left_of(session: Session, vault: Vault, case: str) -> tuple[Left, ...]:
    """Every entry of the chain. Raises Refusal `record_broken` (500)."""
    return left_in(session, read_events(session, vault, case))


def left_in(session: Session, events: list[RecordedEvent]) -> tuple[Left, ...]:
    """The same of entries that were read."""
    people = {str((one.fields or {}).get(name) or "") for one in events for name in ("actor", SECOND)}
    return tuple(_left(events, names_of(session, people)))


def _left(events: list[RecordedEvent], names: dict[str, str]) -> Iterator[Left]:
    for one in events:
        body = (one.kind, one.definition, one.n, one.root)
        if one.kind != ERASED:
            yield Left(one.seq, one.at, one.hash, one.fields is None, *body)
            continue
        fields: Mapping[str, Any] = one.fields or {}
        who, second = (str(fields.get(name) or "") for name in ("actor", SECOND))
        ground = str(fields.get("reason") or "")
        keys = tuple(str(key) for key in (fields.get("effects") or {}).get("destroyed", ()))
        people = (names.get(who, LEFT_OFFICE), names.get(second, LEFT_OFFICE))
        yield Left(one.seq, one.at, one.hash, False, *body, ground, *people, keys)
