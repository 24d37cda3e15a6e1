"""A case and its open keys as the plain data that the shell gets."""

from typing import Any

from app.engine.case import Case
from app.engine.facts import copied
from app.engine.keys import Opened
from app.engine.marking import digest, marking
from app.engine.model import Call, Open, OpenedTask, OpenedTimer, OpenedWait, Outcome, Trace


def outcome_of(case: Case, before: Opened, after: Opened, state: bytes) -> Outcome:
    """What an event made of a case, from what was open before and is open after it."""
    steps = case.steps

    def news(kind: type) -> tuple[Any, ...]:
        return tuple(item for key, item in after.of(kind).items() if key not in before.waiting)

    def gone(kind: type) -> tuple[str, ...]:
        return tuple(key for key in before.of(kind) if key not in after.waiting)

    shown = open_of(case, after)
    return Outcome(
        state=state,
        opened=news(OpenedTask),
        closed=gone(OpenedTask),
        timers_opened=news(OpenedTimer),
        timers_closed=gone(OpenedTimer),
        waits_opened=news(OpenedWait),
        waits_closed=gone(OpenedWait),
        calls=news(Call),
        calls_closed=gone(Call),
        sent=tuple(steps.sent),
        ended=shown.ended,
        facts=shown.facts,
        trace=Trace(
            entered=tuple(steps.entered),
            left=tuple(steps.left),
            flows=tuple(steps.flows),
            decisions=tuple(steps.decisions),
            facts={name: copied(value) for name, value in steps.facts.items()},
        ),
        marking_digest=shown.marking_digest,
    )


def open_of(case: Case, found: Opened) -> Open:
    """What waits in a case."""
    marked = marking(case, found)
    return Open(
        tasks=tuple(found.of(OpenedTask).values()),
        timers=tuple(found.of(OpenedTimer).values()),
        waits=tuple(found.of(OpenedWait).values()),
        calls=tuple(found.of(Call).values()),
        facts={name: copied(value) for name, value in case.facts.items()},
        ended=case.ended if case.tree.completed else None,
        marking_digest=digest(marked),
        scopes={path: workflow.spec.name for path, workflow in found.scopes.items()},
        joins=marked["joins"],
        signals=tuple(found.signals),
    )
