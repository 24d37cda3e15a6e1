"""催办: who answers for a case asks for a step to be done, once a day and on the record."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import lock_case_of_task
from app.instances.models import Instance, Task
from app.instances.open_task import still_open
from app.instances.people import judge
from app.instances.record import note
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings


def urge_task(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> None:
    """Urge. The holder, or all who may take the task, read it above their list until the task is done.

    Raises:
        Refusal: `not_found` (404), `urge_not_yours` (403), `urge_own`, `urge_again` (409), or that it is closed (409).
    """
    case, task = lock_case_of_task(session, around, task_id, now=now)
    check_urge(session, case.row, task, by=by, today=case.today)
    still_open(case, task)
    task.urged_at, task.urged_by = case.at, by.id
    owner = case.row.owner_id
    note(
        case,
        "urged",
        {"task": task.key, "payload/~to": task.assignee_id},
        actor=by.id,
        on_behalf_of=None if owner == by.id else owner,
        dedupe=f"urge:{task.key}:{case.today}",
    )


def check_urge(session: Session, row: Instance, task: Task, *, by: Actor, today: date) -> None:
    """Whether the actor may urge this task today; a stranger to the case finds nothing."""
    see_case(session, row.id, by=by)
    if row.owner_id not in by.ids:
        raise Refusal("urge_not_yours", 403)
    if task.status != "open":
        return
    if task.assignee_id in by.ids or (task.assignee_id is None and judge(session, by, task, row, today).allowed):
        raise Refusal("urge_own", 409, {"task": task.name})
    if urged_today(task, today):
        raise Refusal("urge_again", 409, {"task": task.name})


def urged_today(task: Task, today: date) -> bool:
    return task.urged_at is not None and legal_day(task.urged_at) == today
