"""The files that the steps of a case committed to: which of them a receiver may have, and their originals.

The record names each by its digests (proof §2.2); bytes that are not those are not handed out as evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.drawable import TOO_MUCH
from app.documents.hand_out import name_of, original
from app.documents.models import Document
from app.documents.receive import sm3_hex
from app.errors import Refusal
from app.history.read import RecordedEvent
from app.instances.attachments import FILE
from app.instances.case import Case
from app.vault import SealBroken

FIELD = f"payload/{FILE}"
OUT_OF_SCOPE, GONE, ALTERED = "out_of_scope", "gone", "altered"
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Attached:
    """One file. `steps` handed it in, the first before the others; `why` it is not given, else `content` is the original.

    Of one outside the scope nothing is known but its first step and the commitment of that: a digest would tell who has a
    file, or guesses it, that this is the one.
    """

    steps: tuple[int, ...]
    sm3: str = ""
    sha256: str = ""
    commitment: str = ""
    name: str = ""
    type: str = ""
    size: int = 0
    content: bytes = b""
    why: str = ""


def attached(
    session: Session,
    case: Case,
    events: Sequence[RecordedEvent],
    *,
    hidden: Mapping[int, Mapping[str, str]],
    most: int,
) -> tuple[Attached, ...]:
    """The files in the order in which they were handed in.

    Args:
        events: with all their fields.
        hidden: by entry and name of the field the commitments of what the receiver may not see.
        most: bytes of all originals together; what goes beyond is `TOO_MUCH`.
    """
    found, rows = _committed(events), _rows(session, case)
    order = sorted(found, key=lambda id_: (found[id_][0][0], rows[id_].received_at if id_ in rows else LAST, id_))
    left, files = most, list[Attached]()
    for id_ in order:
        steps, said = tuple(found[id_][0]), found[id_][1]
        field = f"{FIELD}{id_}"
        seen = tuple(seq for seq in steps if field not in hidden.get(seq, {}))
        if seen:
            one = Attached(seen, str(said.get("sm3")), str(said.get("sha256")))
            files.append(_original(session, case, rows.get(id_), one, said, left))
            left -= len(files[-1].content)
        else:
            files.append(Attached(steps[:1], commitment=hidden[steps[0]][field], why=OUT_OF_SCOPE))
    return tuple(files)


def _committed(events: Sequence[RecordedEvent]) -> dict[str, tuple[list[int], Mapping[str, Any]]]:
    """By id of the file the steps that committed to it and what the first said of it."""
    found: dict[str, tuple[list[int], Mapping[str, Any]]] = {}
    for event in events:
        for name, said in (event.fields or {}).items():
            if name.startswith(FIELD) and isinstance(said, Mapping):
                found.setdefault(name.removeprefix(FIELD), ([], said))[0].append(event.seq)
    return found


def _rows(session: Session, case: Case) -> dict[str, Document]:
    return {str(row.id): row for row in session.scalars(select(Document).where(Document.case == case.row.id))}


def _original(
    session: Session, case: Case, row: Document | None, one: Attached, said: Mapping[str, Any], most: int
) -> Attached:
    if row is None:
        return replace(one, why=GONE)
    size = int(said.get("size") or 0)
    try:
        told = replace(one, name=name_of(row, sealer=case.sealer), type=str(said.get("type")), size=size)
        if size > most:
            return replace(told, why=TOO_MUCH)
        content = original(session, row, sealer=case.sealer)
    except (Refusal, SealBroken):
        return replace(one, why=ALTERED)
    same = (row.sha256, sm3_hex(content), len(content)) == (one.sha256, one.sm3, size)
    return replace(told, content=content) if same else replace(told, why=ALTERED)
