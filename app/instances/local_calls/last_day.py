"""The last legal day of a limit, for diagrams that keep it as a fact: notice_to (登记办法 8)."""

from typing import Any

from app.calendar.clocks import last_day
from app.calendar.limits import as_day
from app.engine.model import Call
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.due_dates import understood


def last_day_of(case: Case, call: Call, by: Actor | None) -> dict[str, Any]:
    """`{day}`: the last day of the period `limit` that began on `from`; the day itself does not count (民法典 201)."""
    begun, code = str(call.input.get("from") or ""), str(call.input.get("limit") or "")
    limits = case.register.limits(case.row.division)
    if code not in limits:
        raise Refusal("limit_unknown", 409, {"limit": code})
    with understood():
        start = as_day(begun, f"时限 {code} 的起算日")
        if start is None:
            raise Refusal("limit_without_start", 409, {"limit": code})
        return {"day": last_day(start, limits[code], case.days).isoformat()}
