"""A case as a mining tool wants it: a trace of events, each an activity with its time, transition, role and pseudonyms.

Left out are names, numbers, answers, reasons, evidence and every fact that its process does not declare non-personal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import Published, published
from app.history.read import RecordedEvent, read_events
from app.identity.divisions import county, written
from app.identity.plain_text import plain
from app.instances.models import Task
from app.instances.wording import WORDS, node_of
from app.replay.mining.pseudonyms import CASE, FILE, OFFICIAL, TASK, Pseudonyms
from app.replay.mining.selection import ENDED, OPEN, CaseRow
from app.replay.story import facts_of
from app.vault import Vault

TRANSITIONS = {
    "started": "complete", "completed": "complete", "message": "complete", "answered": "complete",
    "timer_due": "complete", "repositioned": "complete", "corrected": "complete", "migrated": "complete",
    "claimed": "assign", "released": "reassign", "transferred": "reassign", "case_handed_over": "reassign",
}  # fmt: skip
"""Kinds of entries that become events, and their transition in the standard model (IEEE 1849-2023, 7.2). Reminders,
warnings and moved dates say nothing of the course of a case and stay out."""
BY_NODE = frozenset({"completed", "message", "answered", "timer_due", "claimed", "released", "transferred"})
DESTROYED = "内容已依法销毁"
LONGEST = 200
"""Characters of a fact."""


@dataclass(frozen=True)
class LogEvent:
    """`seq` is the number of the entry in its chain; `task`, `official` and `principal` (代理) are pseudonyms or empty."""

    seq: int
    at: datetime
    activity: str
    transition: str
    kind: str
    version: int
    task: str = ""
    official: str = ""
    principal: str = ""
    role: str = ""
    opened: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace:
    """`case` and `file` are pseudonyms; `division` is the county, six digits."""

    case: str
    file: str
    process: str
    title: str
    division: str
    state: str
    events: tuple[LogEvent, ...]


class Tracing:
    """Makes traces; remembers the numbers of versions, nothing of cases."""

    def __init__(self, session: Session, vault: Vault, names: Pseudonyms) -> None:
        self._session, self._vault, self._names = session, vault, names
        self._numbers: dict[str, int] = {}

    def trace(self, row: CaseRow) -> Trace:
        """Raises Refusal `record_broken` (500): an entry cannot be read."""
        return Trace(
            case=self._names.name(CASE, row.id),
            file=self._names.name(FILE, row.dossier_id or ""),
            process=row.process,
            title=row.title,
            division=written(county(row.division)),
            state=ENDED if row.ended_at else OPEN,
            events=tuple(self._events(row.id)),
        )

    def _events(self, case: str) -> Iterator[LogEvent]:
        tasks = self._tasks(case)
        for event in read_events(self._session, self._vault, case):
            if event.kind in TRANSITIONS:
                yield self._event(event, tasks)

    def _tasks(self, case: str) -> dict[str, tuple[str, datetime]]:
        rows = self._session.execute(
            select(Task.key, Task.role, Task.acted_role, Task.opened_at).where(Task.instance_id == case)
        )
        return {row.key: (row.acted_role or row.role, row.opened_at) for row in rows}

    def _event(self, event: RecordedEvent, tasks: Mapping[str, tuple[str, datetime]]) -> LogEvent:
        fields = event.fields or {}
        key = str(fields.get("task") or "")
        role, opened = tasks.get(key, ("", None))
        version = published(self._session, event.definition)
        return LogEvent(
            seq=event.seq,
            at=event.at,
            activity=_activity(version, event),
            transition=TRANSITIONS[event.kind],
            kind=event.kind,
            version=self._number(event.definition),
            task=self._names.name(TASK, f"{event.case}/{key}") if key in tasks else "",
            official=self._names.name(OFFICIAL, str(fields.get("actor") or "")),
            principal=self._names.name(OFFICIAL, str(fields.get("on_behalf_of") or "")),
            role=role if event.kind == "completed" else "",
            opened=opened if event.kind == "completed" else None,
            facts=_open_facts(version, event),
        )

    def _number(self, digest: str) -> int:
        if digest not in self._numbers:
            found = self._session.scalar(select(Definition.version).where(Definition.digest == digest))
            self._numbers[digest] = found or 0
        return self._numbers[digest]


def _activity(version: Published, event: RecordedEvent) -> str:
    """What the drawing calls the step; a name of ours for what is no step."""
    if event.fields is None:
        return DESTROYED
    node = node_of(event.fields) if event.kind in BY_NODE else ""
    drawn = version.definition.nodes.get(node)
    return (drawn.name if drawn and drawn.name else node) or WORDS[event.kind]


def _open_facts(version: Published, event: RecordedEvent) -> dict[str, str]:
    """The facts the entry set that every process of the closure declares non-personal, as texts."""
    declared = open_facts(version)
    return {
        name: _text(value) for name, value in sorted(facts_of(event).items()) if name in declared and value is not None
    }


def open_facts(version: Published) -> frozenset[str]:
    """Facts with `personal = false`; one that another process of the closure declares without it is not among them."""
    settings: Sequence[Any] = tuple(version.all_settings.values())
    closed = {fact.name for one in settings for fact in one.facts if fact.name not in one.open_facts}
    return frozenset(name for one in settings for name in one.open_facts if name not in closed)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain("，".join(map(str, value)) if isinstance(value, list) else str(value), LONGEST)


def traces(session: Session, vault: Vault, names: Pseudonyms, rows: Iterator[CaseRow]) -> Iterator[Trace]:
    """One after the other; a case is in memory while it is written, no other.

    Raises:
        Refusal: `record_broken` (500).
    """
    tracing = Tracing(session, vault, names)
    for row in rows:
        yield tracing.trace(row)
