"""放弃: an administrator plans to give up automatic work that failed; another person approves. The case goes on without it.

The entry of the chain moves nothing: re-execution passes over it, as over every event that was never applied.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.due_dates import timer_due
from app.instances.foresee import name_of, when
from app.instances.incident_work import followers, lock_incident, still_open, work_of
from app.instances.incidents import close_incident
from app.instances.models import Call, ClockWarning, Incident, Message, Outbox, Timer
from app.instances.plan_act import Planned, checked_reason, write_plan
from app.instances.planned import PlannedAct
from app.instances.record import note
from app.instances.surroundings import Surroundings

DISCARD = "discard"


def plan_discard(
    session: Session, around: Surroundings, incident_id: str, *, by: Actor, reason: str, now: datetime
) -> PlannedAct:
    """Plan it; nothing is given up before `approve_plan`.

    Raises:
        Refusal: `not_found` (404); `incident_closed` (409); `plan_no_reason` (422).
    """
    case, incident = lock_incident(session, around, incident_id, by=by, now=now)
    why = checked_reason(reason)
    planned = Planned({"incident": incident.id}, why, _words(case, incident), "")
    return write_plan(case, DISCARD, planned, by=by, incident_id=incident.id)


def carry_out_discard(case: Case, row: PlannedAct, planned: Planned, *, planner: Actor, second: Actor) -> None:
    """Give it up, on the record with both people.

    Raises:
        Refusal: `incident_closed` (409).
    """
    incident = still_open(case, row.incident_id or "")
    work = work_of(case.session, incident)
    if work is not None:
        GIVE_UP[type(work)](case, work)
    close_incident(case.session, incident.key, now=case.at, by=planner.id)
    fields = {"task": getattr(work, "key", None), "reason": planned.reason, "payload/~incident": incident.id}
    fields |= {"payload/~plan": row.id, "payload/~approver": second.id, "payload/~what": incident.what}
    note(case, "discarded", fields, actor=planner.id)


def _timer(case: Case, timer: Timer) -> None:
    """A cycle loses this one firing; any other timer will never come due."""
    timer.attempts, timer.last_error, timer.lease_until = 0, None, None
    timer.fired, timer.revision, timer.discarded = timer.fired + 1, timer.revision + 1, not timer.cycle
    timer.due_at = timer_due(case, timer)
    case.timers_move()


def _call(case: Case, call: Call) -> None:
    """The answer that could not be taken is dropped; the call may be asked again or answered by hand."""
    call.answer, call.last_error = None, None


def _outbox(case: Case, item: Outbox) -> None:
    item.done_at, item.lease_until = case.at, None


def _message(case: Case, message: Message) -> None:
    message.consumed_at = case.at


def _warning(case: Case, warning: ClockWarning) -> None:
    warning.told_at, warning.attempts, warning.last_error, warning.lease_until = case.at, 0, None, None


GIVE_UP: Mapping[type, Callable[..., None]] = {
    Timer: _timer,
    ClockWarning: _warning,
    Call: _call,
    Outbox: _outbox,
    Message: _message,
}


def _words(case: Case, incident: Incident) -> tuple[str, ...]:
    work: Any = work_of(case.session, incident)
    what = "command" if work is None else incident.what
    waiting = followers(case.session, incident, now=case.at)
    after = (f"等在后面的自动事项（{waiting} 项）随后照常办理。",) if waiting else ()
    return (_SAID[what](case, incident, work), *after)


def _timer_said(case: Case, incident: Incident, timer: Timer) -> str:
    due = f"（{when(timer.due_at)}到时）" if timer.due_at else ""
    rest = "以后各次照常。" if timer.cycle else "这个计时就此作废。"
    return f"“{name_of(case, incident.node)}”{due}不再办理，{rest}"


def _clock(case: Case, code: str) -> str:
    clock = case.published.clocks.get(code)
    return clock.title if clock else code


_SAID: Mapping[str, Callable[[Case, Incident, Any], str]] = {
    "timer": _timer_said,
    "warning": lambda case, one, _: f"期限“{_clock(case, one.node)}”的这次预警不再发出。",
    "call": lambda case, one, _: f"“{name_of(case, one.node)}”已收到而无法采用的答复作废；可以再发核验或手工录入结果。",
    "outbox": lambda _, one, __: f"消息“{one.node}”不再送出。",
    "message": lambda _, one, __: f"收到的消息“{one.node}”不再采用。",
    "command": lambda case, one, _: f"“{name_of(case, one.node)}”处的故障关闭，案件不变；办理人可以重新提交。",
}
