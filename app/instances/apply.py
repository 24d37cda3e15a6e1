"""Applying one event to a locked case: advance, project, record; then what the event itself demands at once.

`advance` decides; this file only carries its outcome into rows. Local calls feed the next event of the same command.
"""

from collections.abc import Mapping
from typing import Any

from app.engine import advance
from app.engine.model import EngineRefused, Event, FactValue, Outcome
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.early_messages import consume_early
from app.instances.local_calls import answer_locally
from app.instances.project import project
from app.instances.record import record


def apply(
    case: Case,
    kind: str,
    *,
    by: Actor | None = None,
    on_behalf_of: str | None = None,
    target: str | None = None,
    facts: Mapping[str, FactValue] | None = None,
    evidence: tuple[str, ...] = (),
    reason: str | None = None,
    result: FactValue = None,
    missed: int = 0,
    cancel: tuple[str, ...] = (),
    open: tuple[tuple[str, str], ...] = (),
    payload: Mapping[str, Any] | None = None,
    dedupe: str | None = None,
) -> Outcome:
    """Apply one event and everything that follows from it inside this transaction.

    Raises:
        Refusal: the engine's refusal, as a sentence. The transaction must then be rolled back.
    """
    event = Event(
        seq=case.row.head_seq + 1,
        at=case.at,
        kind=kind,
        actor=by.id if by else None,
        on_behalf_of=on_behalf_of,
        target=target,
        facts=dict(facts or {}),
        evidence=evidence,
        reason=reason,
        result=result,
        missed=missed,
        cancel=cancel,
        open=open,
        definition=case.row.definition,
        calendar=case.days.digest,
        parameters=case.register.digest,
    )
    outcome = _advance(case, event)
    record(case, event, outcome, payload=payload or {}, dedupe=dedupe)
    case.state, case.facts, case.ended = outcome.state, dict(outcome.facts), outcome.ended
    case.changed |= outcome.trace.facts.keys() | event.facts.keys()
    project(case, event, outcome)
    for call in outcome.calls:
        if call.operation.startswith("local:"):
            answer = answer_locally(case, call, by)
            apply(case, "answered", target=call.key, facts={"answer": answer}, dedupe=f"call:{call.key}")
    if outcome.waits_opened:
        consume_early(case, outcome.waits_opened, apply)
    return outcome


def _advance(case: Case, event: Event) -> Outcome:
    try:
        return advance(case.published.definition, case.state, event)
    except EngineRefused as problem:
        told = {"element": _name(case, problem.element), "expression": problem.expression}
        told |= {"number": case.row.number or "", "told": f"案号 {case.row.number or '（未编号）'}"}
        where = {"instance": case.row.id, "target": event.target or "", "node": problem.element}
        raise Refusal(problem.code, 409, told | where) from problem


def _name(case: Case, element: str) -> str:
    """What the drawing calls it; a flow without a name by the gateway it leaves."""
    drawn = case.published.definition
    flow = drawn.flows.get(element)
    node = drawn.nodes.get(flow.source if flow else element)
    return (flow.name if flow else "") or (node.name if node else "") or element
