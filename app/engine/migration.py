"""Carrying a running case over to a newer version of its diagram, as one event (rule 13).

The tree is rewritten as plain rows: what is alive keeps its place, its number and what was fixed when it opened (rules of
timers, correlations, inputs, people), under the name it has in the new version. Then the new version looks ahead from
there. What was passed is not in the tree, and is not needed.
"""

from dataclasses import dataclass, replace
from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from app.engine import event_specs, patches
from app.engine.advance import open_keys
from app.engine.case import Case, Steps
from app.engine.compaction import compact
from app.engine.definition import Definition
from app.engine.hot import hot_cases
from app.engine.keys import Opened, opened
from app.engine.mapping import Bar, Counterparts, bars
from app.engine.model import EngineRefused, Event, Open, Outcome
from app.engine.outcome import outcome_of
from app.engine.run import run
from app.engine.state import Body, body_of, encode, restored

SPLIT, JOIN, CHILD = ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]"
Row = list[Any]
"""As in `state`: id, parent, state, spec, triggered, internal data."""


@dataclass(frozen=True)
class Migrated:
    """The outcome under the new version, and what each key that went over is called now."""

    outcome: Outcome
    carried: dict[str, str]


class MigrationBarred(EngineRefused):
    """The case stays where it is. `bars` say why, element by element."""

    def __init__(self, found: tuple[Bar, ...]) -> None:
        super().__init__("migration_barred", found[0].element, found[0].code)
        self.bars = found


def migrate(old: Definition, new: Definition, state: bytes, event: Event) -> Migrated:
    """Apply a `migrated` event to a state of the old version.

    Args:
        event: `mapping` names the nodes that are called otherwise in the new version; `facts` are set first.

    Raises:
        MigrationBarred: the case cannot go over.
        EngineRefused: as `advance`.
    """
    counterparts = Counterparts(old, new, dict(event.mapping))
    found = open_keys(old, state)
    if found.ended is not None:
        raise EngineRefused("case_ended", found.ended)
    if barred := bars(counterparts, found):
        raise MigrationBarred(barred)
    body, ahead = _rewritten(body_of(state), counterparts)
    case = restored(new.program, body)
    case.steps = Steps(event.at)
    with patches.running(case):
        try:
            before, after = _apply(case, counterparts, event, ahead)
        except SpiffWorkflowException as error:
            raise EngineRefused("engine_failure", "", f"{type(error).__name__}: {error}") from error
    bytes_after = encode(case)
    outcome = outcome_of(case, before, after, bytes_after)
    del case.steps
    hot_cases.give(bytes_after, case)
    carried = {key: now for key in _keys(found) if (now := counterparts.key(key)) in before.tasks}
    return Migrated(_with_gone(outcome, found, carried), carried)


def _apply(case: Case, counterparts: Counterparts, event: Event, ahead: set[Any]) -> tuple[Opened, Opened]:
    case.set_facts(event.facts)
    before = opened(case)
    for workflow in (case.tree, *list(case.tree.subprocesses.values())):
        for task in list(workflow.tasks.values()):
            if task.id in ahead:
                task.task_spec._predict_hook(task)
            if event_specs.is_split(task):
                _open_new_events(task, counterparts)
    run(case)
    compact(case.tree)
    return before, opened(case)


def _open_new_events(split: Any, counterparts: Counterparts) -> None:
    """Boundary events that the new version has drawn around an open step; those that have passed stay passed."""
    had = {counterparts.of(node.id) for node in counterparts.old.nodes.values() if node.attached_to}
    here = {child.task_spec.name for child in split.children}
    for spec in split.task_spec.outputs:
        if isinstance(spec, event_specs.BoundaryEvent) and spec.name not in had | here:
            child = split._add_child(spec, TaskState.FUTURE)
            spec._update(child)


def _keys(found: Open) -> list[str]:
    keys = {one.key for one in found.tasks} | {one.key for one in found.timers} | {one.key for one in found.waits}
    return sorted(keys | {one.key for one in found.calls})


def _with_gone(outcome: Outcome, found: Open, carried: dict[str, str]) -> Outcome:
    """Events around a step that the new version no longer draws are closed, under the keys they had."""
    timers = tuple(one.key for one in found.timers if one.key not in carried)
    waits = tuple(one.key for one in found.waits if one.key not in carried)
    return replace(
        outcome, timers_closed=(*outcome.timers_closed, *timers), waits_closed=(*outcome.waits_closed, *waits)
    )


def _rewritten(body: Body, counterparts: Counterparts) -> tuple[Body, set[Any]]:
    """The body under the new names, and the tasks that have to look ahead again."""
    program, ahead = counterparts.new.program, set[Any]()
    last, scopes = body["n"], []
    for owner, scope, completed, rows in body["w"]:
        name = counterparts.scope(scope) if scope is not None else None
        specs = (program.spec if name is None else program.inner[name]).task_specs
        moved, last = _rows(rows, counterparts, specs, ahead, last)
        scopes.append([owner, name, completed, moved])
    counts = {counterparts.key(path): count for path, count in body["k"].items()}
    return {"n": last, "k": counts, "f": dict(body["f"]), "e": None, "w": scopes}, ahead


def _rows(
    rows: list[Row], counterparts: Counterparts, specs: dict[str, Any], ahead: set[Any], last: int
) -> tuple[list[Row], int]:
    """Rows of one scope: what is alive, under its new name, hung to what still stands above it."""
    above: dict[int, Any] = {}
    kept: list[Row] = []
    splits: dict[Any, str] = {}
    for id_, parent, state, spec, triggered, internal in rows:
        over = above.get(parent, parent)
        if state & TaskState.FUTURE or state & TaskState.PREDICTED_MASK:
            ahead.add(over)
            continue
        name = _renamed(spec, counterparts)
        stays = parent is None or (name in specs and (not state & TaskState.FINISHED_MASK or _holds(specs[name])))
        if not stays:
            above[id_] = over
            continue
        if f"{name}{SPLIT}" in specs and not splits.get(over, "").startswith(f"{name}."):
            last += 1
            kept.append([last, over, int(TaskState.COMPLETED), f"{name}{SPLIT}", 1, {}])
            over = last
        if name.endswith(SPLIT):
            splits[id_] = name
        inside = dict(internal)
        if "from" in inside:
            inside["from"] = counterparts.of(inside["from"])
        kept.append([id_, over, state, name, triggered, inside])
    return kept, last


def _holds(spec: Any) -> bool:
    """Whether a finished task of this spec still holds together what hangs under it."""
    return isinstance(spec, event_specs.EventBasedGateway) or bool(spec.name.endswith(SPLIT))


def _renamed(spec: str, counterparts: Counterparts) -> str:
    for ending in (SPLIT, JOIN, CHILD):
        if spec.endswith(ending):
            return f"{counterparts.of(spec.removesuffix(ending))}{ending}"
    return counterparts.of(spec)
