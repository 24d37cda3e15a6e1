"""The same events give the same outcome: in another process, with other hash seeds, from saved bytes, in any year."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.engine import Definition, EngineRefused, Event, advance, compile_definition, open_keys
from app.engine.hot import hot_cases
from tests.engine.drawing import (
    boundary,
    bpmn,
    chain,
    each,
    end,
    exclusive,
    flow,
    inclusive,
    on_message,
    parallel,
    start,
    timer,
    user,
    users,
)
from tests.engine.drawing import (
    subprocess as embedded,
)
from tests.engine.walk import NOON, Walk, begin, sources

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"


def everything() -> Walk:
    """One case that has a bit of all: open tasks, timers, waits, half-arrived joins, instances, counters, facts."""
    inner = embedded(
        "review", start("s"), parallel("fork", "join"), users("law", "money"),
        user("vote", each("organs", "organ", "said")),
        end("e"), boundary("t", "law", timer('"clock:T1@20"')),  end("t_end"), chain("t", "t_end"),
        boundary("r", "money", timer('"R/P7D"', "timeCycle"), interrupting=False), user("urge"), end("u_end"),
        chain("r", "urge", "u_end"), chain("s", "fork", "law", "join", "e"), chain("fork", "money", "join"),
        chain("fork", "vote", "join"),
    )  # fmt: skip
    xml = bpmn(
        start(), user("a"), exclusive("g", "again"), inner, boundary("w", "review", on_message("withdraw")), end(),
        end("gone"), inclusive("o", "x"), users("p1", "q1"), inclusive("j"), chain("start", "a", "g"),
        flow("g", "review", "ready"), flow("g", "a", id="again"), chain("review", "o"), flow("o", "p1", id="x"),
        flow("o", "q1", "fee > 1"), chain("p1", "j", "end"), chain("q1", "j"), chain("w", "gone"),
        messages=("withdraw",),
    )  # fmt: skip
    walk = begin(xml, organs="codes", said="map", ready="boolean", fee="number", note="text")
    walk.start(case_division="450123", organs=["45", "4501", "450123"], note="起")
    walk.complete("a", ready=False).complete("a#2", ready=True, fee="1.50").due("review#1/r", missed=2)
    walk.complete("review#1/vote#1[4501]", result="agree").complete("review#1/money")
    return walk


def test_everything_is_where_it_should_be():
    assert everything().open == [
        "review#1/law#1", "review#1/t#1", "review#1/urge#1", "review#1/vote#1[450123]", "review#1/vote#1[45]", "w#1",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_another_process_with_another_hash_seed_comes_to_the_same_bytes(seed):
    code = (
        "from tests.engine.test_determinism import everything\nimport hashlib\n"
        "for o in everything().outcomes: print(o.marking_digest, hashlib.sha256(o.state).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland"},
    ).stdout  # fmt: skip
    assert [line.split()[0] for line in told.splitlines()] == [o.marking_digest for o in everything().outcomes]


def test_hot_and_cold_come_to_the_same_bytes():
    hot = everything()
    hot_cases.clear()
    size, hot_cases.size = hot_cases.size, 0
    try:
        assert everything().outcomes == hot.outcomes
    finally:
        hot_cases.size = size


def test_a_state_may_be_continued_twice():
    """The cache hands a case to the first comer; the second decodes, and neither sees the other."""
    walk = everything()
    state, event = walk.last.state, walk.events[-1]
    one = advance(walk.definition, state, _complete(event, "review#1/law#1"))
    two = advance(walk.definition, state, _complete(event, "review#1/vote#1[45]"))
    again = advance(walk.definition, state, _complete(event, "review#1/law#1"))
    assert one == again
    assert one.marking_digest != two.marking_digest


def _complete(event: Event, target: str) -> Event:
    return replace(event, target=target, kind="completed")


def test_a_refused_event_changes_nothing():
    walk = everything()
    before = walk.last.marking_digest
    for target in ("nobody", "review#1/law#1"):
        with pytest.raises(EngineRefused):
            walk.complete(target, ready="perhaps")
    assert open_keys(walk.definition, walk.last.state).marking_digest == before
    walk.complete("review#1/law#1")


def test_what_a_caller_does_with_his_facts_afterwards_does_not_matter():
    walk = begin(bpmn(start(), users("a", "b"), end(), chain("start", "a", "b", "end")), list="codes").start()
    given = ["1"]
    walk.complete("a", list=given)
    given.append("2")
    walk.last.facts["list"].append("3")  # type: ignore[index, union-attr]
    assert walk.event("corrected").facts == {"list": ["1"]}


def test_markings_of_version_1_are_what_they_were():
    """Frozen: a chain of digests written today must be provable in twenty years."""
    expected = (FIXTURES / "markings-m1.txt").read_text().split()
    assert [outcome.marking_digest for outcome in everything().outcomes] == expected


def test_states_of_format_1_can_be_read_for_ever():
    state = (FIXTURES / "state-1.bin").read_bytes()
    walk = everything()
    assert open_keys(walk.definition, state) == open_keys(walk.definition, walk.last.state)
    outcome = advance(walk.definition, state, _complete(walk.events[-1], "review#1/law#1"))
    assert "review#1/law#1" in outcome.closed


@pytest.mark.parametrize("state", [b"", b"banyan-state-9\nx", b"banyan-state-1\n\x00\x01"])
def test_bytes_that_are_no_state_are_refused(state):
    walk = everything()
    with pytest.raises(EngineRefused, match="state_unreadable"):
        advance(walk.definition, state, _complete(walk.events[-1], "a#1"))


def test_the_time_of_an_event_reaches_feel_and_nothing_else():
    xml = bpmn(start(), user("a"), exclusive("g", "n"), end("y"), end("no"), chain("start", "a", "g"),
               flow("g", "y", 'today() = date("2026-11-23")'), flow("g", "no", id="n"))  # fmt: skip
    walk = begin(xml).start().complete("a")
    assert (walk.last.ended, NOON.date().isoformat()) == ("y", "2026-11-23")


@pytest.mark.parametrize("frames", [0, 700])
def test_a_long_chain_compiles_however_deep_the_caller_stands(request: pytest.FixtureRequest, frames: int) -> None:
    """A command stands near the bottom of its stack, a page far from it; the parser goes down with each step."""
    names = [f"t{frames}_{number}" for number in range(300)]
    drawn = bpmn(start(), *map(user, names), end(), chain("start", *names, "end"))
    request.addfinalizer(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(1000)  # what Python starts with

    def standing(left: int) -> Definition:
        return standing(left - 1) if left else compile_definition(sources(drawn))

    assert len(standing(frames).nodes) == 302
