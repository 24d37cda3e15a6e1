"""The end of a command on a case: dates moved, state sealed, instance row written. The door commits."""

from datetime import date

from sqlalchemy import delete, func, select

from app.instances.case import Case
from app.instances.due_dates import move_due_dates, nearest_clock
from app.instances.models import ClockWarning, Draft, Task, Timer, Wait
from app.instances.plan_warnings import plan_warnings
from app.instances.project import lowest_due


def finish(case: Case) -> None:
    """Write the instance row. A case that has ended keeps no state (rule 22) and nothing open."""
    if case.ended is not None:
        _end(case)
        return
    if case.state is not None:
        case.row.state = case.seal("instance.state", case.state)
    if case.changed and case.published.clocks:
        move_due_dates(case)
        plan_warnings(case)
    if case.timers_changed and not case.due_stands:
        lowest_due(case)
    if case.published.clocks or case.published.has_limits:
        case.session.flush()
        _stand(case)


def _stand(case: Case) -> None:
    """Which date comes first, of the open tasks and of the nearest clock."""
    first = case.session.scalar(
        select(func.min(Task.due_on)).where(Task.instance_id == case.row.id, Task.status == "open")
    )
    case.row.clock = nearest_clock(case)
    due = (case.row.clock or {}).get("due_on")
    dates = [day for day in (first, date.fromisoformat(due) if due else None) if day is not None]
    case.row.due_on = min(dates, default=None)


def _end(case: Case) -> None:
    case.row.ended_at, case.row.ended_by = case.at, case.ended
    case.row.state = case.row.next_due = case.row.due_on = case.row.clock = None
    if case.published.clocks:
        untold = ClockWarning.instance_id == case.row.id, ClockWarning.told_at.is_(None)
        case.session.execute(delete(ClockWarning).where(*untold))
    if case.timers_changed or case.published.definition.messages:
        case.session.execute(delete(Timer).where(Timer.instance_id == case.row.id))
        case.session.execute(delete(Wait).where(Wait.instance_id == case.row.id))


def forget_drafts(case: Case, task_id: str) -> None:
    """Drafts of a task that is no longer open are of no use to anybody."""
    case.session.execute(delete(Draft).where(Draft.task_id == task_id))
