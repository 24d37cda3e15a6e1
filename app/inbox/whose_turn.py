"""Whose turn it is after a step is done: said to the one who did it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.names import names_of
from app.identity.roles import CASEWORKER, role_name
from app.inbox.standing import standings
from app.instances.models import Instance, Task

MOST = 3


def whose_turn(session: Session, instance_id: str, actor: Actor) -> str:
    """`审批（县级分管领导）`, several joined by 、; empty for a case that has ended."""
    row = session.get_one(Instance, instance_id)
    if row.ended_at is not None:
        return ""
    tasks = session.scalars(
        select(Task).where(Task.instance_id == instance_id, Task.status == "open").order_by(Task.opened_seq, Task.key)
    ).all()
    names = names_of(session, {task.assignee_id for task in tasks})
    found = dict.fromkeys(f"{task.name}（{names.get(task.assignee_id or '') or post(task.role)}）" for task in tasks)
    if found:
        return "、".join(list(found)[:MOST]) + (f" 等 {len(found)} 项" if len(found) > MOST else "")
    idle = standings(session, [row], actor.roles).get(instance_id)
    return f"{idle.step}（{idle.whom}）" if idle else ""


def post(role: str) -> str:
    """The post a task without a holder waits for."""
    return "本单位经办人员" if role == CASEWORKER else role_name(role)
