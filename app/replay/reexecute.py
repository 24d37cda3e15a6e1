"""Re-execution: `advance` over the recorded events under the recorded definition, the marking compared after each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.engine import advance
from app.engine.migration import migrate
from app.engine.model import EngineRefused, Event, Outcome
from app.errors import Refusal
from app.history.read import RecordedEvent, all_cases, read_events
from app.instances.record import EVENT_KINDS
from app.texts import sentence
from app.vault import Vault


@dataclass(frozen=True)
class Reexecuted:
    """`seq` and `difference` tell the first event whose marking is not the recorded one."""

    case: str
    events: int
    seq: int | None = None
    difference: str = ""
    erased: bool = False

    @property
    def same(self) -> bool:
        return self.seq is None


def reexecute_case(session: Session, vault: Vault, case: str) -> Reexecuted:
    """Re-execute one case. An erased one cannot be (不可重演) and is no error (proof §2.6)."""
    try:
        recorded = read_events(session, vault, case)
    except Refusal as problem:
        return Reexecuted(case, 0, problem.params.get("seq", 1), sentence(problem))
    if any(event.fields is None for event in recorded):
        return Reexecuted(case, 0, erased=True)
    state: bytes | None = None
    definition, count = "", 0
    for entry in recorded:
        if entry.kind not in EVENT_KINDS:
            continue
        try:
            outcome = _applied(session, definition, state, entry)
            definition = entry.definition
        except EngineRefused as problem:
            return Reexecuted(case, count, entry.seq, str(problem))
        except Refusal as problem:
            return Reexecuted(case, count, entry.seq, sentence(problem))
        state, count = outcome.state, count + 1
        if outcome.marking_digest != (entry.fields or {}).get("state"):
            return Reexecuted(case, count, entry.seq, "状态摘要不同")
    return Reexecuted(case, count)


def _applied(session: Session, before: str, state: bytes | None, entry: RecordedEvent) -> Outcome:
    """One event again; at a `migrated` one the definition changes from `before` to the entry's own (rule 13)."""
    definition = published(session, entry.definition).definition
    if entry.kind != "migrated":
        return advance(definition, state, event_of(entry))
    return migrate(published(session, before).definition, definition, state or b"", event_of(entry)).outcome


def reexecute_all(session: Session, vault: Vault) -> Iterator[Reexecuted]:
    """Every case but the system's own."""
    for case in all_cases(session):
        if not case.startswith("sys/"):
            yield reexecute_case(session, vault, case)


def event_of(entry: RecordedEvent) -> Event:
    """The event as `advance` was given it."""
    fields: Mapping[str, Any] = entry.fields or {}
    return Event(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        actor=fields.get("actor"),
        on_behalf_of=fields.get("on_behalf_of"),
        target=fields.get("task"),
        facts={name.removeprefix("facts/"): value for name, value in fields.items() if name.startswith("facts/")},
        evidence=tuple(fields.get("evidence") or ()),
        reason=fields.get("reason"),
        result=fields.get("payload/~result"),
        missed=int(fields.get("payload/~missed") or 0),
        cancel=tuple(fields.get("payload/~cancel") or ()),
        open=tuple((scope, node) for scope, node in fields.get("payload/~open") or ()),
        mapping=tuple((old, new) for old, new in fields.get("payload/~map") or ()),
        definition=entry.definition,
        calendar=str(fields.get("calendar") or ""),
        parameters=str(fields.get("parameters") or ""),
    )
