"""Holding a task: claim, release, hand over. The claim itself is one conditional UPDATE, so of two people one wins."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.models import Task
from app.instances.open_task import HeldTask, open_task
from app.instances.record import note
from app.instances.surroundings import Surroundings


def claim_task(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> HeldTask:
    """Take a task for oneself. Claiming what one already holds changes nothing.

    Raises:
        Refusal: `task_held` (409) with who holds it (abuse case 14), or what `open_task` says.
    """
    held = open_task(session, around, task_id, by=by, now=now)
    if held.row.assignee_id != by.id:
        hold(held, by=by)
        note(held.case, "claimed", {"task": held.row.key}, actor=by.id, on_behalf_of=held.verdict.on_behalf_of)
    return held


def hold(held: HeldTask, *, by: Actor) -> None:
    """Make the actor the holder, in one UPDATE … WHERE nobody or the actor holds it."""
    task, verdict = held.row, held.verdict
    won = held.case.session.execute(
        update(Task)
        .where(Task.id == task.id, (Task.assignee_id.is_(None)) | (Task.assignee_id == by.id))
        .values(
            assignee_id=by.id,
            claimed_at=held.case.at,
            seen_at=task.seen_at or held.case.at,
            natural_person=by.natural_person,
            behalf_natural=verdict.behalf_natural_person,
            acted_role=verdict.role,
        )
        .execution_options(synchronize_session="evaluate")
    )
    if won.rowcount == 0:  # type: ignore[attr-defined]
        raise Refusal("task_held", 409, {"task": task.name, "holder": task.assignee_id})


def release_task(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> None:
    """Give a task back to all who may do it; the own draft stays one's own.

    Raises:
        Refusal: `task_not_held` (409).
    """
    held = open_task(session, around, task_id, by=by, now=now)
    if held.row.assignee_id != by.id:
        raise Refusal("task_not_held", 409, {"task": held.row.name})
    _let_go(held)
    note(held.case, "released", {"task": held.row.key}, actor=by.id)


def _let_go(held: HeldTask) -> None:
    task = held.row
    task.assignee_id = task.claimed_at = None
    task.natural_person = task.behalf_natural = task.acted_role = None
