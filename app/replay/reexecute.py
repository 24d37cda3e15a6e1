"""Re-execution: `advance` over the recorded events under the recorded definition, the outcome compared after each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.published import Published, published
from app.engine import advance
from app.engine.migration import migrate
from app.engine.model import EngineRefused, Event, Outcome
from app.errors import Refusal
from app.history import Head
from app.history.read import RecordedEvent, all_cases, read_events
from app.history.system import SYSTEM
from app.history.verify import verify_case
from app.instances.record import EVENT_KINDS, effects
from app.replay.differ import difference, refused
from app.texts import sentence
from app.vault import Vault


@dataclass(frozen=True)
class Reexecuted:
    """`events` came out as recorded; `seq` and `difference` tell the first that did not."""

    case: str
    events: int
    seq: int | None = None
    difference: str = ""
    erased: bool = False

    @property
    def same(self) -> bool:
        return self.seq is None


def reexecute_case(session: Session, vault: Vault, case: str) -> Reexecuted:
    """Re-execute one case as it is read. An erased one cannot be (不可重演) and is no error (proof §2.6)."""
    try:
        recorded = read_events(session, vault, case)
    except Refusal as problem:
        return Reexecuted(case, 0, problem.params.get("seq", 1), sentence(problem))
    return reexecute(session, case, recorded)


def prove_and_reexecute(
    session: Session, vault: Vault, case: str, *, log: str, expected: Head | None = None
) -> Reexecuted:
    """The same from entries that are proved first: bytes, hashes, links, commitments, the head.

    What is read is let go of before anything is executed: no transaction waits for that.
    """
    recorded: list[RecordedEvent] = []
    chain = verify_case(session, vault=vault, log=log, case=case, expected=expected, each=recorded.append)
    if chain.broken is not None:
        return Reexecuted(case, 0, chain.broken.seq, f"记录链断开：{chain.broken.what}")
    try:
        for digest in dict.fromkeys(entry.definition for entry in recorded):
            published(session, digest)
    except Refusal as problem:
        return Reexecuted(case, 0, 1, sentence(problem))
    session.rollback()
    return reexecute(session, case, recorded)


def reexecute(session: Session, case: str, recorded: Iterable[RecordedEvent]) -> Reexecuted:
    """Re-execute the entries of one case, all of them and in order."""
    recorded = list(recorded)
    if any(event.fields is None for event in recorded):
        return Reexecuted(case, 0, erased=True)
    state: bytes | None = None
    definition, count = "", 0
    for entry in recorded:
        if entry.kind not in EVENT_KINDS:
            continue
        try:
            version = published(session, entry.definition)
            outcome = _applied(session, version, definition, state, entry)
        except EngineRefused as problem:
            return Reexecuted(case, count, entry.seq, refused(version, problem))
        except Refusal as problem:
            return Reexecuted(case, count, entry.seq, sentence(problem))
        if version.digest != entry.definition:
            return Reexecuted(case, count, entry.seq, "目录中的流程定义与这一步所记的摘要不符，定义被替换")
        found = difference(version, entry, outcome, effects(outcome.trace))
        if found:
            return Reexecuted(case, count, entry.seq, found)
        definition, state, count = entry.definition, outcome.state, count + 1
    return Reexecuted(case, count)


def _applied(session: Session, version: Published, before: str, state: bytes | None, entry: RecordedEvent) -> Outcome:
    """One event again; at a `migrated` one the definition changes from `before` to the entry's own (rule 13)."""
    if entry.kind != "migrated":
        return advance(version.definition, state, event_of(entry))
    old = published(session, before).definition
    return migrate(old, version.definition, state or b"", event_of(entry)).outcome


def reexecute_all(session: Session, vault: Vault) -> Iterator[Reexecuted]:
    """Every case but the system's own."""
    for case in all_cases(session):
        if not case.startswith(SYSTEM):
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
