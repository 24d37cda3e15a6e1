"""The face of the statutory clocks: facts in, reckoning out. Pure; the page and the timer use the same computation.

Every clock starts, stops and ends on a declared fact date. The day of its start does not count (民法典 201), months end
on the corresponding day (202), the last day rolls over rest days (203); stops are half-open, taken off as a union.
"""

from app.calendar.limits import ClockRefused, Limit, LimitLike, is_over, last_day, limit_text, parse_limits
from app.calendar.reckon import reckon
from app.calendar.reckoning import Due, Line, Reckoning
from app.calendar.specs import ClockSpec, StopSpec, parse_clocks
from app.calendar.timer_rules import due_for_rule, firings_due
from app.calendar.warnings import OVER, Step, warning_steps

__all__ = [
    "OVER",
    "ClockRefused",
    "ClockSpec",
    "Due",
    "Limit",
    "LimitLike",
    "Line",
    "Reckoning",
    "Step",
    "StopSpec",
    "due_for_rule",
    "firings_due",
    "is_over",
    "last_day",
    "limit_text",
    "parse_clocks",
    "parse_limits",
    "reckon",
    "warning_steps",
]
