"""Stories of what is thrown and caught inside one case: signals and escalations."""

import pytest

from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    end,
    exclusive,
    flow,
    node,
    on_escalation,
    on_signal,
    parallel,
    start,
    subprocess,
    throw,
    timer,
    user,
    users,
)

CALLED = bpmn(start("q_in"), user("q_a"), catch("q_c", on_signal("s")), user("q_b"), end("q_out"),
              chain("q_in", "q_a", "q_c", "q_b", "q_out"), id="q")  # fmt: skip
BROADCAST = bpmn(
    start(), parallel("f"), user("a"), throw("t", on_signal("s")), user("z"), node("callActivity", "call",
    attributes='calledElement="q"'), user("w"), boundary("asks", "w", on_signal("s"), interrupting=False), users("x"),
    user("y"), boundary("stops", "y", on_signal("s")), end(), end("e2"), end("e3"), end("e4"),
    chain("start", "f", "a", "t", "z", "end"), chain("f", "call", "end"), chain("f", "w", "e2"),
    chain("asks", "x", "e3"), chain("f", "y", "e4"), chain("stops", "e3"), signals=("s",),
)  # fmt: skip


def test_a_signal_reaches_all_who_listen_in_the_case(begin):
    walk = begin(BROADCAST, called=(CALLED,)).start().complete("call#1/q_a")
    assert walk.open == ["a#1", "w#1", "y#1"], "nobody outside can make a signal happen"
    walk.complete("a")
    assert walk.open == ["call#1/q_b#1", "w#1", "x#1", "z#1"]
    assert set(walk.last.closed) == {"a#1", "y#1"}
    assert set(walk.last.trace.left) == {"a", "t", "stops", "asks", "q_c", "e3"}


def test_a_signal_is_heard_by_those_who_listen_when_it_is_thrown(begin):
    walk = begin(BROADCAST, called=(CALLED,)).start().complete("a").complete("call#1/q_a").complete("z").complete("w")
    assert walk.open == ["x#1"]
    assert "call#1/q_c" not in str(walk.last.closed)


def test_it_is_thrown_when_nothing_else_moves(begin):
    """The other branch has a step more to go before it listens; that it is slower is no matter."""
    xml = bpmn(
        start(), user("a"), parallel("f", "j"), throw("t", on_signal("s")), exclusive("x", "x-y"), exclusive("y"),
        catch("c", on_signal("s")), user("z"), end(), chain("start", "a", "f", "t", "j"), chain("f", "x"),
        flow("x", "y", id="x-y"), chain("y", "c", "j", "z", "end"), signals=("s",),
    )  # fmt: skip
    assert begin(xml).start().complete("a").open == ["z#1"]


def test_which_signals_are_waited_for_is_part_of_the_marking(begin):
    listens = begin(BROADCAST, called=(CALLED,)).start().complete("call#1/q_a")
    further = begin(BROADCAST, called=(CALLED,)).start()
    further.reposition(("call#1/q_a",), ("call#1", "q_c"))
    assert listens.open == further.open
    assert listens.last.marking_digest == further.last.marking_digest
    assert listens.last.marking_digest != begin(BROADCAST, called=(CALLED,)).start().last.marking_digest


def test_the_border_of_a_scope_hears_what_is_thrown_at_its_end(begin):
    inner = subprocess("s", start("i"), user("a"), end("o", on_signal("done")), chain("i", "a", "o"))
    xml = bpmn(start(), inner, boundary("b", "s", on_signal("done")), users("early", "late"), end(), end("e2"),
               chain("start", "s", "late", "end"), chain("b", "early", "e2"), signals=("done",))  # fmt: skip
    walk = begin(xml).start().complete("s#1/a")
    assert walk.open == ["early#1"]
    assert walk.last.trace.left == ("a", "b", "o")


def test_what_is_interrupted_hears_nothing_any_more(begin):
    """The scope around goes; the event inside that listens to the same does not begin anything."""
    inner = subprocess("s", start("i"), catch("c", on_signal("go")), user("a"), end("o"), chain("i", "c", "a", "o"))
    xml = bpmn(start(), parallel("f"), user("u"), end("t", on_signal("go")), inner, boundary("b", "s", on_signal("go")),
               user("after"), end(), end("e2"), chain("start", "f", "u", "t"), chain("f", "s", "end"),
               chain("b", "after", "e2"), signals=("go",))  # fmt: skip
    walk = begin(xml).start().complete("u")
    assert walk.open == ["after#1"]
    assert "c" not in walk.last.trace.left


def test_the_first_of_a_gateway_may_be_a_signal(begin):
    xml = bpmn(start(), parallel("f"), user("a"), end("t", on_signal("s")), node("eventBasedGateway", "w"),
               catch("c", on_signal("s")), catch("d", timer('"P7D"')), users("heard", "late"), end(),
               chain("start", "f", "a", "t"), chain("f", "w", "c", "heard", "end"), chain("w", "d", "late", "end"),
               signals=("s",))  # fmt: skip
    walk = begin(xml).start()
    assert walk.open == ["a#1", "d#1"]
    assert walk.complete("a").open == ["heard#1"]
    assert begin(xml).start().due("d").open == ["a#1", "late#1"]


def escalating(interrupting: bool, code: str | None = "up") -> bytes:
    deep = subprocess("in", start("i2"), user("a"), throw("t", on_escalation("up")), user("b"), end("o2"),
                      chain("i2", "a", "t", "b", "o2"))  # fmt: skip
    outer = subprocess("out", start("i"), deep, end("o"), chain("i", "in", "o"))
    return bpmn(
        start(), outer, boundary("e", "out", on_escalation(code), interrupting), user("boss"), end(), end("e2"),
        chain("start", "out", "end"), chain("e", "boss", "e2"), escalations=("up", "other"),
    )  # fmt: skip


@pytest.mark.parametrize("code", ["up", None])
def test_an_escalation_reaches_the_nearest_who_catches_it(begin, code):
    walk = begin(escalating(True, code)).start().complete("out#1/in#1/a")
    assert walk.open == ["boss#1"]
    walk = begin(escalating(False, code)).start().complete("out#1/in#1/a")
    assert walk.open == ["boss#1", "out#1/in#1/b#1"]
    assert walk.complete("out#1/in#1/b").complete("boss").last.ended == "e2"


def test_an_escalation_at_an_end_lets_the_scope_go_its_way(begin):
    inner = subprocess("s", start("i"), user("a"), end("o", on_escalation("up")), chain("i", "a", "o"))
    xml = bpmn(start(), inner, boundary("e", "s", on_escalation("up"), False), users("boss", "after"), end(), end("e2"),
               chain("start", "s", "after", "end"), chain("e", "boss", "e2"), escalations=("up",))  # fmt: skip
    assert begin(xml).start().complete("s#1/a").open == ["after#1", "boss#1"]
