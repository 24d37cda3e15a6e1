"""Who a task is for, and who has acted in the case before: what `identity.may` needs to know."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, null, or_, select
from sqlalchemy.orm import Session

from app.engine.model import OpenedTask
from app.identity.actor import Actor
from app.identity.may import Need, PriorAct, SeparationRules, Verdict, may_work
from app.identity.roles import CASEWORKER, named_roles
from app.identity.separation import load_rules
from app.instances.models import Call, Instance, Message, Task


def candidates_of(opened: OpenedTask) -> list[str]:
    """Logins the diagram names; none leaves the task to its role."""
    named = opened.assigned.get("assignee")
    if not named:
        return []
    return [str(one) for one in named] if isinstance(named, list | tuple) else [str(named)]


def avoiding(instance: Instance) -> frozenset[str]:
    """Natural persons who declared an interest in the case."""
    return frozenset(one for one in (instance.avoiding or "").split(",") if one)


def need_of(task: Task, instance: Instance) -> Need:
    return Need(
        roles=tuple(sorted(named_roles([task.role]))),
        division=task.division,
        assignees=tuple(login for login in (task.candidates or "").split(",") if login),
        separation=task.separation,
        distinct=task.distinct,
        interests=avoiding(instance),
        in_person=in_person(task),
    )


def in_person(task: Task) -> bool:
    """One of several that a diagram puts to several people by name: a signature or 会签, given by nobody else."""
    return task.item is not None and bool(task.candidates)


def judge(session: Session, actor: Actor, task: Task, instance: Instance, today: date) -> Verdict:
    """May the actor do this task? The earlier acts of the case are read only where a separation can bite."""
    acts, rules = what_counts(session, task, instance, today)
    return may_work(actor, need_of(task, instance), acts, rules)


def what_counts(
    session: Session, task: Task, instance: Instance, today: date
) -> tuple[Sequence[PriorAct], SeparationRules]:
    """The earlier acts and the rules by which separation of duties is judged for this task."""
    if task.role == CASEWORKER and not task.separation and not task.distinct:
        return (), SeparationRules()
    return earlier_acts(session, instance, besides=task.id), load_rules(session, instance.division, today)


def earlier_acts(session: Session, instance: Instance, *, besides: str) -> list[PriorAct]:
    """The start, each completed task, messages and answers of departments entered by hand, and claimed siblings of a
    multi-instance that need different persons; one statement."""
    nothing = null()
    tasks = select(
        Task.natural_person, Task.behalf_natural, Task.separation, Task.node, Task.distinct, Task.acted_role
    ).where(
        Task.instance_id == instance.id,
        Task.id != besides,
        Task.natural_person.is_not(None),
        or_(Task.status == "done", and_(Task.status == "open", Task.distinct.is_not(None))),
    )
    sent = select(
        Message.natural_person, Message.behalf_natural, nothing, Message.name, nothing, Message.acted_role
    ).where(Message.instance_id == instance.id, Message.natural_person.is_not(None))
    answered = select(Call.natural_person, Call.behalf_natural, nothing, Call.name, nothing, nothing).where(
        Call.instance_id == instance.id, Call.natural_person.is_not(None)
    )
    rows = session.execute(tasks.union_all(sent, answered)).all()
    started = PriorAct(instance.starter_natural, instance.starter_behalf, role=instance.starter_role, start=True)
    return [started, *(PriorAct(row[0] or "", row[1], row[2], row[3], row[4], row[5]) for row in rows)]
