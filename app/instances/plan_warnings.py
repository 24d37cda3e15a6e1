"""When the clocks of a case will warn (预警), kept in rows so that a worker finds what is due without opening a state.

Planned again whenever a fact moves a clock, or a holiday table or a limit changes. What has been told stays told.
"""

from sqlalchemy import select

from app.calendar.clocks import ClockSpec, Step, warning_steps
from app.instances.case import Case
from app.instances.due_dates import understood
from app.instances.models import ClockWarning


def plan_warnings(case: Case, *, all_clocks: bool = False) -> None:
    """Write when each warning of the case falls.

    Args:
        all_clocks: also of clocks that no fact of this command has moved.

    Raises:
        Refusal: `clock_refused` (422).
    """
    moved = [spec for spec in case.published.clocks.values() if all_clocks or case.changed & spec.facts]
    if not moved:
        return
    mine = select(ClockWarning).where(ClockWarning.instance_id == case.row.id)
    known = {(row.clock, row.level): row for row in case.session.scalars(mine)}
    for spec in moved:
        _plan(case, spec, known)


def _plan(case: Case, spec: ClockSpec, known: dict[tuple[str, int], ClockWarning]) -> None:
    steps = {step.level: step for step in _steps(case, spec)}
    for (clock, level), row in known.items():
        if clock == spec.code and row.told_at is None:
            step = steps.get(level)
            row.due_at, row.count = (step.due_at, step.count) if step else (None, row.count)
    for level, step in steps.items():
        if step.due_at is not None and (spec.code, level) not in known:
            row = ClockWarning(instance_id=case.row.id, clock=spec.code, level=level, attempts=0)
            row.due_at, row.count = step.due_at, step.count
            case.session.add(row)


@understood()
def _steps(case: Case, spec: ClockSpec) -> tuple[Step, ...]:
    return warning_steps(spec, case.facts, case.register.limits(case.row.division), case.days, case.at)
