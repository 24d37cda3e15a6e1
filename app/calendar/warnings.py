"""When people are warned that a clock runs out (预警): after so many net days, and when its last legal day is over.

Nothing here ends or refuses a case: a warning tells somebody, and that is all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.calendar.limits import ClockRefused, LimitLike
from app.calendar.reckon import reckon
from app.calendar.specs import ClockSpec
from app.calendar.timer_rules import due_for_rule
from app.calendar.working_days import WorkingDays
from app.clock import legal_day

LEFT = (50, 20)
"""Percent of the limit left at the warnings of a clock that names none (平台默认, no law fixes them)."""
OVER = 0
"""The level of the last one: the limit is used up and its last legal day over."""


@dataclass(frozen=True)
class Step:
    """`level` counts from 1; `OVER` is the last. `count`: net days (hours) used by then. `due_at` is the UTC instant it
    falls on, None while a stop hides it."""

    level: int
    count: int
    due_at: datetime | None


def warning_steps(
    spec: ClockSpec, facts: Mapping[str, Any], limits: Mapping[str, LimitLike], days: WorkingDays, now: datetime
) -> tuple[Step, ...]:
    """When each warning of the clock falls; none while it has not started, once it has ended, for a period that waits.

    Reckoned as the timer rules `clock:<code>@<n>` and `clock:<code>` are, so that stops move warnings too.

    Raises:
        ClockRefused: a fact is not a date, or the limit is unknown.
    """
    standing = reckon(spec, facts, limits, days, legal_day(now), now=now)
    if spec.waits or standing.started_on is None or standing.ended_on is not None:
        return ()
    rule = f"clock:{spec.code}"
    rules = [(level, count, f"{rule}@{count}") for level, count in _counts(spec, limits, standing.limit)]
    clocks = {spec.code: spec}
    found = [
        (level, count, due_for_rule(text, now, facts, clocks, limits, days))
        for level, count, text in [*rules, (OVER, standing.limit, rule)]
    ]
    return tuple(Step(level, count, due.due_at if due else None) for level, count, due in found)


def _counts(spec: ClockSpec, limits: Mapping[str, LimitLike], total: int) -> list[tuple[int, int]]:
    """Level and net days (hours) used. One that would not come before the limit is used up falls away: `OVER` is told."""
    if spec.warnings:
        counts = [_days_of(spec, code, limits) for code in spec.warnings]
    else:
        counts = [-(-total * (100 - left) // 100) for left in LEFT]
    return [(level, count) for level, count in enumerate(sorted(counts), 1) if count < total]


def _days_of(spec: ClockSpec, code: str, limits: Mapping[str, LimitLike]) -> int:
    if code not in limits:
        raise ClockRefused(f"时钟“{spec.code}”的预警“{code}”不在参数登记中，请先登记该时限")
    return limits[code].value
