"""Stories of splits that no gateway draws: several flows behind one step, conditions behind an activity, links."""

import pytest

from app.engine import EngineRefused
from tests.engine.desk import codes
from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    each,
    end,
    exclusive,
    flow,
    inclusive,
    link,
    node,
    on_message,
    parallel,
    script,
    start,
    throw,
    timer,
    user,
    users,
)

FORK = bpmn(start(), users("a", "b", "c", "d"), parallel("j"), end(), chain("start", "a", "b", "j", "d", "end"),
            chain("a", "c", "j"))  # fmt: skip


def test_all_flows_behind_a_task_are_taken(begin):
    walk = begin(FORK).start().complete("a")
    assert walk.open == ["b#1", "c#1"]
    assert (walk.last.trace.entered, walk.last.trace.flows) == (("b", "c"), ("a-b", "a-c"))
    assert walk.complete("c").open == ["b#1"]
    assert walk.complete("b").open == ["d#1"]
    assert walk.complete("d").last.ended == "end"


def test_all_flows_behind_the_start_an_event_and_a_border_are_taken(begin):
    xml = bpmn(
        start(), catch("m", on_message("m")), user("a"), boundary("t", "a", timer('"P7D"'), False), end(), end("e2"),
        users("b", "c", "d", "e"), parallel("j"), chain("start", "m", "b", "j", "end"), chain("start", "a", "j"),
        chain("m", "c", "j"), chain("t", "d", "e2"), chain("t", "e", "e2"), messages=("m",),
    )  # fmt: skip
    walk = begin(xml).start()
    assert walk.open == ["a#1", "m#1", "t#1"]
    assert walk.message("m").due("t").open == ["a#1", "b#1", "c#1", "d#1", "e#1"]


def test_a_fork_behind_an_interrupted_host_is_not_taken(begin):
    xml = bpmn(
        start(), user("a"), boundary("t", "a", timer('"P7D"')), users("b", "c", "d"), end(), end("e2"),
        chain("start", "a", "b", "end"), chain("a", "c", "end"), chain("t", "d", "e2"),
    )  # fmt: skip
    assert begin(xml).start().due("t").open == ["d#1"]
    walk = begin(xml).start().complete("a")
    assert (walk.open, walk.last.timers_closed) == (["b#1", "c#1"], ("t#1",))


