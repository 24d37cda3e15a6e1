"""What one case waits for besides people's tasks, place by place: what comes in, a day, another department."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.instances.answer_call import OPEN
from app.instances.case import Case
from app.instances.models import Call, Task, Timer, Wait


@dataclass(frozen=True)
class Awaited:
    """`message` is the name of one that can come in; `day` when it goes on by itself, where that is known."""

    node: str
    name: str
    whom: str
    message: str = ""
    day: date | None = None


def awaited(session: Session, case: Case) -> tuple[Awaited, ...]:
    """Messages, then days, then departments. What only stands ready beside a step is left out."""
    mine = case.row.id
    waits = session.scalars(select(Wait).where(Wait.instance_id == mine).order_by(Wait.key))
    timers = session.scalars(select(Timer).where(Timer.instance_id == mine).order_by(Timer.due_at, Timer.key))
    calls = session.scalars(select(Call).where(Call.instance_id == mine, Call.status.in_(OPEN)).order_by(Call.key))
    found = [
        *(Awaited(one.node, "", "来件", message=one.message) for one in waits),
        *(Awaited(one.node, "", "到期", day=legal_day(one.due_at) if one.due_at else None) for one in timers),
        *(Awaited(one.node, "", "对方部门") for one in calls),
    ]
    nodes = case.published.definition.nodes
    return tuple(
        replace(one, name=nodes[one.node].name)
        for one in found
        if one.node in nodes and nodes[one.node].attached_to is None
    )


def alone(session: Session, case: Case) -> bool:
    """One task is open and nothing else."""
    tasks = select(func.count()).where(Task.instance_id == case.row.id, Task.status == "open")
    return session.scalar(tasks) == 1 and not awaited(session, case)
