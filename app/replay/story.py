"""What was known at each step of a recording: versions, facts, papers. Read once for a page, asked by step."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import Published, published
from app.engine.definition import Node
from app.history.read import RecordedEvent
from app.identity.names import names_of
from app.instances.models import Task
from app.instances.record import facts_set
from app.instances.refused import Knock, knocks_at
from app.replay.frames import Drawn, Frame, Span, drawn_by, frames
from app.replay.open_replay import Recording

TURN = frozenset({"migrated"})


class Worked(NamedTuple):
    """What of a task a replay needs; a case may have hundreds."""

    key: str
    node: str
    role: str
    division: str
    due_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    opened_seq: int
    closed_seq: int | None


WORKED = tuple(getattr(Task, name) for name in Worked._fields)


@dataclass
class Story:
    """A recording with what its entries mean. `session` is read from, never written to."""

    session: Session
    recording: Recording
    _clock_facts: dict[str, frozenset[str]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    @property
    def events(self) -> list[RecordedEvent]:
        return self.recording.events

    @cached_property
    def versions(self) -> dict[str, Published]:
        """By digest, in the order in which the case ran on them."""
        found = dict.fromkeys(event.definition for event in self.events if event.definition)
        return {digest: published(self.session, digest) for digest in found}

    @cached_property
    def version_names(self) -> dict[str, str]:
        rows = self.session.execute(
            select(Definition.digest, Definition.version).where(Definition.digest.in_(self.versions))
        )
        return {row.digest: f"第 {row.version} 版" for row in rows}

    @cached_property
    def drawn(self) -> Drawn:
        return drawn_by(version.definition for version in self.versions.values())

    @property
    def nodes(self) -> Mapping[str, Node]:
        return self.drawn.nodes

    @cached_property
    def tasks(self) -> dict[str, Worked]:
        """The rows of the human tasks by key: spans and posts; who did what stands in the entries."""
        mine = select(*WORKED).where(Task.instance_id == self.recording.case.row.id)
        rows = self.session.execute(mine.order_by(Task.opened_seq, Task.key))
        return {row.key: Worked(*row) for row in rows}

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        spans = [Span(task.node, task.opened_seq, task.closed_seq) for task in self.tasks.values()]
        return frames(self.events, spans, self.drawn, self.ended)

    @property
    def ended(self) -> int | None:
        """Number of the entry that ended the case: the last that moved it."""
        if self.recording.case.row.ended_at is None:
            return None
        moved = [event.seq for event in self.events if _moves(event)]
        return moved[-1] if moved else None

    @cached_property
    def human(self) -> frozenset[str]:
        """Nodes of human tasks that were ever open."""
        return frozenset(task.node for task in self.tasks.values())

    @cached_property
    def knocks(self) -> dict[int, list[Knock]]:
        """Attempts that were refused, by the entry after which they were first made."""
        ats = [event.at for event in self.events]
        found: dict[int, list[Knock]] = {}
        for row in knocks_at(self.session, self.recording.case.row.id):
            found.setdefault(max(1, bisect_right(ats, row.first_at)), []).append(row)
        return found

    def clock_facts(self, event: RecordedEvent) -> frozenset[str]:
        """Date facts on which a clock of that version hangs."""
        if event.definition not in self._clock_facts:
            clocks = self.version(event).clocks.values()
            ends: set[str | None] = {name for one in clocks for name in (one.start, one.end)}
            stops = {name for one in clocks for stop in one.stops for name in (stop.from_fact, stop.to_fact)}
            self._clock_facts[event.definition] = frozenset(name for name in ends | stops if name)
        return self._clock_facts[event.definition]

    def version(self, event: RecordedEvent) -> Published:
        return self.versions[event.definition]

    def knows_before(self, seq: int) -> bool:
        """Whether this reader sees all that came before the entry `seq`: else nothing is compared with it or reckoned from
        it, which would tell what is hidden, or be wrong."""
        first = self.recording.hidden_from
        return first is None or seq <= first

    def facts_before(self, seq: int) -> Mapping[str, Any]:
        """The facts as they stood before the entry `seq`."""
        return self._standing[seq - 1]

    @cached_property
    def _standing(self) -> list[Mapping[str, Any]]:
        """Before each entry and after the last; one mapping for all between which nothing changed."""
        found: list[Mapping[str, Any]] = [{}]
        for event in self.events:
            known = facts_of(event)
            after = {name: value for name, value in {**found[-1], **known}.items() if value is not None}
            found.append(after if known else found[-1])
        return found

    def names(self, ids: Collection[str]) -> Mapping[str, str]:
        """Names of people by id, each asked for once."""
        new = set(ids) - self._asked
        if new:
            self._names |= names_of(self.session, new)
            self._asked |= new
        return self._names


def facts_of(event: RecordedEvent) -> dict[str, Any]:
    """What the entry set, by itself and through its tables; null: unset."""
    return facts_set(event.fields or {})


def _moves(event: RecordedEvent) -> bool:
    effects = (event.fields or {}).get("effects")
    return isinstance(effects, Mapping) and bool(effects.get("out"))
