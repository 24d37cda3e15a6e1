"""Holding a task: claim, release, hand over. The claim itself is one conditional UPDATE, so of two people one wins."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.models import Draft, Task
from app.instances.open_task import HeldTask, held_already, open_task
from app.instances.record import note
from app.instances.see_task import see_task
from app.instances.surroundings import Surroundings


def claim_task(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> HeldTask:
    """Take a task for oneself. Claiming what one already holds changes nothing.

    Raises:
        Refusal: `task_held` (409) with who holds it (abuse case 14), or what `open_task` says.
    """
    held = open_task(session, around, task_id, by=by, now=now)
    former = held.row.assignee_id
    if former != by.id:
        see_task(session, task_id, by=by.id, now=held.case.at)
        hold(held, by=by)
        fields = {"task": held.row.key, "payload/~from": former}
        note(held.case, "claimed", fields, actor=by.id, on_behalf_of=former or held.verdict.on_behalf_of)
        forget_drafts_of_others(held.case, task_id, keep=by.id)
    return held


def hold(held: HeldTask, *, by: Actor) -> None:
    """Make the actor the holder, in one UPDATE … WHERE nobody, the actor or one the actor stands in for holds it."""
    task, verdict = held.row, held.verdict
    won = held.case.session.execute(
        update(Task)
        .where(Task.id == task.id, or_(Task.assignee_id.is_(None), Task.assignee_id.in_(by.ids)))
        .values(
            assignee_id=by.id,
            claimed_at=held.case.at,
            natural_person=by.natural_person,
            behalf_natural=verdict.behalf_natural_person,
            acted_role=verdict.role,
        )
        .execution_options(synchronize_session="evaluate")
    )
    if won.rowcount == 0:  # type: ignore[attr-defined]
        raise held_already(held.case.session, task)


def forget_drafts_of_others(case: Case, task_id: str, *, keep: str) -> bool:
    """Drafts of those who no longer hold the task are gone, for them too (abuse case 31). True when there was one."""
    gone = case.session.execute(delete(Draft).where(Draft.task_id == task_id, Draft.person_id != keep))
    return bool(gone.rowcount)  # type: ignore[attr-defined]
