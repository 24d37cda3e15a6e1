"""Timers of other engines → rules that are counted in days here; what names no time is not given one."""

from dataclasses import dataclass
from datetime import date

import re2

DURATION = re2.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d+)?S)?)?"
)
DATE = re2.compile(r"(\d{4}-\d{2}-\d{2})(?:T[0-9:.]*(?:Z|[+-]\d{2}:?\d{2})?)?")
ROUNDS = re2.compile(r"R(\d{0,4})/(.+)")


@dataclass(frozen=True)
class Rule:
    """A rule as FEEL text; `cycle` where it comes again; `note` where it says something else than was drawn."""

    text: str
    cycle: bool = False
    note: str = ""


def rule_of(text: str, *, may_cycle: bool) -> Rule | None:
    """The rule for an ISO 8601 text (BPMN 2.0 §10.5.5.4); None for an expression, or where nothing is said.

    Args:
        may_cycle: whether the event may come again; else a cycle counts once.
    """
    said = text.strip().removeprefix("=").strip().strip("\"'")
    rounds = ROUNDS.fullmatch(said)
    if rounds is None:
        return _once(said)
    inner = _once(rounds.group(2).rpartition("/")[2])
    if inner is None or rounds.group(1) in {"0"}:
        return None
    if not may_cycle or inner.text.startswith('"date:'):
        return Rule(inner.text, False, inner.note or "循环定时在这里只到一次。")
    return Rule(f'"R{rounds.group(1)}/{inner.text[1:]}', True, inner.note)


def _once(said: str) -> Rule | None:
    day = DATE.fullmatch(said)
    if day is not None:
        return Rule(f'"date:{day.group(1)}"') if _is_day(day.group(1)) else None
    found = DURATION.fullmatch(said)
    if found is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    more = hours * 3600 + minutes * 60 + seconds
    days += -(-more // 86400)
    if not (years or months or weeks or days) or days > 9999:
        return None
    parts = ((years, "Y"), (months, "M"), (weeks, "W"), (days, "D"))
    written = "".join(f"{count}{unit}" for count, unit in parts if count)
    return Rule(f'"P{written}"', False, "平台的期限以天计，不足一天按一天。" if more % 86400 else "")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
