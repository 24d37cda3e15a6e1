"""Holding a task. The instance is locked and the task was read after that, so of two people one wins."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.models import Draft
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
    """Make the actor the holder, unless somebody holds it whom the actor does not stand in for.

    Raises:
        Refusal: `task_held` (409).
    """
    task, verdict = held.row, held.verdict
    if task.assignee_id is not None and task.assignee_id not in by.ids:
        raise held_already(held.case.session, task)
    task.assignee_id, task.claimed_at = by.id, held.case.at
    task.natural_person, task.behalf_natural = by.natural_person, verdict.behalf_natural_person
    task.acted_role = verdict.role


def forget_drafts_of_others(case: Case, task_id: str, *, keep: str) -> bool:
    """Drafts of those who no longer hold the task are gone, for them too (abuse case 31). True when there was one."""
    gone = case.session.execute(delete(Draft).where(Draft.task_id == task_id, Draft.person_id != keep))
    return bool(gone.rowcount)  # type: ignore[attr-defined]
