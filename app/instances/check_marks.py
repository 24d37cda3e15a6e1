"""Are the marks by which an auditor finds a case those that its record gives? And making them anew from it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.clock import legal_day
from app.errors import Refusal
from app.history.read import RecordedEvent, read_events
from app.instances.difference import Difference
from app.instances.marks import LATE, forget_marks, keep_marks, kept_marks, known_marks, marks_of
from app.instances.models import Instance, Task
from app.instances.record import facts_set
from app.vault import Vault


def check_marks(session: Session, row: Instance, events: Sequence[RecordedEvent]) -> Iterator[Difference]:
    """What is missing and what is too much."""
    given, kept = _both(session, row, events)
    yield from (Difference(row.id, "mark", one, "记录里有这一情形，查案标记里没有") for one in sorted(given - kept))
    yield from (Difference(row.id, "mark", one, "记录里没有这一情形，查案标记里有") for one in sorted(kept - given))


def mark_anew(session: Session, vault: Vault, row: Instance) -> int:
    """Make the marks of a case agree with its record; gives how many were wrong. An erased one keeps what it has."""
    try:
        events = read_events(session, vault, row.id)
    except Refusal:
        return 0
    if any(event.fields is None for event in events):
        return 0
    given, kept = _both(session, row, events)
    keep_marks(session, row.id, row.started_at, given - kept)
    forget_marks(session, row.id, row.started_at, kept - given)
    return len(given ^ kept)


def _both(session: Session, row: Instance, events: Sequence[RecordedEvent]) -> tuple[set[str], set[str]]:
    given = _recorded(session, events) | ({LATE} if _late(session, row.id) else set())
    versions = [published(session, digest) for digest in {event.definition for event in events}]
    return given, kept_marks(session, row.id, row.started_at, known_marks(versions) | given)


def _recorded(session: Session, events: Sequence[RecordedEvent]) -> set[str]:
    found: set[str] = set()
    facts: dict[str, Any] = {}
    for event in events:
        fields = event.fields or {}
        facts |= facts_set(fields)
        found |= marks_of(published(session, event.definition), event.kind, fields, facts, event.at)
    return found


def _late(session: Session, instance_id: str) -> bool:
    """Whether a step was completed after its day."""
    done = select(Task.due_on, Task.closed_at).where(
        Task.instance_id == instance_id, Task.closed_by.is_not(None), Task.due_on.is_not(None)
    )
    return any(_after(due, closed) for due, closed in session.execute(done))


def _after(due: Any, closed: datetime | None) -> bool:
    return closed is not None and legal_day(closed) > due
