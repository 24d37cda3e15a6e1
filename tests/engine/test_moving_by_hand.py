"""Where a case may be put by hand: only where work could have brought it, and never past a gate."""

import random

import pytest

from app.engine import compile_definition, open_keys
from app.engine.crossing import before_gate, gates_skipped
from app.engine.net import Net, can_come_about, net_of, resting
from tests.engine.author import draw
from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    end,
    exclusive,
    flow,
    inclusive,
    node,
    on_message,
    parallel,
    start,
    subprocess,
    timer,
    user,
    users,
)  # fmt: skip
from tests.engine.walk import Walk, sources


def net(*parts: str, scope: str = "p", messages: tuple[str, ...] = (), **kinds: str) -> Net:
    return net_of(compile_definition(sources(bpmn(*parts, messages=messages), **kinds)), scope)


FORKED = (
    start(), users("ask", "approve", "file", "keep"), *parallel("fork", "join"), end(),
    chain("start", "ask", "fork", "approve", "join", "keep", "end"), chain("fork", "file", "join"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "possible"),
    [
        ({"ask"}, True),
        ({"approve", "file"}, True),
        ({"approve", ">file-join"}, True),
        ({">approve-join", "file"}, True),
        ({"keep"}, True),
        ({"approve"}, False),
        ({"ask", "file"}, False),
        ({"keep", "approve"}, False),
    ],
)
def test_tokens_of_a_parallel_block(tokens: set[str], possible: bool) -> None:
    assert can_come_about(net(*FORKED), frozenset(tokens)) is possible


def test_of_an_inclusive_block_some_branches_may_be_open() -> None:
    drawn = net(
        start(), users("a", "b", "c", "after"), inclusive("some", "some-c"), inclusive("meet"), end(),
        chain("start", "some"), flow("some", "a", "x > 1"), flow("some", "b", "x > 2"), flow("some", "c"),
        chain("a", "meet", "after", "end"), chain("b", "meet"), chain("c", "meet"), x="number",
    )  # fmt: skip
    assert can_come_about(drawn, frozenset({"a"}))
    assert can_come_about(drawn, frozenset({"a", "b"}))
    assert can_come_about(drawn, frozenset({"after"}))
    assert not can_come_about(drawn, frozenset({"a", "after"}))


def test_events_around_a_step_may_send_tokens_of_their_own() -> None:
    drawn = net(
        start(), users("work", "remind", "close"), end(), end("e2"), end("e3"),
        boundary("late", "work", timer('"P1D"'), interrupting=False), boundary("stop", "work", on_message("m")),
        chain("start", "work", "end"), chain("late", "remind", "e2"), chain("stop", "close", "e3"), messages=("m",),
    )  # fmt: skip
    assert can_come_about(drawn, frozenset({"work", "remind"}))
    assert can_come_about(drawn, frozenset({"close", "remind"}))
    assert not can_come_about(drawn, frozenset({"close", "work"}))


def test_an_event_gateway_is_one_place_and_a_sub_process_too() -> None:
    drawn = net(
        start(), node("eventBasedGateway", "either"), catch("m", on_message("m")), catch("t", timer('"P1D"')),
        subprocess("sub", start("s"), user("inside"), end("e"), chain("s", "inside", "e")), end(), end("e2"),
        chain("start", "either", "m", "sub", "end"), chain("either", "t", "e2"), messages=("m",),
    )  # fmt: skip
    assert can_come_about(drawn, frozenset({"either"}))
    assert can_come_about(drawn, frozenset({"sub"}))
    assert not can_come_about(drawn, frozenset({"either", "sub"}))


def test_a_gate_in_a_parallel_block_is_not_passed_by_the_branch_beside_it() -> None:
    drawn = net(*FORKED)
    assert gates_skipped(drawn, ["approve"], ["ask"], "keep") == ("approve",)
    assert gates_skipped(drawn, ["approve"], ["approve", "file"], "keep") == ("approve",)
    assert gates_skipped(drawn, ["approve"], ["approve", "file"], "ask") == ()


