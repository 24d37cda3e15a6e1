"""What may not be drawn, and what the author is told."""

import random

import pytest

from app.engine import FactType, Sources, compile_definition, lint
from tests.engine.author import draw
from tests.engine.desk import around, codes
from tests.engine.drawing import (
    boundary,
    bpmn,
    chain,
    each,
    end,
    exclusive,
    flow,
    inclusive,
    node,
    on_error,
    on_message,
    parallel,
    start,
    subprocess,
    user,
    users,
)
from tests.engine.walk import sources


def test_a_message_start_is_refused_with_a_way_out():
    xml = bpmn(
        node("startEvent", "start", on_message("m")), user("a"), end(), chain("start", "a", "end"), messages=("m",)
    )
    assert codes(xml) == {"start": {"event_refused"}}


def test_a_fork_without_gateway_is_pointed_out_unless_it_says_when():
    xml = bpmn(start(), user("a"), end(), end("e2"), chain("start", "a", "end"), chain("a", "e2"))
    assert [(f.element, f.code, f.severity) for f in lint(sources(xml))] == [("a", "implicit_fork", "warning")]
    xml = bpmn(start(), user("a"), end(), end("e2"), chain("start", "a", "end"), flow("a", "e2", "1 = 1"))
    assert lint(sources(xml)) == ()


def test_a_gateway_flow_without_condition():
    xml = bpmn(start(), exclusive("g", "d"), end(), end("e2"), end("e3"), chain("start", "g"),
               flow("g", "end", "1 = 1"),
               flow("g", "e2", id="d"), flow("g", "e3", id="bare"))  # fmt: skip
    assert codes(xml) == {"bare": {"condition_missing"}}


def test_dead_ends_and_islands():
    xml = bpmn(start(), users("a", "b", "c"), end(), chain("start", "a", "end"), chain("b", "c"))
    assert codes(xml) == {"b": {"unreachable", "no_way_out"}, "c": {"unreachable", "no_way_on"}}


def test_a_task_outside_all_lanes():
    lanes = '<laneSet id="ls"><lane id="l" name="审查岗"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    xml = bpmn(
        lanes, start(), user("a"), user("b"), user("c", role="archivist"), end(), chain("start", "a", "b", "c", "end")
    )
    assert codes(xml) == {"b": {"lane_missing"}}
    inside = bpmn(lanes.replace(">a<", ">s<"), start(), subprocess("s", start("i"), user("t"), end("o"),
                  chain("i", "t", "o")),
                  end(), chain("start", "s", "end"))  # fmt: skip
    assert codes(inside) == {}
    assert compile_definition(sources(inside)).nodes["t"].lane == "审查岗"


def test_ids_are_unique_over_the_closure():
    called = bpmn(start(), end("v_end"), chain("start", "v_end"), id="v")
    xml = around(node("callActivity", "x", attributes='calledElement="v"'))
    found = lint(Sources(main=xml, called=(called,)))
    assert [(finding.element, finding.code) for finding in found] == [("start", "duplicate_id")]


def test_ids_must_be_fit_for_keys():
    assert codes(around(user("a/b"), "a/b")) == {"a/b": {"id_refused"}}


def test_multi_instance_settings():
    constant = (
        "<multiInstanceLoopCharacteristics><loopCardinality>200</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    assert codes(around(user("x", constant))) == {"x": {"multiple_refused"}}
    assert codes(around(user("x", each("list", "one", "out"))), list="codes", out="text") == {"x": {"multiple_refused"}}
    assert codes(around(user("x", each("list", "list"))), list="codes") == {"x": {"multiple_refused"}}
    assert codes(around(user("x", each("list", "one", "out"))), list="codes", out="map") == {}


def test_a_join_in_a_loop_is_warned_about_and_one_that_waits_for_itself_refused():
    loop = (users("a", "b"), exclusive("again", "done"), end(), chain("fork", "a", "join", "again"),
            chain("fork", "b", "join"), flow("again", "end", id="done"))  # fmt: skip
    good = bpmn(start(), exclusive("in"), parallel("fork", "join"), *loop, chain("start", "in", "fork"),
                flow("again", "in", "more"))  # fmt: skip
    assert codes(good, more="boolean") == {}
    assert [f.code for f in lint(sources(good, more="boolean"))] == ["join_in_loop"]
    bad = bpmn(start(), parallel("fork", "join"), *loop, chain("start", "fork"), flow("again", "fork", "more"))
    assert codes(bad, more="boolean") == {"fork": {"join_waits_for_itself"}}
    either = bpmn(start(), inclusive("fork", "fork-a"), parallel("join"), *loop, chain("start", "fork"))
    assert "condition_missing" in codes(either)["fork-b"]


def test_errors_are_caught_by_somebody():
    inner = subprocess("s", start("i"), end("o", on_error("e")), chain("i", "o"))
    xml = bpmn(start(), inner, end(), chain("start", "s", "end"), errors=("e",))
    assert codes(xml) == {"o": {"error_not_caught"}}
    caught = bpmn(start(), inner, boundary("b", "s", on_error("e")), end(), end("e2"), chain("start", "s", "end"),
                  chain("b", "e2"), errors=("e",))  # fmt: skip
    assert codes(caught) == {}


def test_calls_and_called_processes():
    assert codes(around(node("serviceTask", "x"))) == {"x": {"call_missing"}}
    assert codes(around(node("serviceTask", "x", call="os.system"))) == {"x": {"call_missing"}}
    assert codes(around(node("callActivity", "x", attributes='calledElement="q"'))) == {"x": {"called_missing"}}
    assert codes(around(node("callActivity", "x", attributes='calledElement="p"'))) == {"x": {"called_itself"}}
    assert codes(around(node("receiveTask", "x"))) == {"x": {"message_missing"}}


def test_settings_of_other_engines_are_pointed_out():
    xml = around('<userTask id="x" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:assignee="joe"/>')
    assert [(f.element, f.code, f.severity) for f in lint(Sources(main=xml))] == [("x", "extension_ignored", "warning")]


def test_the_pool_of_a_partner_is_only_looked_at():
    partner = '<process id="partner" isExecutable="false"><task id="z"/></process>'
    xml = around(user("x")).replace(b"</definitions>", partner.encode() + b"</definitions>")
    assert codes(xml) == {}
    assert set(compile_definition(Sources(main=xml)).nodes) == {"start", "x", "end"}


def test_a_join_that_can_starve_is_pointed_out():
    xml = bpmn(start(), exclusive("g", "d"), users("a", "b"), parallel("j"), end(), chain("start", "g"),
               flow("g", "a", "1 = 1"), flow("g", "b", id="d"), chain("a", "j", "end"), chain("b", "j"))  # fmt: skip
    assert [(f.element, f.code, f.severity) for f in lint(Sources(main=xml))] == [("j", "join_starves", "warning")]
    early = bpmn(start(), parallel("f", "j"), user("a"), user("b"), exclusive("g", "on"), end(), end("out"),
                 chain("start", "f", "a", "g"), chain("f", "b", "j", "end"), flow("g", "out", "1 = 1"),
                 flow("g", "j", id="on"))  # fmt: skip
    assert [(f.element, f.code) for f in lint(Sources(main=early))] == [("j", "join_starves")]


@pytest.mark.parametrize("seed", range(30))
def test_well_drawn_diagrams_are_not_accused(seed):
    facts = (FactType("c", "number"), FactType("list", "codes"))
    main, called = draw(random.Random(seed))
    assert not [
        f for f in lint(Sources(main=main, called=called, facts=facts)) if f.code in ("join_starves", "done_twice")
    ]
