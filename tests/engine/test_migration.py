"""Going over to a newer version: what is open stays open under its number, what cannot go over says why (rule 13)."""

import random

import pytest

from app.engine import Definition, compile_definition, open_keys
from app.engine.hot import hot_cases
from app.engine.migration import MigrationBarred
from tests.engine.author import draw
from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    each,
    end,
    exclusive,
    flow,
    node,
    on_message,
    parallel,
    start,
    subprocess,
    timer,
    user,
    users,
)  # fmt: skip
from tests.engine.test_moving_by_hand import step
from tests.engine.walk import Walk, sources


def version(*parts: str, messages: tuple[str, ...] = (), called: tuple[bytes, ...] = (), **kinds: str) -> Definition:
    return compile_definition(sources(bpmn(*parts, messages=messages), called, **kinds))


def at(definition: Definition, *done: str, **facts: object) -> Walk:
    walk = Walk(definition).start(**facts)
    for key in done:
        walk.complete(key)
    return walk


def bars(walk: Walk, new: Definition, **named: str) -> list[tuple[str, str]]:
    before = walk.last
    with pytest.raises(MigrationBarred) as barred:
        walk.migrate(new, **named)
    assert walk.last is before
    return [(bar.element, bar.code) for bar in barred.value.bars]


OLD = (start(), users("a", "b"), end(), chain("start", "a", "b", "end"))


def test_a_step_put_in_between_comes_later() -> None:
    walk = at(version(*OLD))
    new = version(start(), users("a", "check", "b"), end(), chain("start", "a", "check", "b", "end"))
    walk.migrate(new)
    assert walk.open == ["a#1"] and walk.carried == {"a#1": "a#1"}
    assert (walk.last.opened, walk.last.closed) == ((), ())
    walk.complete("a")
    assert walk.open == ["check#1"]
    walk.complete("check").complete("b")
    assert walk.last.ended == "end"


def test_a_step_that_is_called_otherwise() -> None:
    walk = at(version(*OLD), "a")
    new = version(start(), users("a", "judge"), end(), chain("start", "a", "judge", "end"))
    assert bars(walk, new) == [("b", "gone")]
    walk.migrate(new, b="judge")
    assert walk.open == ["judge#1"] and walk.carried == {"b#1": "judge#1"}
    walk.complete("judge")
    assert walk.last.ended == "end"


def test_numbers_go_on() -> None:
    def looped(*more: str) -> Definition:
        return version(
            start(), users("a", "b", *more), exclusive("in"), exclusive("again", "again-end"), end(),
            chain("start", "in", "a", *more, "b", "again"), flow("again", "in", "x > 1"), flow("again", "end"),
            x="number",
        )  # fmt: skip

    walk = at(looped(), "a", x=2).complete("b").migrate(looped("c"))
    assert walk.open == ["a#2"]
    walk.complete("a#2").complete("c").complete("b#2")
    assert walk.open == ["a#3"]


def reminded(rule: str, *events: str, interrupting: bool = False) -> Definition:
    extra = [
        boundary(one, "a", timer(rule), interrupting=interrupting) + user(f"{one}_said") + end(f"{one}_end")
        + chain(one, f"{one}_said", f"{one}_end")
        for one in events
    ]  # fmt: skip
    return version(*OLD, *extra)


def test_a_running_timer_keeps_its_rule_and_a_new_one_begins() -> None:
    walk = at(reminded('"P10D"', "late"))
    walk.migrate(reminded('"P20D"', "late", "later"))
    timers = {one.key: one.rule for one in open_keys(walk.definition, walk.last.state).timers}
    assert timers == {"late#1": "P10D", "later#1": "P20D"}
    assert [one.key for one in walk.last.timers_opened] == ["later#1"]
    walk.due("late").due("later")
    assert walk.open == ["a#1", "late_said#1", "later_said#1"]


def test_a_reminder_that_has_come_does_not_come_again() -> None:
    walk = at(reminded('"P10D"', "late")).due("late")
    walk.migrate(reminded('"P10D"', "late", "other"))
    assert walk.open == ["a#1", "late_said#1", "other#1"]


def test_a_timer_no_longer_drawn_is_closed_and_a_first_one_may_come() -> None:
    walk = at(reminded('"P10D"', "late")).migrate(version(*OLD))
    assert walk.open == ["a#1"] and walk.last.timers_closed == ("late#1",)
    walk.migrate(reminded('"P3D"', "soon", interrupting=True))
    assert walk.open == ["a#1", "soon#1"]
    walk.due("soon")
    assert walk.open == ["soon_said#1"]


def scoped(*more: str, name: str = "sub") -> Definition:
    inner = (start("s"), users("x", "y", *more), end("e"), chain("s", "x", *more, "y", "e"))
    return version(
        start(), subprocess(name, *inner), boundary("stop", name, on_message("m")), user("closed"), end(), end("e2"),
        user("after"), chain("start", name, "after", "end"), chain("stop", "closed", "e2"), messages=("m",),
    )  # fmt: skip


def test_inside_a_sub_process_and_its_wait() -> None:
    walk = at(scoped()).migrate(scoped("z", name="block"), sub="block")
    assert walk.open == ["block#1/x#1", "stop#1"]
    walk.complete("block#1/x").complete("block#1/z").complete("block#1/y")
    assert walk.open == ["after#1"]
    walk = at(scoped()).migrate(scoped("z")).message("m")
    assert walk.open == ["closed#1"]


