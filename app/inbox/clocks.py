"""The clocks of a case as a page shows them: the same reckoning as the timers', with its lines."""

from app.calendar.clocks import Reckoning, reckon
from app.calendar.limits import UNITS
from app.calendar.specs import ClockSpec
from app.clock import SHANGHAI
from app.inbox.urgency import urgency_of
from app.inbox.views import Due, Why, WhyLine
from app.instances.case import Case
from app.instances.due_dates import clock_now
from app.instances.models import Task

OPENED = "本步开始"


def clock_entries(case: Case, *, first: str | None = None) -> tuple[Due, ...]:
    """Every declared clock that has started: the one with the code `first`, then running ones, then the others."""
    found = [standing for code in case.published.clocks if (standing := clock_now(case, code))]
    started = [one for one in found if one.started_on is not None]
    return tuple(
        _entry(case, one)
        for one in sorted(started, key=lambda one: (one.code != first, not one.running, one.ended_on is not None))
    )


def limit_entry(case: Case, task: Task) -> tuple[Due, ...]:
    """The limit of one task, which runs from the day it opened; nothing for a task without one."""
    limit = case.register.limits(case.row.division).get(task.limit or "")
    if limit is None:
        return ()
    opened = task.opened_at.astimezone(SHANGHAI)
    begun = f"{opened:%Y-%m-%dT%H:%M}" if limit.unit == "H" else opened.date().isoformat()
    spec = ClockSpec(limit.code, limit.title, limit.code, OPENED, source=limit.source, start_title=OPENED)
    standing = reckon(spec, {OPENED: begun}, {limit.code: limit}, case.days, case.today)
    return (_entry(case, standing),)


def _entry(case: Case, standing: Reckoning) -> Due:
    stopped = standing.stopped_now and standing.due_on is None
    return Due(
        urgency="none" if standing.ended_on else urgency_of(standing.due_on, stopped=stopped, today=case.today),
        day=standing.due_on,
        title=standing.title,
        basis=f"{standing.source}{'（参考时限）' if standing.reference else ''}",
        used=standing.used,
        limit=standing.limit,
        unit=UNITS.get(standing.unit, standing.unit),
        days_over=standing.over_by,
        stopped_for=_stopped_for(case, standing) if standing.stopped_now else "",
        waits=standing.waits,
        provisional=standing.provisional,
        done=standing.ended_on is not None,
        why=Why(
            tuple(WhyLine(line.text, line.source) for line in standing.lines),
            marked=standing.reference or any(line.mark == "design" for line in standing.lines),
        ),
    )


def _stopped_for(case: Case, standing: Reckoning) -> str:
    """What stops the clock today: 收养评估、寻亲公告."""
    stops = case.published.clocks[standing.code].stopped(case.facts).stops
    now = (one for one in stops if one.after < case.today and (one.through is None or case.today <= one.through))
    return "、".join(dict.fromkeys(one.title for one in now))
