"""How near a due date is, the same in SQL and in Python: overdue, today, this week, later, stopped, none."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case

from app.inbox.views import Due
from app.instances.models import Task

ORDER = ("overdue", "today", "week", "later", "none", "stopped")


def end_of_week(today: date) -> date:
    """Sunday of this week (GB/T 7408: a week ends on Sunday)."""
    return today + timedelta(days=6 - today.weekday())


def urgency_of(due_on: date | None, *, stopped: bool, today: date) -> str:
    if due_on is None:
        return "stopped" if stopped else "none"
    if due_on < today:
        return "overdue"
    if due_on == today:
        return "today"
    return "week" if due_on <= end_of_week(today) else "later"


def task_urgency(today: date) -> ColumnElement[Any]:
    """The urgency of a task as an SQL expression, for counting and ordering."""
    return case(
        (and_(Task.due_on.is_(None), Task.clock.is_not(None)), "stopped"),
        (Task.due_on.is_(None), "none"),
        (Task.due_on < today, "overdue"),
        (Task.due_on == today, "today"),
        (Task.due_on <= end_of_week(today), "week"),
        else_="later",
    )


def task_due(task: Task, today: date, *, title: str = "") -> Due:
    """What a list shows of a task's date."""
    urgency = urgency_of(task.due_on, stopped=task.clock is not None, today=today)
    mark = task.due_mark or ""
    return Due(
        urgency=urgency,
        day=task.due_on,
        title=title,
        basis=title if "certain" in mark else (f"{title}·参考" if title else ("参考" if mark else "")),
        days_over=(today - task.due_on).days if task.due_on and task.due_on < today else 0,
        provisional="provisional" in mark,
        stopped_for="停表中" if urgency == "stopped" else "",
    )