CHOICE = bpmn(
    start(), node("userTask", "a", attributes='default="else"'), users("b", "c", "d", "z"), inclusive("j"), end(),
    chain("start", "a"), flow("a", "b", "n > 3", "more"), flow("a", "c", "n > 6", "most"), flow("a", "d", id="else"),
    chain("b", "j"), chain("c", "j"), chain("d", "j", "z", "end"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("n", "opened", "flows"),
    [(9, ["b#1", "c#1"], ("more", "most")), (5, ["b#1"], ("more",)), (0, ["d#1"], ("else",))],
)
def test_a_task_goes_on_where_conditions_are_true(begin, n, opened, flows):
    walk = begin(CHOICE, n="number").start().complete("a", n=n)
    assert (walk.open, walk.last.trace.flows) == (opened, flows)
    for key in opened:
        walk.complete(key)
    assert walk.open == ["z#1"]


ACTIVITIES = {
    "task": user("x"),
    "receive": node("receiveTask", "x", attributes='messageRef="message_m"'),
    "scope": node("subProcess", "x", start("i") + user("in") + end("o") + chain("i", "in", "o")),
    "call": node("callActivity", "x", attributes='calledElement="q"'),
    "service": node("serviceTask", "x", call="local:refer"),
}
CALLED = bpmn(start("i"), user("in"), end("o"), chain("i", "in", "o"), id="q")


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_every_activity_may_choose_also_with_an_event_on_its_border(begin, activity):
    xml = bpmn(
        start(), ACTIVITIES[activity], boundary("t", "x", timer('"P7D"')), users("b", "c", "late"), end(), end("e2"),
        chain("start", "x"), flow("x", "b", "n > 3"), chain("x", "c", "end"), chain("b", "end"),
        chain("t", "late", "e2"), messages=("m",),
    )  # fmt: skip
    called = (CALLED,) if activity == "call" else ()
    assert begin(xml, called=called, n="number").start(n=9).due("t").open == ["late#1"]
    for n, opened in ((9, ["b#1", "c#1"]), (0, ["c#1"])):
        walk = begin(xml, called=called, n="number").start(n=n)
        acts = {"receive": lambda w: w.message("m"), "service": lambda w: w.answer("x", {})}
        acts.get(activity, lambda w: w.complete("x" if activity == "task" else "x#1/in"))(walk)
        assert (walk.open, walk.last.timers_closed) == (opened, ("t#1",))


def test_a_flow_without_a_condition_is_taken_beside_those_with_one(begin):
    xml = bpmn(start(), script("s", "{n: 5}"), users("b", "c", "d"), end(), chain("start", "s"),
               flow("s", "b", "n > 3"), flow("s", "c", "n > 6"), flow("s", "d"), chain("b", "end"), chain("c", "end"),
               chain("d", "end"))  # fmt: skip
    assert begin(xml, n="number").start(n=9).open == ["b#1", "d#1"]


def test_a_condition_behind_a_task_that_is_null_stops_the_event(begin):
    walk = begin(CHOICE, n="number").start()
    with pytest.raises(EngineRefused) as refused:
        walk.complete("a")
    assert (refused.value.code, refused.value.element) == ("condition_not_boolean", "more")
    assert walk.open == ["a#1"]


def test_a_multi_instance_chooses_once_when_it_is_done(begin):
    xml = bpmn(start(), node("userTask", "vote", each("panel", "one", "votes"), attributes='default="no"'),
               users("b", "c"), end(), chain("start", "vote"), flow("vote", "b", "count(panel) > 1"),
               flow("vote", "c", id="no"), chain("b", "end"), chain("c", "end"))  # fmt: skip
    walk = begin(xml, panel="codes", votes="map").start(panel=["x", "y"])
    walk.complete("vote#1[x]", result="yes").complete("vote#1[y]", result="no")
    assert walk.open == ["b#1"]


def test_branches_without_a_gateway_may_not_write_one_fact_either():
    xml = bpmn(start(), user("a"), script("s", "{n: 1}"), script("t", "{n: 2}"), parallel("j"), end(),
               chain("start", "a", "s", "j", "end"), chain("a", "t", "j"))  # fmt: skip
    assert codes(xml, n="number") == {"t": {"parallel_write"}}
    chosen = xml.replace(b'targetRef="t">', b'targetRef="t"><conditionExpression>n &gt; 1</conditionExpression>')
    assert codes(chosen, n="number") == {"t": {"parallel_write"}}


LINKS = bpmn(
    start(), user("a"), exclusive("g", "on"), throw("again", link("back")), throw("further", link("on")),
    catch("from_further", link("on")), catch("from_again", link("back")), exclusive("m"), user("z"), end(),
    chain("start", "m", "a", "g"), flow("g", "again", "n > 1"), flow("g", "further", id="on"),
    chain("from_again", "m"), chain("from_further", "z", "end"),
)  # fmt: skip


def test_a_link_leads_to_the_one_of_its_name(begin):
    walk = begin(LINKS, n="number").start().complete("a", n=2)
    assert walk.open == ["a#2"]
    assert walk.last.trace.entered == ("g", "again", "from_again", "m", "a")
    assert walk.last.trace.left == ("a", "g", "again", "from_again", "m")
    assert set(walk.last.trace.flows) <= set(walk.definition.flows), "a link is no drawn flow"
    assert walk.complete("a#2", n=0).open == ["z#1"]
    assert walk.complete("z").last.ended == "end"


def test_links_belong_to_their_scope():
    inside = node("subProcess", "s", start("i") + throw("t", link("l")) + end("o") + chain("i", "t"))
    xml = bpmn(start(), inside, catch("c", link("l")), end(), chain("start", "s", "end"), chain("c", "end"))
    assert "link_refused" in codes(xml)["t"]