def test_a_step_that_moved_into_another_scope_bars() -> None:
    walk = at(version(*OLD))
    inner = version(
        start(), subprocess("sub", start("s"), user("a"), end("e"), chain("s", "a", "e")), user("b"), end(),
        chain("start", "sub", "b", "end"),
    )  # fmt: skip
    assert bars(walk, inner) == [("a", "scope")]


def test_a_step_of_another_kind_bars() -> None:
    walk = at(version(*OLD))
    script = node("serviceTask", "a", call="local:issue_case_number")
    assert bars(walk, version(start(), script, user("b"), end(), chain("start", "a", "b", "end"))) == [("a", "kind")]


def forked(*branches: str) -> Definition:
    flows = [chain("fork", one, "join") for one in branches]
    return version(
        start(), *parallel("fork", "join"), users(*branches), user("last"), end(), chain("start", "fork"), *flows,
        chain("join", "last", "end"),
    )  # fmt: skip


def test_a_half_arrived_join_goes_over_as_long_as_its_flows_are_the_same() -> None:
    walk = at(forked("a", "b"), "a")
    assert bars(walk, forked("a", "b", "c")) == [("join", "join")]
    longer = version(
        start(), *parallel("fork", "join"), users("a", "b"), users("last", "more"), end(), chain("start", "fork"),
        chain("fork", "a", "join"), chain("fork", "b", "join"), chain("join", "last", "more", "end"),
    )  # fmt: skip
    walk.migrate(longer).complete("b")
    assert walk.open == ["last#1"]
    walk.complete("last").complete("more")
    assert walk.last.ended == "end"


def test_a_join_nobody_has_come_to_bars_nothing() -> None:
    walk = at(forked("a", "b")).migrate(forked("a", "b", "c"))
    assert walk.open == ["a#1", "b#1"]


def test_several_people_side_by_side_bar() -> None:
    def heard(*more: str) -> Definition:
        return version(
            start(), user("hear", each("people", "one", "said")), users("l", *more), end(),
            chain("start", "hear", "l", *more, "end"), people="codes", said="map",
        )  # fmt: skip

    assert set(bars(at(heard(), people=["a", "b"]), heard("m"))) == {("hear", "several")}


def test_a_called_process_goes_over_only_as_it_is() -> None:
    def calling(inner: bytes, *more: str) -> Definition:
        return version(
            start(), node("callActivity", "ask", attributes='calledElement="q"'), users("l", *more), end(),
            chain("start", "ask", "l", *more, "end"), called=(inner,),
        )  # fmt: skip

    inner = bpmn(start("s2"), user("x"), end("e2"), chain("s2", "x", "e2"), id="q")
    other = bpmn(start("s2"), users("x", "y"), end("e2"), chain("s2", "x", "y", "e2"), id="q")
    walk = at(calling(inner))
    assert bars(walk, calling(other)) == [("ask", "called")]
    walk.migrate(calling(inner, "m")).complete("ask#1/x")
    assert walk.open == ["l#1"]


def test_events_that_are_waited_for_together() -> None:
    def either(*more: str) -> Definition:
        return version(
            start(), node("eventBasedGateway", "which"), catch("m", on_message("m")), catch("t", timer('"P1D"')),
            users("told", *more), end(), end("e2"), chain("start", "which", "m", "told", *more, "end"),
            chain("which", "t", "e2"), messages=("m",),
        )  # fmt: skip

    walk = at(either()).migrate(either("n"))
    assert walk.open == ["m#1", "t#1"]
    walk.message("m")
    assert walk.open == ["told#1"]
    alone = version(
        start(), catch("m", on_message("m")), user("told"), end(), chain("start", "m", "told", "end"), messages=("m",)
    )
    assert ("which", "choice") in bars(at(either()), alone)


def test_facts_go_over_only_where_they_are_declared_alike() -> None:
    walk = at(version(*OLD, x="number", y="text"), x=3)
    assert bars(walk, version(*OLD, y="text")) == [("x", "fact")]
    assert bars(walk, version(*OLD, x="text")) == [("x", "fact")]
    walk.migrate(version(*OLD, x="number"))
    assert walk.facts == {"x": 3}


@pytest.mark.parametrize("seed", range(80))
def test_going_over_to_the_same_drawing_changes_nothing(seed: int) -> None:
    """At any point of a random walk: the same marking, and every further event has the same outcome."""
    chance = random.Random(seed)
    main, called = draw(chance, chance.choice([2, 3]))
    old, new = (
        compile_definition(sources(main, called, c="number", list="codes", **more)) for more in ({}, {"z": "text"})
    )
    walk, stays = Walk(old), Walk(old)
    for one in (walk, stays):
        one.start(c=seed % 10, list=["a", "b"])
    over = False
    for number in range(30):
        if walk.last.ended is not None:
            break
        if number % 3 == 1:
            other = old if over else new
            try:
                walk.migrate(other)
            except MigrationBarred as barred:
                assert {bar.code for bar in barred.bars} == {"several"}
            else:
                over = not over
                assert walk.last.marking_digest == stays.last.marking_digest
                hot_cases.clear()
        dice = chance.random()
        step(walk, random.Random(dice))
        step(stays, random.Random(dice))
        assert walk.open == stays.open and walk.last.marking_digest == stays.last.marking_digest
        assert walk.last.trace == stays.last.trace
