"""Statutory clocks: facts in, reckoning out. Pure; the page and the timer use the same computation.

Every clock starts, stops and ends on a declared fact date. The day of its start does not count (民法典 201), the last
day rolls over rest days (民法典 203), stops are half-open and taken off as a union.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.calendar import why
from app.calendar.counting import HOUR, Last, NetDays, NetHours, days_in
from app.calendar.limits import (
    ClockRefused,
    Limit,
    LimitLike,
    as_day,
    as_instant,
    end_of,
    is_over,
    last_day,
    limit_text,
    parse_limits,
)
from app.calendar.reckoning import Due, Line, Reckoning
from app.calendar.specs import ClockSpec, StopSpec, parse_clocks
from app.calendar.timer_rules import due_for_rule, firings_due
from app.calendar.working_days import DAY, WorkingDays, days_of
from app.clock import legal_day

__all__ = [
    "ClockRefused",
    "ClockSpec",
    "Due",
    "Limit",
    "LimitLike",
    "Line",
    "Reckoning",
    "StopSpec",
    "due_for_rule",
    "firings_due",
    "is_over",
    "last_day",
    "parse_clocks",
    "parse_limits",
    "reckon",
]
