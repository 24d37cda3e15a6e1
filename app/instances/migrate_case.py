"""换用新版流程: one running case goes over to a newer version of its process, as a `migrated` event; or stays, and says why.

Rows keep their hands: who holds a task, since when, which day it is due. Dates that hang on a clock follow the clock as
the new version declares it (rule 2); every other date is kept (rule 13).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalogue.published import Published, published
from app.engine import open_keys
from app.engine.crossing import before_gate
from app.engine.mapping import Bar, Counterparts, bars
from app.engine.migration import Migrated, migrate
from app.engine.model import EngineRefused, Event, Open
from app.engine.net import net_of, resting
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.approvals import statutory_approvals
from app.instances.case import Case, lock_case
from app.instances.due_dates import task_due
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.migration_words import name, why_it_stays
from app.instances.models import Call, ClockWarning, Task, Timer, Wait
from app.instances.plan_reposition import check_running
from app.instances.project import project, task_values
from app.instances.record import record
from app.instances.surroundings import Surroundings


def migrate_case(
    session: Session,
    around: Surroundings,
    instance_id: str,
    *,
    to: str,
    named: Mapping[str, str],
    by: Actor,
    second: str,
    plan: str,
    reason: str,
    now: datetime,
) -> bool:
    """Carry one case over; False when it runs that version already.

    Args:
        to: digest of the newer version.
        named: old node → new node, where they are not called alike.
        by, second: who planned it, and the id of who approved it; both stand on the record.

    Raises:
        Refusal: `not_found` (404), `case_ended` (409), `migration_barred` (409) with the reasons.
    """
    case = lock_case(session, around, instance_id, now=now)
    check_running(case)
    if case.row.definition == to:
        return False
    fire_due(case)
    session.flush()
    check_running(case)
    new = published(session, to)
    found = open_keys(case.published.definition, case.state or b"")
    event = _event(case, to, named, by, reason)
    migrated = _migrated(case.published, new, case.state or b"", found, event)
    _go_over(case, new, event, migrated, {"~plan": plan, "~approver": second})
    finish(case)
    return True


def barred(old: Published, new: Published, state: bytes, event: Event) -> str:
    """Why a case in this state would stay; empty when it would go over. Nothing is saved: the dry run of one case."""
    try:
        _migrated(old, new, state, open_keys(old.definition, state), event)
    except Refusal as refusal:
        return str(refusal.params["why"])
    return ""


def _event(case: Case, to: str, named: Mapping[str, str], by: Actor, reason: str) -> Event:
    return Event(
        seq=case.row.head_seq + 1,
        at=case.at,
        kind="migrated",
        actor=by.id,
        reason=reason,
        mapping=tuple(sorted(named.items())),
        definition=to,
        calendar=case.days.digest,
        parameters=case.register.digest,
    )


def _migrated(old: Published, new: Published, state: bytes, found: Open, event: Event) -> Migrated:
    counterparts = Counterparts(old.definition, new.definition, dict(event.mapping))
    # What has no counterpart is told first: approvals are judged only between nodes that correspond.
    stays = bars(counterparts, found) or tuple(_past_approvals(old, new, counterparts, found))
    if stays:
        raise Refusal("migration_barred", 409, {"why": why_it_stays(stays)})
    try:
        return migrate(old.definition, new.definition, state, event)
    except EngineRefused as problem:
        why = f"新版在“{problem.element}”处无法继续（{problem.code}）。"
        raise Refusal("migration_barred", 409, {"why": why}) from problem


def _past_approvals(old: Published, new: Published, counterparts: Counterparts, found: Open) -> Iterator[Bar]:
    """Approvals that lay ahead in the old version and would lie behind in the new one, or be none any more while open.

    One that the new version has dropped altogether is the publishers' decision, and was told in the plan's words."""
    was, is_ = statutory_approvals(old), statutory_approvals(new)
    for path, scope in found.scopes.items():
        before, after = net_of(old.definition, scope), net_of(new.definition, counterparts.scope(scope))
        tokens = [node for node in resting(before, found, path) if not node.startswith(">")]
        for gate in sorted(was & before.nodes.keys()):
            there = counterparts.of(gate)
            for node in tokens if there in after.nodes else ():
                lost = node == gate and there not in is_
                if lost or (before_gate(before, gate, node) and not before_gate(after, there, counterparts.of(node))):
                    yield Bar(gate, name(old.definition.nodes[gate]), "approval")


def _go_over(case: Case, new: Published, event: Event, migrated: Migrated, payload: Mapping[str, Any]) -> None:
    """From here on the case is one of the new version: its row, its rows, its record."""
    outcome = migrated.outcome
    case.published, case.row.definition = new, new.digest
    case.row.clock = case.row.due_on = None  # `finish` writes them again where the new version has clocks or limits
    case.row.title, case.row.secrecy = new.settings.title, new.settings.secrecy
    record(case, event, outcome, payload=payload, dedupe=f"plan:{payload['~plan']}")
    case.state, case.facts, case.ended = outcome.state, dict(outcome.facts), outcome.ended
    # All facts count as changed: dates and warnings hang on clocks that the new version may declare otherwise (rule 2).
    case.timers_move()
    case.changed |= case.facts.keys()
    _forget_warnings(case)
    _carry(case, event, open_keys(new.definition, outcome.state), migrated.carried)
    project(case, event, outcome)


def _forget_warnings(case: Case) -> None:
    """Warnings of clocks that the new version does not declare any more will not come."""
    gone = ClockWarning.instance_id == case.row.id, ClockWarning.clock.not_in(case.published.clocks)
    case.session.execute(delete(ClockWarning).where(*gone, ClockWarning.told_at.is_(None)))


def _carry(case: Case, event: Event, now: Open, carried: Mapping[str, str]) -> None:
    """Rows of what went over, under its key, name and settings in the new version."""
    back = {new: old for old, new in carried.items()}
    rows = {kind: _rows(case, kind) for kind in (Task, Timer, Wait, Call)}
    for task in now.tasks:
        if task.key in back:
            _carry_task(case, rows[Task][back[task.key]], task_values(case, event, task))
    for timer in now.timers:
        if timer.key in back:
            rows[Timer][back[timer.key]].key, rows[Timer][back[timer.key]].node = timer.key, timer.node
    for wait in now.waits:
        if wait.key in back:
            row = rows[Wait][back[wait.key]]
            row.key, row.node, row.message, row.correlation = wait.key, wait.node, wait.message, wait.correlation
    for call in now.calls:
        if call.key in back and back[call.key] in rows[Call]:
            rows[Call][back[call.key]].key, rows[Call][back[call.key]].node = call.key, call.node
    case.session.flush()


KEPT = frozenset({"opened_at", "opened_seq", "status", "due_on", "due_mark", "candidates"})
"""Of a task that goes over: since when it is open, for whom, until when."""


def _carry_task(case: Case, row: Task, values: Mapping[str, Any]) -> None:
    other_term = (row.clock, row.limit) != (values["clock"], values["limit"])
    for column, value in values.items():
        if column not in KEPT:
            setattr(row, column, value)
    if other_term:
        row.due_on, row.due_mark = task_due(case, clock=row.clock, limit=row.limit, opened_at=row.opened_at)


def _rows(case: Case, kind: Any) -> dict[str, Any]:
    mine = select(kind).where(kind.instance_id == case.row.id)
    return {row.key: row for row in case.session.scalars(mine.where(Task.status == "open") if kind is Task else mine)}
