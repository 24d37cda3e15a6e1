"""Calls carried out in the same transaction (docs/process-format.md §3). A table: name → act."""

from collections.abc import Callable
from typing import Any

from app.engine.model import Call
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.local_calls.issue_number import issue_case_number, issue_number
from app.instances.local_calls.last_day import last_day_of
from app.instances.local_calls.record_letter import record_letter
from app.instances.local_calls.refer import refer

Operation = Callable[[Case, Call, Actor | None], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    "local:issue_case_number": issue_case_number,
    "local:issue_number": issue_number,
    "local:last_day": last_day_of,
    "local:record_letter": record_letter,
    "local:refer": refer,
}


def answer_locally(case: Case, call: Call, by: Actor | None) -> dict[str, Any]:
    """The answer of a local call.

    Raises:
        Refusal: `local_call_unknown` (409); the linter finds those before a case does.
    """
    operation = OPERATIONS.get(call.operation)
    if operation is None:
        raise Refusal("local_call_unknown", 409, {"operation": call.operation})
    return operation(case, call, by)
