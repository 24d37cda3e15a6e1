"""Writing a case's chain: events that move the case, and notes beside them that re-execution passes over."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.engine.model import Event, Outcome, Trace
from app.engine.outline import ENGINE_VERSION
from app.history import Head, append
from app.instances.case import Case
from app.instances.marks import keep_marks, marks_of

EVENT_KINDS = frozenset(
    {"started", "completed", "message", "timer_due", "answered", "repositioned", "corrected", "migrated"}
)
"""Kinds that move the case. Every other kind of the chain is a note."""

UNSET = "facts/"
"""Here a null means something: the event took the fact away, and re-execution must do so too."""


def record(case: Case, event: Event, outcome: Outcome, *, payload: Mapping[str, Any], dedupe: str | None) -> None:
    """Append the event with what was submitted and what it made happen (proof §2.2).

    Args:
        payload: the answers as submitted; each becomes a field of its own, so that an export can hide one.
        dedupe: what makes the event happen once (rule 15).
    """
    fields: dict[str, Any] = {
        "task": event.target,
        "reason": event.reason,
        "evidence": list(event.evidence) or None,
        "calendar": event.calendar,
        "parameters": event.parameters,
        "effects": effects(outcome.trace),
        "state": outcome.marking_digest,
        "payload/~result": event.result,
        "payload/~missed": event.missed or None,
        "payload/~cancel": list(event.cancel) or None,
        "payload/~open": [list(pair) for pair in event.open] or None,
        "payload/~map": [list(pair) for pair in event.mapping] or None,
    }
    fields |= {f"payload/{name}": value for name, value in payload.items()}
    fields |= {f"facts/{name}": value for name, value in event.facts.items()}
    _append(case, event.kind, fields, event.actor, event.on_behalf_of, dedupe, facts=outcome.facts)


def note(
    case: Case,
    kind: str,
    fields: Mapping[str, Any],
    *,
    actor: str | None = None,
    on_behalf_of: str | None = None,
    dedupe: str | None = None,
) -> None:
    """Append an entry that does not move the case: claimed, released, transferred, urged, due_moved, …"""
    if kind in EVENT_KINDS:
        raise ValueError(f"{kind} moves the case: apply() it")
    _append(case, kind, dict(fields), actor, on_behalf_of, dedupe)


def effects(trace: Trace) -> dict[str, Any]:
    """The trace as canonical JSON: nodes entered and left, flows, decisions with their rows, facts set."""
    shown: dict[str, Any] = {
        "in": list(trace.entered),
        "out": list(trace.left),
        "flows": list(trace.flows),
        "decisions": [asdict(decided) | {"rows": list(decided.rows)} for decided in trace.decisions],
        "facts": dict(trace.facts),
    }
    return {name: value for name, value in shown.items() if value}


def _append(
    case: Case,
    kind: str,
    fields: dict[str, Any],
    actor: str | None,
    on_behalf_of: str | None,
    dedupe: str | None,
    *,
    facts: Mapping[str, Any] | None = None,
) -> None:
    fields |= {"actor": actor, "on_behalf_of": on_behalf_of, "def_title": case.published.settings.title}
    head = append(
        case.session,
        vault=case.around.vault,
        log=case.around.log,
        case=case.row.id,
        head=Head(case.row.head_seq, case.row.head_hash),
        at=case.at,
        kind=kind,
        definition=case.row.definition,
        engine=ENGINE_VERSION,
        fields={name: value for name, value in fields.items() if value is not None or name.startswith(UNSET)},
        data_key=case.key,
        dedupe=dedupe,
    )
    case.row.head_seq, case.row.head_hash = head.seq, head.hash
    case.row.last_at = case.at
    marks = marks_of(case.published, kind, fields, facts or {}, case.at)
    keep_marks(case.session, case.row.id, case.row.started_at, marks)


def facts_set(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry set, by itself and through its tables; null: unset."""
    own = {name[len(UNSET) :]: value for name, value in fields.items() if name.startswith(UNSET)}
    made: Any = fields.get("effects")
    return own | dict((made.get("facts") or {}) if isinstance(made, Mapping) else {})
