"""Walking a published-ready bundle on `advance` alone, with answers made up so that every step is visited where it can be.

No case, no database and no forms: a completed task sets the facts its form could set, each of their values is tried, and
what brings the walk nearer to a step not yet seen is kept. It shows whether a diagram runs; it proves nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, product
from typing import Any

from app.catalogue.parameter_facts import parameter_facts
from app.catalogue.published import Published
from app.catalogue.ways import Distances, distances_to, onward
from app.engine import EngineRefused, Event, Open, OpenedTask, Outcome, advance, open_keys
from app.engine.diagram import HUMAN, tag
from app.engine.facts import CASE_DIVISION
from app.engine.safe_xml import parse

STEPS_LIMIT = 300
"""Events of one run."""
PATIENCE = 40
"""Events without coming nearer, after which a run looks for the end."""
TIRED = 2.0
"""Steps by which a way counts as longer each time it has been gone, so that no run circles for ever."""
CHOICES_LIMIT = 12
"""Combinations of values tried at one task."""
SOMEWHERE = "000000"


@dataclass
class Walked:
    """`ended` of `runs` runs came to an end; `seen` are the nodes that some run entered."""

    runs: int = 0
    ended: int = 0
    seen: set[str] = field(default_factory=set)
    missed: tuple[str, ...] = ()
    """Ids of the steps of people that no run came to."""
    problems: tuple[str, ...] = ()
    """Why runs stopped before the end: code and element, each once."""


@dataclass(frozen=True)
class _Act:
    kind: str
    target: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def walk(version: Published, *, at: datetime) -> Walked:
    """Walk until every step of people has been seen or looked for once.

    Args:
        at: instant of the first event, aware; each later one is an hour later.
    """
    walker, found, tried = _Walker(version, at), Walked(), set[str]()
    people = [node.id for node in version.definition.nodes.values() if node.kind in HUMAN]
    target: str | None = None
    while True:
        found.runs += 1
        found.ended += walker.run(target)
        found.seen = walker.seen
        missing = [node for node in people if node not in walker.seen]
        target = next((node for node in missing if node not in tried), None)
        if target is None:
            found.missed, found.problems = tuple(missing), tuple(walker.problems)
            return found
        tried.add(target)


class _Walker:
    def __init__(self, version: Published, at: datetime) -> None:
        self.version = version
        self.definition = version.definition
        self.at = at
        self.graph = onward(version.definition, _called(version))
        self.ends = distances_to(self.graph, self._last())
        self.seen: set[str] = set()
        self.problems: dict[str, None] = {}

    def _last(self) -> set[str]:
        nodes = self.definition.nodes.values()
        return {n.id for n in nodes if n.kind == "endEvent" and n.scope == self.definition.process_id}

    def run(self, target: str | None) -> bool:
        """One case from its start; whether it ended."""
        state, goal = self._begin(), distances_to(self.graph, {target}) if target else self.ends
        left, best, counts = PATIENCE, float("inf"), Counter[str]()
        for seq in range(2, STEPS_LIMIT):
            if state is None or state.ended is not None:
                return state is not None
            if target in self.seen or left == 0:
                goal, target, left = self.ends, None, -1
            state, score = self._step(state, seq, goal, counts, ending=target is None)
            left, best = (PATIENCE, score) if score < best else (left - 1, best)
        self.problems["too_long"] = None
        return False

    def _begin(self) -> Outcome | None:
        facts = {CASE_DIVISION.name: SOMEWHERE}
        rows = {
            c: row for s in self.version.all_settings.values() for c, row in (*s.limits.items(), *s.parameters.items())
        }
        facts |= parameter_facts(  # type: ignore[arg-type]
            self.version.all_settings.values(), self.version.fact_types, lambda code: str(rows[code]["value"])
        )
        return self._try(None, 1, _Act("started", "", facts))

    def _step(
        self, state: Outcome, seq: int, goal: Distances, counts: Counter[str], *, ending: bool
    ) -> tuple[Outcome | None, float]:
        """The best of all that can happen now."""
        best: tuple[float, float, Outcome] | None = None
        now = open_keys(self.definition, state.state)
        for act in self._acts(now):
            outcome = self._try(state.state, seq, act)
            if outcome is None:
                continue
            score = self._score(outcome, goal, ending)
            rank = score + TIRED * counts[f"{_node(act.target)} {act.facts}"]
            if best is None or rank < best[0]:
                best, chosen = (rank, score, outcome), act
        if best is None:
            return None, 0.0
        counts[f"{_node(chosen.target)} {chosen.facts}"] += 1
        self.seen.update(best[2].trace.entered)
        return best[2], best[1]

    def _score(self, outcome: Outcome, goal: Distances, ending: bool) -> float:
        """How far it is to go; 0 when it has been reached."""
        if outcome.ended is not None:
            return 0 if ending else float("inf")
        if not ending and any(goal.get(node) == 0 for node in outcome.trace.entered):
            return 0
        now = open_keys(self.definition, outcome.state)
        work = [_node(key) for key in (*(t.key for t in now.tasks), *(c.key for c in now.calls))]
        events = [_node(key) for key in (*(t.key for t in now.timers), *(w.key for w in now.waits))]
        far = [goal.get(node, float("inf")) for node in (*work, *events)]
        if ending:  # every token has to come to its end
            return sum(goal.get(node, 99.0) for node in work) + min(far, default=0)
        return min(far, default=float("inf"))

    def _acts(self, now: Open) -> Iterator[_Act]:
        for task in now.tasks:
            yield from (_Act("completed", task.key, facts) for facts in self._answers(task))
        yield from (_Act("answered", call.key, {"answer": {}}) for call in now.calls)
        yield from (_Act("message", wait.key) for wait in now.waits)
        yield from (_Act("timer_due", timer.key) for timer in now.timers)

    def _answers(self, task: OpenedTask) -> Iterator[dict[str, Any]]:
        """Facts that the form of the task could set, in every combination up to a limit."""
        form = self.version.forms.get((task.process, task.properties.get("form", "")))
        form = form or self.version.forms.get((self.version.settings.process, task.properties.get("form", "")))
        names = [name for name in (form.facts if form else ()) if self._values(name)]
        for values in islice(product(*(self._values(name) for name in names)), CHOICES_LIMIT):
            yield dict(zip(names, values, strict=True))

    def _values(self, name: str) -> list[Any]:
        kind = self.version.fact_types[name]
        if kind.kind == "code":
            return list(kind.values)
        if kind.kind == "codes":
            return [[value] for value in kind.values] + ([list(kind.values)] if len(kind.values) > 1 else [])
        return [True, False] if kind.kind == "boolean" else []

    def _try(self, state: bytes | None, seq: int, act: _Act) -> Outcome | None:
        event = Event(seq, self.at + timedelta(hours=seq), act.kind, target=act.target or None, facts=act.facts)
        try:
            outcome = advance(self.definition, state, event)
        except EngineRefused as problem:
            self.problems.setdefault(f"{problem.code} {problem.element}".strip(), None)
            return None
        if state is None:
            self.seen.update(outcome.trace.entered)
        return outcome


def _called(version: Published) -> dict[str, str]:
    """Call activity → process it calls."""
    roots = [parse(version.bundle.of(key)["process.bpmn"].encode()) for key in version.bundle.keys()]
    calls = (call for root in roots for call in root.iter(tag("callActivity")))
    return {call.get("id"): call.get("calledElement", "") for call in calls}


def _node(key: str) -> str:
    return key.rpartition("/")[2].partition("#")[0]
