"""When tasks and timers of a case are due. Page, list and timer use the computation of `calendar`; none has its own.

After a command that set facts, every open date that hangs on a clock is reckoned again; a date that moves is written
into the chain (corrections 5), because people have relied on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.calendar.clocks import ClockRefused, LimitLike, Reckoning, due_for_rule, last_day, reckon
from app.clock import legal_day
from app.errors import Refusal
from app.instances.case import Case
from app.instances.models import Task, Timer
from app.instances.record import note


@contextmanager
def understood() -> Iterator[None]:
    """A date nobody can reckon with is the author's or the clerk's to put right: `clock_refused` (422) says which."""
    try:
        yield
    except ClockRefused as problem:
        raise Refusal("clock_refused", 422, {"detail": str(problem)}) from problem


@understood()
def clock_now(case: Case, code: str) -> Reckoning | None:
    """Where a declared clock of the case stands today; None for a clock the process does not declare."""
    spec = case.published.clocks.get(code)
    if spec is None:
        return None
    return reckon(spec, case.facts, case.register.limits(case.row.division), case.days, case.today)


@understood()
def task_due(
    case: Case, *, clock: str | None, limit: str | None, opened_at: datetime
) -> tuple[date | None, str | None]:
    """The last legal day of a task and its mark, from its clock or its limit (the earlier one)."""
    found: list[tuple[date, str]] = []
    limits = case.register.limits(case.row.division)
    if clock and (standing := clock_now(case, clock)) and standing.due_on:
        found.append((standing.due_on, _mark(limits[case.published.clocks[clock].limit].mark, standing.provisional)))
    if limit and limit in limits:
        last = _last_day(case, opened_at, limits[limit])
        doubtful = limits[limit].unit != "H" and case.days.uncovered(legal_day(opened_at), last)
        found.append((last, _mark(limits[limit].mark, bool(doubtful))))
    return min(found) if found else (None, None)


def _task_due(case: Case, task: Task) -> tuple[date | None, str | None]:
    return task_due(case, clock=task.clock, limit=task.limit, opened_at=task.opened_at)


def call_due(case: Case, limit: str | None) -> date | None:
    """The day after which an unanswered call is shown as late; it ends nothing (corrections 7)."""
    limits = case.register.limits(case.row.division)
    return _last_day(case, case.at, limits[limit]) if limit and limit in limits else None


def _last_day(case: Case, opened: datetime, limit: LimitLike) -> date:
    """The day a limit runs out; of one in hours the day of that instant, which no rest day moves."""
    if limit.unit == "H":
        return legal_day(opened + timedelta(hours=limit.value))
    return last_day(legal_day(opened), limit, case.days)


@understood()
def timer_due(case: Case, timer: Timer) -> datetime | None:
    """The instant at which a timer fires next; None while its clock is stopped or has not started, and for one given up."""
    if timer.discarded:
        return None
    due = due_for_rule(
        timer.rule,
        timer.opened_at,
        case.facts,
        case.published.clocks,
        case.register.limits(case.row.division),
        case.days,
        firing=timer.fired + 1,
    )
    return due.due_at if due else None


def move_due_dates(case: Case, *, all_rules: bool = False, because: str | None = None) -> None:
    """Reckon the open dates again and write those that moved into the chain, old and new.

    Args:
        all_rules: also what hangs on no clock: a holiday table or a limit has changed, not a fact.
        because: the change, named (abuse case 21).
    """
    moved = [*_moved_tasks(case, all_rules), *_moved_timers(case, all_rules)]
    if moved:
        note(case, "due_moved", {"effects": {"moved": moved}, "reason": because})


def _moved_tasks(case: Case, all_rules: bool) -> Iterator[dict[str, Any]]:
    mine = select(Task).where(Task.instance_id == case.row.id, Task.status == "open")
    for task in case.session.scalars(mine if all_rules else mine.where(Task.clock.is_not(None))):
        before, (task.due_on, task.due_mark) = task.due_on, _task_due(case, task)
        if before != task.due_on:
            yield {"task": task.key, "from": _text(before), "to": _text(task.due_on)}


def _moved_timers(case: Case, all_rules: bool) -> Iterator[dict[str, Any]]:
    for timer in case.session.scalars(select(Timer).where(Timer.instance_id == case.row.id)):
        hangs = timer.rule.startswith("clock:") or (all_rules and not timer.cycle)
        if hangs and (due := timer_due(case, timer)) != timer.due_at:
            yield {"timer": timer.key, "from": _text(timer.due_at), "to": _text(due)}
            timer.due_at, timer.revision = due, timer.revision + 1
            case.timers_move()


def nearest_clock(case: Case) -> dict[str, Any] | None:
    """The running limit that is due first; else a period waited for; else a stopped one: 已用/限 of a list.

    `used` counts up to `as_of`; while `running`, a list adds the days since.
    """
    standing = [one for code in case.published.clocks if (one := clock_now(case, code)) and one.started_on]
    open_now = [one for one in standing if one.ended_on is None]
    if any(one.waits for one in open_now):
        awaited = _awaited(case)
        open_now = [one for one in open_now if not one.waits or one.code in awaited]
    if not open_now:
        return None
    first = min(open_now, key=lambda one: (not one.running, one.waits, one.due_on or date.max))
    return {
        "code": first.code,
        "title": first.title,
        "used": first.used,
        "limit": first.limit,
        "unit": first.unit,
        "running": first.running,
        "reference": first.reference,
        "waits": first.waits,
        "due_on": _text(first.due_on),
        "as_of": case.today.isoformat(),
    }


def _awaited(case: Case) -> set[str]:
    """Clocks that a running timer of the case waits for: a period that has to pass matters to nobody else."""
    rules = case.session.scalars(select(Timer.rule).where(Timer.instance_id == case.row.id))
    return {rule.removeprefix("clock:") for rule in rules}


def _mark(mark: str, provisional: bool) -> str:
    return f"{mark},provisional" if provisional else mark


def _text(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None
