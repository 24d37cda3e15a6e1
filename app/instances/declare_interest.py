"""回避: a person says that the case touches them or their family, and does nothing in it from then on.

Statutory (收养评估办法（试行）on avoidance; handbook S6): it has no switch, holds for every account of the human being and
for whoever stands in for them, and is not taken back. What the person held goes back to the colleagues.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.case import Case, lock_case
from app.instances.hold import forget_drafts_of_others
from app.instances.models import Instance, Task
from app.instances.people import avoiding
from app.instances.record import note
from app.instances.release_task import let_go
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings

LONGEST_REASON = 500


def declare_interest(
    session: Session, around: Surroundings, instance_id: str, *, by: Actor, reason: str, now: datetime
) -> None:
    """Declare it for oneself.

    Raises:
        Refusal: `not_found` (404), `interest_ended`, `interest_declared` (409), `interest_no_reason` (422).
    """
    check_declarable(see_case(session, instance_id, by=by), by=by)
    why = plain(reason, LONGEST_REASON)
    if not why:
        raise Refusal("interest_no_reason")
    case = lock_case(session, around, instance_id, now=now)
    check_declarable(case.row, by=by)
    case.row.avoiding = f"{case.row.avoiding or ','}{by.natural_person},"
    released = _let_go_of_all(case, by)
    fields = {"reason": why, "payload/~released": released or None}
    note(case, "interest_declared", fields, actor=by.id, dedupe=f"interest:{by.natural_person}")


def check_declarable(row: Instance, *, by: Actor) -> None:
    """Once, and while there is something to keep away from."""
    if row.ended_at is not None:
        raise Refusal("interest_ended", 409)
    if by.natural_person in avoiding(row):
        raise Refusal("interest_declared", 409)


def _let_go_of_all(case: Case, by: Actor) -> list[str]:
    """Keys of the open tasks that the person held, in their own name or in another's."""
    held = case.session.scalars(
        select(Task)
        .where(Task.instance_id == case.row.id, Task.status == "open", Task.natural_person == by.natural_person)
        .order_by(Task.key)
    ).all()
    for task in held:
        let_go(task)
        forget_drafts_of_others(case, task.id, keep="")
    return [task.key for task in held]
