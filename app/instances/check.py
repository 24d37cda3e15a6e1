"""Do the derived rows agree with the state, and does nothing wait unseen? (rules 18, 19)"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import open_keys
from app.engine.model import Open
from app.errors import Refusal
from app.instances.answer_call import OPEN
from app.instances.incidents import open_incidents
from app.instances.models import Call, Instance, Outbox, Task, Timer, Wait
from app.instances.read_case import read_case
from app.instances.surroundings import Surroundings


@dataclass(frozen=True)
class Difference:
    """`what` is task, timer, wait, call, incident, outbox or state; `key` says which one."""

    instance_id: str
    what: str
    key: str
    detail: str


def check_case(session: Session, around: Surroundings, row: Instance, *, now: datetime) -> Iterator[Difference]:
    """Compare the rows of one running case with what its state holds open."""
    try:
        case = read_case(session, around, row, now=now)
    except Refusal:
        return
    if case.state is None:
        yield Difference(row.id, "state", "", "在办案件没有状态")
        return
    held = _held(open_keys(case.published.definition, case.state))
    for what, rows in _rows(session, row.id).items():
        yield from (Difference(row.id, what, key, "状态中有，表中没有") for key in sorted(held[what] - rows))
        yield from (Difference(row.id, what, key, "表中有，状态中没有") for key in sorted(rows - held[what]))


def _held(found: Open) -> dict[str, set[str]]:
    return {
        "task": {one.key for one in found.tasks},
        "timer": {one.key for one in found.timers},
        "wait": {one.key for one in found.waits},
        "call": {one.key for one in found.calls},
    }


def _rows(session: Session, instance_id: str) -> dict[str, set[str]]:
    kinds = {
        "task": select(Task.key).where(Task.instance_id == instance_id, Task.status == "open"),
        "timer": select(Timer.key).where(Timer.instance_id == instance_id),
        "wait": select(Wait.key).where(Wait.instance_id == instance_id),
        "call": select(Call.key).where(Call.instance_id == instance_id, Call.status.in_(OPEN)),
    }
    return {what: set(session.scalars(statement)) for what, statement in kinds.items()}


def standing_still(session: Session) -> Iterator[Difference]:
    """What waits for a person although no task says so."""
    for incident in open_incidents(session):
        yield Difference(incident.instance_id, "incident", incident.id, f"{incident.what} {incident.node}")
    for item in session.scalars(select(Outbox).where(Outbox.done_at.is_(None), Outbox.attempts > 0)):
        yield Difference(item.sender_id, "outbox", item.id, f"{item.name} {item.last_error} ×{item.attempts}")
    for call in session.scalars(select(Call).where(Call.status.in_(("failed", "unknown")))):
        yield Difference(call.instance_id, "call", call.id, f"{call.operation} {call.status}")
