"""How near a due date is, the same in SQL and in Python: overdue, today, this week, later, stopped, none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, null, or_

from app.calendar.working_days import WorkingDays
from app.inbox.views import Due
from app.instances.models import Instance, Task
from app.instances.wording import UNITS

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


def in_order(urgency: ColumnElement[str]) -> ColumnElement[int]:
    """The place of an urgency in `ORDER`."""
    return case({name: place for place, name in enumerate(ORDER)}, value=urgency)


def urgency_in_sql(day: ColumnElement[Any], stopped: ColumnElement[bool], today: date) -> ColumnElement[str]:
    """`urgency_of` for counting and ordering; `day` as text."""
    return case(
        (and_(day.is_(None), stopped), "stopped"),
        (day.is_(None), "none"),
        (day < today.isoformat(), "overdue"),
        (day == today.isoformat(), "today"),
        (day <= end_of_week(today).isoformat(), "week"),
        else_="later",
    )


def task_day() -> ColumnElement[Any]:
    """The day a task is to be done by, as text: its own, else that of the limit which runs for its case."""
    own_clock_stands = and_(Task.due_on.is_(None), Task.clock.is_not(None))
    return case((own_clock_stands, null()), else_=func.coalesce(cast(Task.due_on, String), _limit_day()))


def task_stopped() -> ColumnElement[bool]:
    """Whether a task without a day waits for a clock that stands still."""
    return or_(Task.clock.is_not(None), Instance.clock["running"].as_boolean().is_(False))


def _limit_day() -> ColumnElement[Any]:
    """The last day of the case's nearest limit; a period that only has to pass binds nobody."""
    passes = Instance.clock["waits"].as_boolean().is_(True)
    return case((passes, null()), else_=Instance.clock["due_on"].as_string())


def case_day() -> ColumnElement[Any]:
    """The case's nearest day, as text."""
    return cast(Instance.due_on, String)


def case_stopped() -> ColumnElement[bool]:
    """Whether a case without a day waits for a clock that stands still."""
    return Instance.clock.is_not(None)


def task_due(task: Task, row: Instance, today: date, days: WorkingDays, *, title: str = "") -> Due:
    """What a list shows of a task's date. Without a date of its own it has that of the limit which runs for the case."""
    if task.due_on is None and task.clock is None and row.clock and not row.clock.get("waits"):
        return _clock_due(row.clock, today, days)
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
    return replace(due, **_standing(row.clock or {}, today, days)) if same else due


def case_due(row: Instance, today: date, days: WorkingDays) -> Due:
    """What a list shows of a case's nearest date."""
    stopped = row.clock is not None and not row.clock["running"]
    due = Due(
        urgency=urgency_of(row.due_on, stopped=row.clock is not None, today=today),
        day=row.due_on,
        days_over=_over(row.due_on, today),
        stopped_for="停表中" if stopped and row.due_on is None else "",
        provisional=provisional(row.due_on, days, unit=_unit(row)),
    )
    return replace(due, **_standing(row.clock, today, days)) if row.clock else due


def _clock_due(clock: dict[str, Any], today: date, days: WorkingDays) -> Due:
    day = date.fromisoformat(clock["due_on"]) if clock["due_on"] else None
    due = Due(
        urgency=urgency_of(day, stopped=not clock["running"], today=today),
        day=day,
        title=clock["title"],
        days_over=_over(day, today),
        provisional=provisional(day, days, unit=clock["unit"]),
    )
    return replace(due, **_standing(clock, today, days))


def _standing(clock: dict[str, Any], today: date, days: WorkingDays) -> dict[str, Any]:
    """Used and limit of a clock, carried on to today while it runs."""
    as_of, since = date.fromisoformat(clock["as_of"]), 0
    if clock["running"] and today > as_of:
        since = {"CD": (today - as_of).days, "WD": days.count_workdays(as_of, today)}.get(clock["unit"], 0)
    return {
        "used": clock["used"] + since,
        "limit": clock["limit"],
        "unit": UNITS.get(clock["unit"], clock["unit"]),
        "basis": f"{clock['title']}{'·参考' if clock['reference'] else ''}",
        "stopped_for": "" if clock["running"] else "停表中",
    }


def provisional(day: date | None, days: WorkingDays, *, unit: str) -> bool:
    """暂定: a last day in a year whose holidays are not known yet (corrections 5). Hours know no rest day."""
    return day is not None and unit != "H" and bool(days.uncovered(day, day))


def _unit(row: Instance) -> str:
    """In what the limit counts that gives a case its date; days, where it is the date of a task."""
    by_clock = row.clock is not None and row.due_on is not None and row.clock["due_on"] == row.due_on.isoformat()
    return str(row.clock["unit"]) if by_clock and row.clock else "CD"


def _over(due_on: date | None, today: date) -> int:
    return (today - due_on).days if due_on and due_on < today else 0
