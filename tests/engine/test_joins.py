"""Joins: every round needs all its branches, whatever the round before left behind."""

import itertools
import random

import pytest

from tests.engine.drawing import (
    boundary,
    bpmn,
    chain,
    end,
    exclusive,
    flow,
    inclusive,
    parallel,
    start,
    timer,
    user,
    users,
)

LOOP = bpmn(
    start(), exclusive("in"), parallel("fork", "join"), users("a", "b", "c", "sign"), exclusive("again", "done"), end(),
    chain("start", "in", "fork", "a", "join", "sign", "again"), chain("fork", "b", "join"), chain("fork", "c", "join"),
    flow("again", "in", "rework"), flow("again", "end", id="done"),
)  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_every_round_of_a_parallel_loop_waits_for_all(begin, order):
    walk = begin(LOOP, rework="boolean").start()
    for n in range(1, 4):
        for done, branch in enumerate(order, 1):
            assert f"sign#{n}" not in walk.open
            assert len(walk.open) == 4 - done
            walk.complete(f"{branch}#{n}")
        assert walk.open == [f"sign#{n}"]
        walk.complete(f"sign#{n}", rework=n < 3)
    assert walk.last.ended == "end"


def test_a_round_may_have_another_order_than_the_last(begin):
    walk = begin(LOOP, rework="boolean").start()
    for n, order in enumerate(["abc", "cba", "bca", "acb"], 1):
        for branch in order:
            walk.complete(f"{branch}#{n}")
        assert walk.open == [f"sign#{n}"]
        walk.complete(f"sign#{n}", rework=True)


OR_LOOP = bpmn(
    start(), inclusive("fork", "always"), inclusive("join"), users("a", "b", "c", "sign"), exclusive("again", "done"),
    end(), chain("start", "fork"), flow("fork", "a", id="always"), flow("fork", "b", "need_b"),
    flow("fork", "c", "need_c"), chain("a", "join"), chain("b", "join"), chain("c", "join", "sign", "again"),
    flow("again", "fork", "rework"), flow("again", "end", id="done"),
)  # fmt: skip


def test_an_inclusive_join_waits_for_the_branches_that_were_taken(begin):
    walk = begin(OR_LOOP, need_b="boolean", need_c="boolean", rework="boolean").start(need_b=True, need_c=True)
    assert walk.open == ["b#1", "c#1"]
    walk.complete("c").complete("b")
    assert walk.open == ["sign#1"]
    walk.event("corrected", facts={"need_b": False}).complete("sign", rework=True)
    assert walk.open == ["c#2"]
    walk.complete("c#2").event("corrected", facts={"need_c": False}).complete("sign#2", rework=True)
    assert walk.open == ["a#1"]
    walk.complete("a").complete("sign#3", rework=False)
    assert walk.last.ended == "end"


def test_an_inclusive_join_waits_for_a_token_that_is_still_on_its_way(begin):
    xml = bpmn(
        start(), parallel("fork"), inclusive("join"), users("a", "b", "b2", "c", "sign"), exclusive("way", "to_join"),
        end(), end("aside"), chain("start", "fork", "a", "join", "sign", "end"), chain("fork", "b", "way"),
        flow("way", "aside", "leave"), flow("way", "b2", id="to_join"), chain("b2", "join"),
        chain("fork", "c", "join"),
    )  # fmt: skip
    walk = begin(xml, leave="boolean").start().complete("a").complete("c")
    assert walk.open == ["b#1"]
    walk.complete("b", leave=True)
    assert walk.open == ["sign#1"]
    walk = begin(xml, leave="boolean").start().complete("a").complete("c").complete("b", leave=False)
    assert walk.open == ["b2#1"]
    assert walk.complete("b2").open == ["sign#1"]


def test_a_branch_that_is_interrupted_on_its_way_to_the_join_may_still_arrive(begin):
    xml = bpmn(
        start(), parallel("fork", "join"), users("a", "b", "sign"), boundary("t", "b", timer('"P7D"')),
        exclusive("either"), end(), chain("start", "fork", "a", "join", "sign", "end"), chain("fork", "b", "either"),
        flow("t", "either"), flow("either", "join"),
    )  # fmt: skip
    walk = begin(xml).start().complete("a").due("t")
    assert walk.open == ["sign#1"]


def test_an_inclusive_join_waits_for_what_is_still_on_the_move(begin):
    """The other token could come back over the flow that is full; once it has gone to b it no longer can."""
    xml = bpmn(
        start(), exclusive("m"), user("a"), inclusive("j"), exclusive("x", "back"), users("b", "sign"), end(),
        chain("start", "m", "a", "j", "sign", "end"), chain("a", "x"), flow("x", "b", "go"), flow("x", "m", id="back"),
        chain("b", "j"),
    )  # fmt: skip
    walk = begin(xml, go="boolean").start().complete("a", go=True)
    assert walk.open == ["b#1"]
    assert walk.complete("b").open == ["sign#1"]
    assert begin(xml, go="boolean").start().complete("a", go=False).open == ["a#2", "sign#1"]


def test_tokens_that_wait_at_a_join_are_part_of_the_marking(begin):
    one = begin(LOOP, rework="boolean").start().complete("a").complete("b")
    other = begin(LOOP, rework="boolean").start().complete("b").complete("a")
    third = begin(LOOP, rework="boolean").start().complete("a").complete("c")
    assert one.last.marking_digest == other.last.marking_digest
    assert one.last.marking_digest != third.last.marking_digest


def test_a_long_loop_leaves_nothing_behind(begin):
    xml = bpmn(start(), user("work"), exclusive("again", "done"), end(), chain("start", "work", "again"),
               flow("again", "work", "more"), flow("again", "end", id="done"))  # fmt: skip
    walk = begin(xml, more="boolean").start()
    for n in range(1, 301):
        walk.complete(f"work#{n}", more=True)
    assert len(walk.last.state) < len(walk.outcomes[1].state) + 16


@pytest.mark.parametrize("seed", range(12))
def test_random_walks_through_loops_always_end_with_every_signature(begin, seed):
    """In each round every branch is signed exactly once before the successor opens."""
    chance = random.Random(seed)
    walk = begin(LOOP, rework="boolean").start()
    signed: list[str] = []
    for _ in range(60):
        key = chance.choice(walk.open)
        name = key.partition("#")[0]
        if name == "sign":
            assert sorted(signed) == ["a", "b", "c"]
            signed.clear()
            walk.complete(key, rework=chance.random() < 0.8)
        else:
            signed.append(name)
            walk.complete(key)
        if walk.last.ended:
            return


def test_tokens_at_a_join_can_be_dropped_when_a_case_is_repositioned(begin):
    walk = begin(LOOP, rework="boolean").start().complete("a")
    walk.event("repositioned", cancel=("b#1", "c#1", "join"), open=(("", "sign"),))
    assert walk.open == ["sign#1"]
    walk.complete("sign", rework=True)
    assert walk.open == ["a#2", "b#2", "c#2"]
    walk.complete("a#2").complete("b#2")
    assert walk.open == ["c#2"]
    assert walk.complete("c#2").complete("sign#2", rework=False).last.ended == "end"
