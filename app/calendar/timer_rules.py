"""When a timer that a diagram names falls due (docs/process-format.md §1 Timers).

| rule | last day |
|---|---|
| `P30D`, `P2W`, `P1M`, `P1Y` | that long after the opening day, rolled over rest days (handbook 0.2) |
| `PT36H`, `PT90M` | the instant that long after the opening instant, nothing rolls |
| `R/P7D`, `R3/PT2H` | the n-th multiple after the opening; a reminder, so nothing rolls |
| `limit:<code>` | as the limit's unit says, rolled over rest days |
| `clock:<code>` | the clock's last legal day |
| `clock:<code>@<n>` | the day on which n net days (hours) are used; a warning, so nothing rolls |
| `date:YYYY-MM-DD` | that very day: whoever set the fact has chosen it, so nothing rolls |

A due day is over at 24:00 in China.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.calendar import why
from app.calendar.counting import HOUR
from app.calendar.limits import (
    LONGEST,
    ClockRefused,
    LimitLike,
    add_months,
    as_day,
    end_of,
    limit_text,
    nominal_day,
)
from app.calendar.reckon import end_of_hours, limit_of, open_days, open_hours
from app.calendar.reckoning import Due, Line
from app.calendar.specs import ClockSpec
from app.calendar.working_days import DAY, WorkingDays
from app.clock import SHANGHAI, legal_day

DURATION = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)
TIME = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,7})M)?", re.ASCII)
CYCLE = re.compile(r"R(\d{0,6})/(P.+)", re.ASCII)
CLOCK = re.compile(r"clock:([^@\s]+)(?:@(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True)
class _Span:
    """An ISO 8601 duration: calendar months and days, or a time; never both."""

    months: int = 0
    days: int = 0
    time: timedelta = timedelta()

    def times(self, count: int) -> "_Span":
        return _Span(self.months * count, self.days * count, self.time * count)

    def after(self, day: date) -> date:
        return add_months(day, self.months) + self.days * DAY


def due_for_rule(
    rule: str,
    opened: date | datetime,
    facts: Mapping[str, Any],
    clocks: Mapping[str, ClockSpec],
    limits: Mapping[str, LimitLike],
    days: WorkingDays,
    *,
    firing: int = 1,
) -> Due | None:
    """When `rule` of a timer opened then falls due.

    Args:
        opened: the instant at which the timer opened (aware), or its legal day where no hours are asked.
        firing: which firing of a cycle, from 1, always counted from the opening.

    Returns:
        None while it cannot be known (the clock has not started or is stopped), when the clock ended before the
        day came, and after the last firing of a cycle.

    Raises:
        ClockRefused: a rule nobody understands, an unknown clock or limit, a fact that is not a date.
    """
    head, _, rest = rule.partition(":")
    if head == "date":
        return _on_date(rest)
    if head == "limit":
        return _within(_known(limits, rest, "时限"), opened, days)
    if head == "clock":
        return _by_clock(rule, facts, clocks, limits, days)
    cycle = CYCLE.fullmatch(rule)
    if cycle:
        return _nth_firing(cycle, opened, firing)
    return _after(_span(rule), rule, opened, days)
