"""An answer to a call: the first one moves the case, whoever gave it; any later one is recorded and changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.connectors.operation import Answer
from app.errors import not_found
from app.identity.actor import Actor
from app.identity.may import Verdict
from app.instances.apply import apply
from app.instances.case import Case, lock_case
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.incidents import close_incident
from app.instances.models import Call
from app.instances.record import note
from app.instances.surroundings import Surroundings

CONNECTOR = "connector"
OPEN = ("waiting", "unknown", "failed")
"""States in which an answer is the first one."""


def answer_call(
    session: Session, around: Surroundings, call_id: str, answer: Answer, *, attempt: int, now: datetime
) -> bool:
    """The neighbour's answer, of the declared shape. True when it moved the case, False when it came late.

    Raises:
        Refusal: `not_found`; what the engine says when the answer cannot be applied.
    """
    case, call = lock_call(session, around, call_id, now=now)
    if call.status not in OPEN or case.row.ended_at is not None:
        _late(case, call, answer, attempt=attempt)
        return False
    take_answer(case, call, answer)
    return True


def lock_call(session: Session, around: Surroundings, call_id: str, *, now: datetime) -> tuple[Case, Call]:
    """Lock the case of the call, fire what is due, and read the call as it then stands.

    Raises:
        Refusal: `not_found` (404).
    """
    owner = session.scalar(select(Call.instance_id).where(Call.id == call_id))
    if owner is None:
        raise not_found()
    case = lock_case(session, around, owner, now=now)
    fire_due(case)
    session.flush()
    return case, session.get_one(Call, call_id, populate_existing=True)


def take_answer(
    case: Case,
    call: Call,
    answer: Answer,
    *,
    by: Actor | None = None,
    verdict: Verdict | None = None,
    evidence: tuple[str, ...] = (),
    payload: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """The first terminal answer, as an event of the case. `verdict`: for whom `by` enters it by hand."""
    call.status, call.answered_at, call.answered_by = "answered", case.at, by.login if by else CONNECTOR
    call.natural_person = by.natural_person if by else None
    call.behalf_natural = verdict.behalf_natural_person if verdict else None
    call.next_try_at = call.lease_until = call.answer = None
    apply(
        case,
        "answered",
        by=by,
        on_behalf_of=verdict.on_behalf_of if verdict else None,
        target=call.key,
        facts={"answer": dict(answer)},
        evidence=evidence,
        payload=payload,
        reason=reason,
        dedupe=f"call:{call.id}",
    )
    close_incident(case.session, call.id, now=case.at)
    finish(case)


def _late(case: Case, call: Call, answer: Answer, *, attempt: int) -> None:
    """What came after the first answer, or after nobody needed one: on the record, and no more."""
    call.lease_until, call.reported = None, max(call.reported, attempt)
    note(case, "late_answer", {"task": call.key, "payload/~call": call.id, "payload/answer": dict(answer)})
    finish(case)
