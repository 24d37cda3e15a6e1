"""`docs/bpmn-coverage.md` says what runs and what is refused. What it says runs is walked here, every way it can go,
beside the token game."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest

from app.engine import Definition, Finding, Outcome, compile_definition, lint
from tests.engine.coverage import PAGE, SECTIONS, page
from tests.engine.coverage_runs import RUNS, Runs, looks
from tests.engine.test_lint_swallowed import CONSTRUCTS
from tests.engine.token_game import TokenGame
from tests.engine.walk import Walk, sources

ITEMS = ("a", "b")
FACTS = {"c": "number", "list": "codes", "total": "number"}
DEPTH = 6
MARKINGS = 60


def compiled(runs: Runs) -> Definition:
    return compile_definition(sources(runs.xml, runs.called, runs.decisions, **FACTS))


@dataclass
class Played:
    """One case and its referee; a copy of both goes each way."""

    walk: Walk
    referee: TokenGame

    def after(self, key: str, c: int) -> "Played":
        walk, referee = Walk(self.walk.definition), deepcopy(self.referee)
        walk.events, walk.outcomes = list(self.walk.events), list(self.walk.outcomes)
        node = walk.definition.nodes[key.rpartition("/")[2].partition("#")[0]]
        if node.event is not None or node.kind == "receiveTask":
            walk.event("timer_due" if node.event == "timer" else "message", key)
            referee.happen(key)
        elif node.kind == "serviceTask":
            walk.answer(key, {})
            referee.complete(key)
        elif "[" in key:
            walk.event("completed", key)
            referee.complete(key)
        else:
            walk.complete(key, c=c)
            referee.complete(key, c)
        return Played(walk, referee)

    def agree(self) -> None:
        assert self.walk.open == self.referee.open
        assert self.walk.last.ended == self.referee.ended
        assert sorted(self.walk.last.trace.flows) == sorted(self.referee.passed)


def begun(runs: Runs, c: int) -> Played:
    played = Played(Walk(compiled(runs)), TokenGame(runs.xml, runs.called, ITEMS))
    played.walk.start(c=c, list=list(ITEMS))
    played.referee.start(c)
    return played


def ways(runs: Runs) -> Iterator[Outcome]:
    """Every marking that can be reached in a few steps, each agreed upon."""
    choices = (0, 5, 9) if b"c &gt;" in runs.xml else (0,)
    todo = [begun(runs, c) for c in choices]
    seen: set[str] = set()
    while todo and len(seen) < MARKINGS:
        played = todo.pop(0)
        played.agree()
        yield played.walk.last
        digest = played.walk.last.marking_digest
        if digest in seen or len(played.walk.events) > DEPTH or played.walk.last.ended is not None:
            continue
        seen.add(digest)
        todo += [played.after(key, c) for key in played.walk.open for c in choices]


@pytest.mark.parametrize("what", [what for what, runs in RUNS.items() if not runs.looks])
def test_it_runs_as_the_standard_says(what: str) -> None:
    definition, outcomes = compiled(RUNS[what]), list(ways(RUNS[what]))
    assert any(outcome.ended for outcome in outcomes)
    assert any("x" in outcome.trace.left for outcome in outcomes), "the element took part"
    for trace in (outcome.trace for outcome in outcomes):
        assert {*trace.entered, *trace.left} <= definition.nodes.keys(), "only what is drawn is told"


@pytest.mark.parametrize("what", [what for what, runs in RUNS.items() if runs.looks])
def test_it_is_shown_and_changes_nothing(what: str) -> None:
    with_it, without = begun(RUNS[what], 0), begun(looks("", ""), 0)
    for played in (with_it.after("x#1", 0), without.after("x#1", 0)):
        played.agree()
    assert outcomes(with_it) == outcomes(without)


def outcomes(played: Played) -> list[tuple[str, object]]:
    after = played.after("x#1", 0).walk.outcomes
    return [(outcome.marking_digest, outcome.trace) for outcome in after]


def test_nothing_that_runs_is_an_error_to_the_linter() -> None:
    def errors(runs: Runs) -> list[Finding]:
        found = lint(sources(runs.xml, runs.called, runs.decisions, **FACTS))
        return [finding for finding in found if finding.severity == "error"]

    assert {what: found for what, runs in RUNS.items() if (found := errors(runs))} == {}


def test_the_page_is_what_the_tests_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.engine.coverage"


def test_every_form_that_runs_is_on_the_page() -> None:
    told = {key for rows in SECTIONS.values() for _, key in rows}
    assert told <= RUNS.keys() | CONSTRUCTS.keys()
    assert RUNS.keys() <= told
    assert not RUNS.keys() & CONSTRUCTS.keys()
    assert all(CONSTRUCTS[key].severity == "error" for key in told & CONSTRUCTS.keys())
