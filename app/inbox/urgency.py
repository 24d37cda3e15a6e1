"""How near a due date is, the same in SQL and in Python: overdue, today, this week, later, stopped, none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case

from app.inbox.views import Due
from app.instances.models import Instance, Task

UNITS = {"CD": "日", "WD": "工作日", "H": "小时", "M": "个月"}
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


def case_urgency(today: date) -> ColumnElement[Any]:
    """The urgency of a case as an SQL expression."""
    return case(
        (and_(Instance.due_on.is_(None), Instance.clock.is_not(None)), "stopped"),
        (Instance.due_on.is_(None), "none"),
        (Instance.due_on < today, "overdue"),
        (Instance.due_on == today, "today"),
        (Instance.due_on <= end_of_week(today), "week"),
        else_="later",
    )


def task_due(task: Task, row: Instance, today: date, *, title: str = "") -> Due:
    """What a list shows of a task's date; how much of its clock is used, if it is the case's nearest."""
    mark = task.due_mark or ""
    due = Due(
        urgency=urgency_of(task.due_on, stopped=task.clock is not None, today=today),
        day=task.due_on,
        title=title,
        basis=title if "certain" in mark or not mark else f"{title}·参考".removeprefix("·"),
        days_over=_over(task.due_on, today),
        provisional="provisional" in mark,
    )
    same = row.clock is not None and row.clock["code"] == task.clock
    return replace(due, **_standing(row, today)) if same else due


def case_due(row: Instance, today: date) -> Due:
    """What a list shows of a case's nearest date."""
    stopped = row.clock is not None and not row.clock["running"]
    due = Due(
        urgency=urgency_of(row.due_on, stopped=row.clock is not None, today=today),
        day=row.due_on,
        days_over=_over(row.due_on, today),
        stopped_for="停表中" if stopped and row.due_on is None else "",
    )
    return replace(due, **_standing(row, today)) if row.clock else due


def _standing(row: Instance, today: date) -> dict[str, Any]:
    """Used and limit of the nearest clock, carried on to today in calendar days while it runs."""
    clock = row.clock or {}
    since = (today - date.fromisoformat(clock["as_of"])).days if clock["running"] and clock["unit"] == "CD" else 0
    return {
        "used": clock["used"] + max(since, 0),
        "limit": clock["limit"],
        "unit": UNITS.get(clock["unit"], clock["unit"]),
        "basis": f"{clock['title']}{'·参考' if clock['reference'] else ''}",
        "stopped_for": "" if clock["running"] else "停表中",
    }


def _over(due_on: date | None, today: date) -> int:
    return (today - due_on).days if due_on and due_on < today else 0
