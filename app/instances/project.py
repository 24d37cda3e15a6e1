"""Carrying an outcome into rows: tasks, timers, waits, calls, messages to others. Derived data; the state is the truth."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Delete, bindparam, delete, func, insert, select, update

from app.db import Base
from app.engine.model import Call as EngineCall
from app.engine.model import Event, OpenedTask, OpenedTimer, Outcome
from app.fixed import Fixed
from app.identity.roles import CASEWORKER
from app.instances.case import Case
from app.instances.due_dates import call_due, task_due, timer_due
from app.instances.models import Call, Outbox, Task, Timer, Wait
from app.instances.people import candidates_of

INSERT_TASK = Fixed(insert(Task))
# Written once: building a statement anew costs more than the database takes to answer it.
MINE: BindParameter[str] = bindparam("case")
KEYS: BindParameter[str] = bindparam("keys", expanding=True)
TIMERS, WAITS = Base.metadata.tables["timer"], Base.metadata.tables["wait"]
CANCEL_TASKS = (
    update(Task)
    .where(Task.instance_id == MINE, Task.key.in_(KEYS), Task.status == "open")
    .values(status="cancelled", closed_at=bindparam("at"), closed_seq=bindparam("seq"))
)
END_TIMERS = delete(TIMERS).where(TIMERS.c.instance_id == MINE, TIMERS.c.key.in_(KEYS))
END_WAITS = delete(WAITS).where(WAITS.c.instance_id == MINE, WAITS.c.key.in_(KEYS))
LOWEST = Fixed(select(func.min(TIMERS.c.due_at).label("due_at")).where(TIMERS.c.instance_id == MINE))


def project(case: Case, event: Event, outcome: Outcome) -> None:
    """Write what the event opened and closed. One statement per kind of change, whatever the length of the process."""
    _close(case, event, outcome)
    if outcome.timers_opened or outcome.timers_closed:
        case.timers_move()
    for task in outcome.opened:
        INSERT_TASK.later(case.session, task_values(case, event, task), rows=1)
    for timer in outcome.timers_opened:
        case.session.add(_timer(case, timer))
    for wait in outcome.waits_opened:
        row = Wait(instance_id=case.row.id, key=wait.key, node=wait.node)
        row.message, row.correlation = wait.message, wait.correlation
        case.session.add(row)
    for call in outcome.calls:
        if call.operation.startswith("remote:"):
            case.session.add(_call(case, call))
    for number, sent in enumerate(outcome.sent):
        row_out = Outbox(sender_id=case.row.id, seq=event.seq * 1000 + number, kind="message", created_at=case.at)
        row_out.name, row_out.correlation, row_out.payload = sent.message, sent.correlation, dict(sent.payload)
        case.session.add(row_out)


def _close(case: Case, event: Event, outcome: Outcome) -> None:
    mine = case.row.id
    gone = [key for key in outcome.closed if not (event.kind == "completed" and key == event.target)]
    if gone:
        _cancel(case, {"case": mine, "keys": gone, "at": case.at, "seq": event.seq})
    if outcome.timers_closed:
        _end(case, Timer, END_TIMERS, outcome.timers_closed)
    if outcome.waits_closed:
        _end(case, Wait, END_WAITS, outcome.waits_closed)
    remote = [key for key in outcome.calls_closed if key != event.target]
    if remote:
        case.session.execute(
            update(Call)
            .where(Call.instance_id == mine, Call.key.in_(remote), Call.status.in_(("waiting", "unknown", "failed")))
            .values(status="closed", next_try_at=None)
        )


def _cancel(case: Case, values: Mapping[str, Any]) -> None:
    """Through the session only where it holds tasks, which must then show it."""
    held = any(isinstance(one, Task) for one in case.session)
    (case.session if held else case.session.connection()).execute(CANCEL_TASKS, values)


def _end(case: Case, model: type[Timer | Wait], statement: Delete, keys: Sequence[str]) -> None:
    """On the connection: the session would first write the case, to be written again at the end of the command."""
    session = case.session
    held = [one for one in session if isinstance(one, model) and one.instance_id == case.row.id]
    if any(one in session.new or one in session.dirty for one in held):
        session.flush()
    session.connection().execute(statement, {"case": case.row.id, "keys": list(keys)})
    for one in held:
        if one.key in keys:
            session.expunge(one)


def task_values(case: Case, event: Event, opened: OpenedTask) -> dict[str, Any]:
    """The columns of a task that opens with this event."""
    asked = opened.properties
    logins = candidates_of(opened)
    due_on, due_mark = task_due(case, clock=asked.get("clock"), limit=asked.get("limit"), opened_at=case.at)
    return {
        "instance_id": case.row.id,
        "key": opened.key,
        "node": opened.node,
        "name": opened.name or opened.node,
        "status": "open",
        "role": str(opened.assigned.get("role") or asked.get("role") or _lane_role(case, opened)),
        "division": str(opened.assigned.get("division") or case.row.division),
        "process": "" if opened.process == case.published.settings.process else opened.process,
        "form": asked.get("form"),
        "item": opened.item,
        "separation": asked.get("separation"),
        "distinct": opened.key.rsplit("#", 1)[0] if asked.get("distinct") == "yes" else None,
        "candidates": f",{','.join(logins)}," if logins else None,
        "opened_at": case.at,
        "opened_seq": event.seq,
        "clock": asked.get("clock"),
        "limit": asked.get("limit"),
        "due_on": due_on,
        "due_mark": due_mark,
    }


def _lane_role(case: Case, opened: OpenedTask) -> str:
    return case.published.role_of(opened.process, opened.lane) or CASEWORKER


def _timer(case: Case, opened: OpenedTimer) -> Timer:
    timer = Timer(instance_id=case.row.id, key=opened.key, node=opened.node, rule=opened.rule, cycle=opened.cycle)
    timer.opened_at, timer.revision, timer.attempts, timer.fired, timer.discarded = case.at, 0, 0, 0, False
    timer.due_at = timer_due(case, timer)
    return timer


def _call(case: Case, call: EngineCall) -> Call:
    use = case.published.call_use(call.operation)
    row = Call(instance_id=case.row.id, key=call.key, node=call.node, operation=call.operation, attempts=0)
    row.name = use.title if use else call.operation
    row.input, row.status = dict(call.input), "waiting"
    row.asked_at = row.next_try_at = case.at
    row.due_on = call_due(case, call.properties.get("limit"))
    return row


def lowest_due(case: Case) -> None:
    """Keep on the instance row when its next timer is due, so that a command need not ask the timer table."""
    session = case.session
    if any(isinstance(one, Timer) for one in (*session.new, *session.dirty)):
        session.flush()
    case.row.next_due = LOWEST.rows(session, {"case": case.row.id})[0].due_at
    case.due_stands = True