LOOPED = (
    start(), users("fill", "review", "approve", "pay", "keep"), exclusive("said", "said-pay"), exclusive("well", "well-keep"),
    exclusive("again"), exclusive("in"), end(),
    chain("start", "in", "fill", "again", "review", "approve", "said"), flow("said", "again", "x > 1"), flow("said", "pay"),
    chain("pay", "well"), flow("well", "in", "x > 2"), chain("well", "keep", "end"),
)  # fmt: skip
"""fill → review → approve → pay → keep; the approval may send back to review, payment to the beginning."""


@pytest.mark.parametrize(
    ("leaving", "entering", "skipped"),
    [
        ("review", "fill", ()),
        ("approve", "fill", ()),
        ("approve", "review", ()),
        ("pay", "keep", ()),
        ("keep", "pay", ()),
        ("fill", "review", ()),
        ("fill", "approve", ()),
        ("approve", "pay", ("approve",)),
        ("approve", "keep", ("approve",)),
        ("review", "keep", ("approve",)),
        ("fill", "pay", ("approve",)),
    ],
)
def test_a_gate_inside_loops(leaving: str, entering: str, skipped: tuple[str, ...]) -> None:
    assert gates_skipped(net(*LOOPED, x="number"), ["approve"], [leaving], entering) == skipped


def test_a_way_round_a_gate_is_for_the_diagram_to_choose() -> None:
    drawn = net(
        start(), users("review", "approve", "pay"), exclusive("big", "big-small"), exclusive("small"), end(),
        chain("start", "review", "big"), flow("big", "approve", "x > 1"), flow("big", "small"),
        chain("approve", "small", "pay", "end"), x="number",
    )  # fmt: skip
    assert gates_skipped(drawn, ["approve"], ["review"], "pay") == ("approve",)
    assert gates_skipped(drawn, ["approve"], ["approve"], "pay") == ("approve",)
    assert gates_skipped(drawn, ["approve"], ["approve"], "review") == ()


def test_before_a_gate_is_what_may_come_to_it_and_has_not_passed_it() -> None:
    drawn = net(*LOOPED, x="number")
    assert [one for one in ("fill", "review", "approve", "pay", "keep") if before_gate(drawn, "approve", one)] == [
        "fill", "review", "approve",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_wherever_the_engine_brings_a_case_the_net_can_too(seed: int) -> None:
    """Otherwise a move that is in order would be refused. Random diagrams, random events."""
    chance = random.Random(seed)
    main, called = draw(chance, chance.choice([2, 3]))
    walk = Walk(compile_definition(sources(main, called, c="number", list="codes")))
    walk.start(c=chance.randint(0, 9), list=["a", "b"])
    for _ in range(25):
        if walk.last.ended is not None:
            return
        found = open_keys(walk.definition, walk.last.state)
        for path, scope in found.scopes.items():
            drawn = net_of(walk.definition, scope)
            assert can_come_about(drawn, resting(drawn, found, path)), (path, walk.open)
        step(walk, chance)


def step(walk: Walk, chance: random.Random) -> None:
    key = chance.choice(walk.open)
    event = walk.definition.nodes[key.rpartition("/")[2].partition("#")[0]].event
    if event == "timer":
        walk.event("timer_due", key)
    elif event == "message":
        walk.event("message", key)
    elif "[" in key:
        walk.event("completed", key)
    else:
        walk.event("completed", key, facts={"c": chance.randint(0, 9)})


def test_an_event_sub_process_is_no_place_of_its_scope() -> None:
    """Neither what listens for it nor its own run counts as a token; an interruption leaves none."""
    handler = node(
        "subProcess",
        "told",
        node("startEvent", "on", on_message("m"), attributes='isInterrupting="false"')
        + user("look") + end("seen") + chain("on", "look", "seen"),
        attributes='triggeredByEvent="true"',
    )  # fmt: skip
    walk = Walk(
        compile_definition(
            sources(bpmn(start(), users("a"), end(), chain("start", "a", "end"), handler, messages=("m",)))
        )
    )
    walk.start().message("m")
    drawn, found = net_of(walk.definition, "p"), open_keys(walk.definition, walk.last.state)
    assert drawn.handlers == {"told"} and resting(drawn, found, "") == {"a"}
    assert can_come_about(drawn, frozenset({"a"})) and can_come_about(drawn, frozenset())
