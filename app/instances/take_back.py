"""取回: who completed a task takes it back, before the next person has opened what it led to (engine rule 12).

It is a `repositioned` event: the tasks that the completion opened are cancelled, the completed one opens again, and
the facts it set are as they were before. The earlier answers come back as the taker's draft.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import Definition
from app.engine.model import FactValue, Outcome
from app.errors import Refusal
from app.history.read import RecordedEvent, read_events
from app.identity.actor import Actor
from app.instances.apply import apply
from app.instances.case import Case, lock_case_of_task
from app.instances.due_dates import task_due, timer_due
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.models import Task, Timer
from app.instances.people import judge
from app.instances.record import EVENT_KINDS
from app.instances.save_draft import keep_draft
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings

PASSABLE = frozenset({"userTask", "manualTask", "task", "exclusiveGateway", "scriptTask", "businessRuleTask"})
"""What a completion may have passed or reached. A fork is passable too; a join, a call, a wait, an end is not."""
HUMAN = frozenset({"userTask", "manualTask", "task"})
FORKS = frozenset({"parallelGateway", "inclusiveGateway"})


@dataclass(frozen=True)
class Way:
    """How back: keys to cancel, facts as they were before the completion, and what was answered."""

    cancel: tuple[str, ...]
    facts: Mapping[str, FactValue]
    answers: Mapping[str, Any]


def take_back(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> Task:
    """Take a completed task back; gives the task that is open again, held by the actor.

    Raises:
        Refusal: `not_found` (404), `take_back_not_yours` (403), a reason of `identity.may` (403), or the 409 that says
            why it is too late: `take_back_closed`, `…_ended`, `…_seen`, `…_moved`, `…_passed`, `…_several`.
    """
    case, task = lock_case_of_task(session, around, task_id, now=now)
    check_taker(session, task, by=by)
    fire_due(case)
    session.flush()
    way = way_back(case, task, by=by)
    scope = task.key.rpartition("/")[0]
    outcome = apply(
        case,
        "repositioned",
        by=by,
        on_behalf_of=task.on_behalf_of,
        target=task.key,
        facts=way.facts,
        cancel=way.cancel,
        open=((scope, task.node),),
        dedupe=f"take_back:{task.key}",
    )
    again = _reopened(case, task, outcome)
    keep_draft(case, again, way.answers, person_id=by.id)
    finish(case)
    return again


def way_back(case: Case, task: Task, *, by: Actor) -> Way:
    """Whether and how the actor may take the task back. Changes nothing; the case may be read without a lock.

    Raises:
        Refusal: as `take_back`.
    """
    check_taker(case.session, task, by=by)
    if task.status != "done" or task.closed_seq is None:
        raise Refusal("take_back_closed", 409, {"task": task.name})
    if case.row.ended_at is not None:
        raise Refusal("take_back_ended", 409, {"task": task.name})
    if task.item is not None:
        raise Refusal("take_back_several", 409, {"task": task.name})
    judge(case.session, by, task, case.row, case.today).check()
    following = _following(case, task, by)
    events = read_events(case.session, case.around.vault, case.row.id)
    completion = next(event for event in events if event.seq == task.closed_seq)
    _check_passed(case.published.definition, task, completion)
    if any(event.seq > completion.seq and event.kind in EVENT_KINDS for event in events):
        raise Refusal("take_back_moved", 409, {"task": task.name})
    return Way(tuple(one.key for one in following), _before(events, completion), _answers(completion))


def check_taker(session: Session, task: Task, *, by: Actor) -> None:
    """Whether the actor is the one who completed it; a stranger to the case finds nothing."""
    if task.closed_by != by.id:
        see_case(session, task.instance_id, by=by)
        raise Refusal("take_back_not_yours", 403, {"task": task.name})


def _following(case: Case, task: Task, by: Actor) -> Sequence[Task]:
    """The tasks that the completion opened: all still open, unopened by others, and in one scope with it."""
    found = case.session.scalars(
        select(Task).where(Task.instance_id == case.row.id, Task.opened_seq == task.closed_seq).order_by(Task.key)
    ).all()
    if any(one.status != "open" or one.seen_at or one.assignee_id not in (None, by.id) for one in found):
        raise Refusal("take_back_seen", 409, {"task": task.name})
    scope = task.key.rpartition("/")[0]
    if not found or any(one.item is not None or one.key.rpartition("/")[0] != scope for one in found):
        raise Refusal("take_back_passed", 409, {"task": task.name})
    return found


def _check_passed(definition: Definition, task: Task, completion: RecordedEvent) -> None:
    effects = completion.effects
    for name in effects.get("in", ()):
        node = definition.nodes.get(name)
        entries = sum(flow.target == name for flow in definition.flows.values())
        fork = node is not None and node.kind in FORKS and entries == 1
        if node is None or not (fork or node.kind in PASSABLE):
            raise Refusal("take_back_passed", 409, {"task": task.name})


def may_lead_back(definition: Definition, node: str, opened: Collection[str]) -> bool:
    """Whether the diagram lets a completion of `node` reach all of `opened` without passing what bars taking back: said
    before anybody asks, from the diagram alone."""
    reached, ahead = set[str](), [node]
    while ahead:
        here = ahead.pop()
        for flow in definition.flows.values():
            target = definition.nodes[flow.target]
            if flow.source != here or flow.target in reached or target.kind not in PASSABLE | FORKS:
                continue
            reached.add(flow.target)
            if target.kind not in HUMAN:
                ahead.append(flow.target)
    return reached.issuperset(opened)


def _before(events: Sequence[RecordedEvent], completion: RecordedEvent) -> dict[str, FactValue]:
    """The facts that the completion set, with their values before it; null for one that was not set yet."""
    known: dict[str, FactValue] = {}
    for event in events:
        facts = _facts(event)
        if event.seq == completion.seq:
            return {name: known.get(name) for name in facts}
        known |= facts
    return {}


def _facts(event: RecordedEvent) -> dict[str, FactValue]:
    effects = event.effects
    return dict(effects.get("facts") or {})


def _answers(completion: RecordedEvent) -> dict[str, Any]:
    given = (completion.fields or {}).items()
    return {
        name.removeprefix("payload/"): value
        for name, value in given
        if name.startswith("payload/") and not name.startswith("payload/~")
    }


def _reopened(case: Case, task: Task, outcome: Outcome) -> Task:
    """The new row: held by the same hands in the same role, with the date it had before."""
    case.session.flush()
    again = case.session.scalars(
        select(Task).where(Task.instance_id == case.row.id, Task.key == outcome.opened[0].key)
    ).one()
    again.opened_at = task.opened_at
    again.due_on, again.due_mark = task_due(case, clock=again.clock, limit=again.limit, opened_at=again.opened_at)
    again.assignee_id, again.claimed_at = task.closed_by, case.at
    again.natural_person, again.behalf_natural = task.natural_person, task.behalf_natural
    again.acted_role = task.acted_role
    task.status = "taken_back"
    _timers_as_before(case, task, outcome)
    return again


def _timers_as_before(case: Case, task: Task, outcome: Outcome) -> None:
    """A timer drawn on the step runs from when the step first opened: taking back gains nobody time."""
    keys = [timer.key for timer in outcome.timers_opened if not timer.cycle]
    for timer in case.session.scalars(select(Timer).where(Timer.instance_id == case.row.id, Timer.key.in_(keys))):
        timer.opened_at = task.opened_at
        timer.due_at = timer_due(case, timer)
