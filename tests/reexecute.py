"""Re-running the recorded events of a case: every marking must come out as it did the first time."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from app.engine import Definition, Event, Outcome, advance
from app.engine.hot import hot_cases


def reexecute(
    definition: Definition | Mapping[str, Definition], events: Iterable[Event], digests: Iterable[str]
) -> list[Outcome]:
    """Run events from the start, cold, and compare the digest of the marking after each.

    Args:
        definition: the one the case ran, or definitions by the digest events carry (`Event.definition`).
        events: those that change the marking, in order.
        digests: `marking_digest` of the outcome each of them had.
    """
    outcomes: list[Outcome] = []
    size, hot_cases.size = hot_cases.size, 0
    hot_cases.clear()
    try:
        for event, digest in zip(events, digests, strict=True):
            chosen = definition if isinstance(definition, Definition) else definition[event.definition]
            state = outcomes[-1].state if outcomes else None
            outcomes.append(advance(chosen, state, recorded(event)))
            assert outcomes[-1].marking_digest == digest, f"event {event.seq} ({event.kind}) leads elsewhere"
    finally:
        hot_cases.size = size
    return outcomes


def recorded(event: Event) -> Event:
    """The event as it comes back from a record: through canonical JSON, keys sorted."""
    told = json.loads(json.dumps({"facts": dict(event.facts), "result": event.result}, sort_keys=True))
    assert {field.name for field in fields(event)} >= set(told)
    return replace(event, **told)
