"""Who a task is for, and who has acted in the case before: what `identity.may` needs to know."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.engine.model import OpenedTask
from app.identity.actor import Actor
from app.identity.may import Need, PriorAct, SeparationRules, Verdict, may_work
from app.identity.roles import CASEWORKER, named_roles
from app.identity.separation import load_rules
from app.instances.models import Instance, Task


def candidates_of(opened: OpenedTask) -> list[str]:
    """Logins the diagram names; none leaves the task to its role."""
    named = opened.assigned.get("assignee")
    if not named:
        return []
    return [str(one) for one in named] if isinstance(named, list | tuple) else [str(named)]


def need_of(task: Task) -> Need:
    return Need(
        roles=tuple(sorted(named_roles([task.role]))),
        division=task.division,
        assignees=tuple(login for login in (task.candidates or "").split(",") if login),
        separation=task.separation,
        distinct=task.distinct,
    )


def judge(session: Session, actor: Actor, task: Task, instance: Instance, today: date) -> Verdict:
    """May the actor do this task? The earlier acts of the case are read only where a separation can bite."""
    need = need_of(task)
    acts: Sequence[PriorAct] = ()
    rules = SeparationRules()
    if task.role != CASEWORKER or task.separation or task.distinct:
        acts = earlier_acts(session, instance, besides=task.id)
        rules = load_rules(session, instance.division, today)
    return may_work(actor, need, acts, rules)


def earlier_acts(session: Session, instance: Instance, *, besides: str) -> list[PriorAct]:
    """The start, each completed task, and claimed siblings of a multi-instance that need different persons."""
    rows = session.execute(
        select(
            Task.natural_person, Task.behalf_natural, Task.separation, Task.node, Task.distinct, Task.acted_role
        ).where(
            Task.instance_id == instance.id,
            Task.id != besides,
            Task.natural_person.is_not(None),
            or_(Task.status == "done", Task.distinct.is_not(None)),
        )
    ).all()
    acts = [PriorAct(row[0] or "", row[1], row[2], row[3], row[4], row[5]) for row in rows]
    return [PriorAct(instance.starter_natural, role=instance.starter_role, start=True), *acts]
