"""Which dates of a case would move under registers that are not in force yet: the answer to a change before it is made.

The caller has put the change into force behind a savepoint and takes it back; here the one computation is run that
would run afterwards, so that what is shown before is what happens.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.instances.models import Instance, Task
from app.instances.recompute_due_dates import recompute_due_dates
from app.instances.surroundings import Surroundings

Dates = dict[str, tuple[str, str]]
"""By task, and for the case itself: what it is called and its last day as text."""


def foresee_dates(session: Session, around: Surroundings, instance_id: str, *, now: datetime) -> tuple[str, ...]:
    """A line for each date that moves, with the case's number and no name; none for a case that stays as it is.

    Args:
        now: the instant from which the change applies.
    """
    before = _dates(session, instance_id)
    try:
        recompute_due_dates(session, around, instance_id, now=now)
    except Refusal:  # its dates cannot be reckoned, before or after: they stay
        return ()
    session.flush()
    row, after = session.get_one(Instance, instance_id), _dates(session, instance_id)
    number = row.number or f"未编号（{row.title}）"
    return tuple(
        f"{number} {name}：{before[key][1]} → {day}"
        for key, (name, day) in after.items()
        if key in before and before[key][1] != day
    )


def _dates(session: Session, instance_id: str) -> Dates:
    mine = select(Task.key, Task.name, Task.due_on).where(Task.instance_id == instance_id, Task.status == "open")
    found = {key: (f"“{name}”", _day(due)) for key, name, due in session.execute(mine.order_by(Task.key))}
    clock = session.scalar(select(Instance.clock).where(Instance.id == instance_id))
    return found | ({clock["code"]: (clock["title"], clock["due_on"] or "停表")} if clock else {})


def _day(day: date | None) -> str:
    return day.isoformat() if day else "无期限"
