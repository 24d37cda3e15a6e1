"""The words of a reminder, made when it is read: `审查期限 30 日已满 20 日，12-01 到期` · `审查期限 30 日已于 12-01 到期，列入督办`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.calendar.clocks import OVER
from app.calendar.limits import UNITS


def words(content: Mapping[str, Any]) -> str:
    unit = UNITS.get(content["unit"], content["unit"])
    due = date.fromisoformat(content["due_on"]) if content["due_on"] else None
    limit = f"{content['title']}{'（参考时限）' if content['reference'] else ' '}{content['limit']} {unit}"
    if content["level"] == OVER:
        return f"{limit}已于 {due} 到期，列入督办" if due else f"{limit}已满，列入督办"
    return f"{limit}已满 {content['count']} {unit}，" + (f"{due} 到期" if due else "现停表中")


def overdue(content: Mapping[str, Any]) -> bool:
    return bool(content["level"] == OVER)
