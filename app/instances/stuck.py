"""A person's act that the diagram cannot carry out is an incident at once (rule 18).

The act's own transaction is rolled back by then; the door opens another one for this, and one that keeps what was
filled in as the person's draft.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.instances.incidents import open_incident, open_incidents
from app.instances.models import Instance, Task

FAULTS = frozenset(
    {
        "fact_refused", "facts_too_large", "result_refused", "condition_not_boolean", "no_flow_taken", "script_failed",
        "script_refused", "decision_failed", "call_input_refused", "call_output_refused", "payload_refused",
        "correlation_not_text", "assignment_not_text", "timer_rule_refused", "value_refused", "error_not_caught",
        "too_many_steps", "nothing_waits", "state_unreadable", "engine_failure", "wrong_kind", "not_supported",
    }
)  # fmt: skip
"""Refusals of the engine that the person can do nothing about."""


def is_stuck(refusal: Refusal) -> bool:
    return refusal.code in FAULTS and "instance" in refusal.params


def record_stuck(session: Session, refusal: Refusal, *, now: datetime) -> None:
    """Open an incident for the case, unless one is open for this place, and name it in the refusal's sentence.

    A case that was only to be started is not there: then the sentence goes without a number.
    """
    instance, target, node = (str(refusal.params[name]) for name in ("instance", "target", "node"))
    # Locked, so that two people who meet the same trouble at once open one incident.
    case = session.get(Instance, instance, with_for_update=True)
    if case is None:
        return
    task = session.scalar(select(Task.id).where(Task.instance_id == instance, Task.key == target))
    key = task or f"{instance}/{target}"
    open_incident(session, instance, "command", key, node, refusal, now=now)
    session.flush()
    found = next(one for one in open_incidents(session, instance) if one.key == key)
    # A number that the act had taken was rolled back with it and goes to another case: what stands there now is meant.
    refusal.params["told"] = f"案号 {case.number or '（未编号）'}、故障编号 {found.id[:8]}"
