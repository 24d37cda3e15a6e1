"""Timers as drawn: FEEL texts that name a rule. The engine reads no time out of them (rule 2)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.engine.diagram import tag, text_of

CYCLE = re.compile(r"R([0-9]{0,4})/(P[0-9A-Z]{1,20})\Z")
RULE = re.compile(
    r"(P(?!\Z)([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,4}D)?"
    r"|limit:[^\s:]{1,80}|clock:[^\s@:]{1,80}(@[0-9]{1,4})?|date:[0-9]{4}-[0-9]{2}-[0-9]{2})\Z"
)
"""Rules a timer may name. Hours do not exist: an instant is always the end of a day in China."""


@dataclass(frozen=True)
class TimerText:
    text: str | None
    cycle: bool


def timer_of(element: Any) -> TimerText:
    """The expression of the element's timerEventDefinition, and whether it is a timeCycle."""
    definition = element.find(tag("timerEventDefinition"))
    if definition is None:
        return TimerText(None, False)
    cycle = text_of(definition, "timeCycle")
    if cycle is not None:
        return TimerText(cycle, True)
    return TimerText(text_of(definition, "timeDuration") or text_of(definition, "timeDate"), False)


def rounds(rule: str) -> int | None:
    """How often a cycle may still fire: `R3/P7D` → 3, `R/P7D` → None (without end)."""
    found = CYCLE.match(rule)
    return int(found.group(1)) if found and found.group(1) else None


def well_formed(rule: object, cycle: bool) -> bool:
    """Whether a rule says something that can fall due: no duration of nothing, no round of none, no day that is not."""
    if not isinstance(rule, str):
        return False
    if cycle:
        found = CYCLE.match(rule)
        return found is not None and rounds(rule) != 0 and well_formed(found.group(2), False)
    return RULE.match(rule) is not None and _happens(rule)


def _happens(rule: str) -> bool:
    kind, _, rest = rule.partition(":")
    if kind == "date":
        try:
            return date.fromisoformat(rest) is not None
        except ValueError:
            return False
    if kind == "clock":
        _, at, count = rest.partition("@")
        return not at or int(count) > 0
    return kind == "limit" or any(digit in rule for digit in "123456789")
