"""What may not be drawn, and what the author is told."""

import pytest

from app.engine import DefinitionRefused, FactType, Sources, compile_definition, lint
from tests.engine.drawing import (
    NAMESPACES,
    boundary,
    bpmn,
    catch,
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
    script,
    start,
    subprocess,
    timer,
    user,
    users,
)
from tests.engine.walk import sources


def codes(main: bytes, **kinds: str) -> dict[str, set[str]]:
    """Element → codes of the errors found there."""
    found: dict[str, set[str]] = {}
    for finding in lint(sources(main, **kinds)):
        if finding.severity == "error":
            assert finding.message and finding.remedy, "a finding says what and what instead"
            found.setdefault(finding.element, set()).add(finding.code)
    return found


def around(middle: str, id: str = "x") -> bytes:
    return bpmn(start(), middle, end(), chain("start", id, "end"), messages=("m",), errors=("e",))


SWALLOWED = {
    "signal end": (around(node("endEvent", "x", "<signalEventDefinition/>")), "x"),
    "compensation": (around(node("intermediateThrowEvent", "x", "<compensateEventDefinition/>")), "x"),
    "link": (around(node("intermediateThrowEvent", "x", "<linkEventDefinition/>")), "x"),
    "conditional": (around(catch("x", "<conditionalEventDefinition/>")), "x"),
    "complex gateway": (around("<complexGateway id='x'/>"), "x"),
    "transaction": (around("<transaction id='x'/>"), "x"),
    "ad hoc": (around("<adHocSubProcess id='x'/>"), "x"),
    "data store": (around("<dataStoreReference id='x'/>"), "x"),
    "standard loop": (around(user("x", "<standardLoopCharacteristics/>")), "x"),
    "pre script": (around("<userTask id='x'><extensionElements><spiffworkflow:preScript>import os"
                          "</spiffworkflow:preScript></extensionElements></userTask>"), "x"),
    "event sub-process": (bpmn(start(), user("a"), end(), chain("start", "a", "end"), "<subProcess id='x' "
                          "triggeredByEvent='true'>" + start("s") + end("e") + chain("s", "e") + "</subProcess>"), "x"),
    "multi-instance sub-process": (around(node("subProcess", "x", each("l", "i") + start("s") + end("e") +
                                               chain("s", "e"))), "x"),
}  # fmt: skip


@pytest.mark.parametrize("name", SWALLOWED)
def test_what_the_library_would_swallow_is_refused(name):
    xml, element = SWALLOWED[name]
    assert element in codes(xml, l="codes")


def test_a_message_start_is_refused_with_a_way_out():
    xml = bpmn(
        node("startEvent", "start", on_message("m")), user("a"), end(), chain("start", "a", "end"), messages=("m",)
    )
    assert codes(xml) == {"start": {"event_refused"}}


def test_a_fork_without_gateway_and_a_condition_without_effect():
    xml = bpmn(start(), user("a"), end(), end("e2"), chain("start", "a", "end"), flow("a", "e2", "1 = 1", "lost"))
    assert codes(xml) == {"a": {"implicit_fork"}, "lost": {"condition_ignored"}}


def test_a_gateway_flow_without_condition():
    xml = bpmn(start(), exclusive("g", "d"), end(), end("e2"), end("e3"), chain("start", "g"), flow("g", "end", "1 = 1"),
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
    inside = bpmn(lanes.replace(">a<", ">s<"), start(), subprocess("s", start("i"), user("t"), end("o"), chain("i", "t", "o")),
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


ATTACKS = [
    "__import__('os').system('true')", "().__class__.__base__", "lambda: 1", "[x for x in range(9)]",
    "open('/etc/passwd')", "amount == 5", "amount && true", "True", "x := 5", "f'{amount}'", "amount; amount",
    "(" * 3000 + "1" + ")" * 3000, "-" * 3900 + "1", "function(a) external {java: {class: \"x\"}}", "unknown > 1",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_expressions_that_are_not_feel_are_refused_everywhere(text):
    def at_gateway() -> bytes:
        return bpmn(start(), exclusive("x", "d"), end(), end("e2"), chain("start", "x"), flow("x", "end", text, "here"),
                    flow("x", "e2", id="d"))  # fmt: skip

    places = {
        "here": at_gateway(),
        "s": around(script("s", text), "s"),
        "t": around(catch("t", timer(text)), "t"),
        "u": around(user("u", assignee=text), "u"),
        "c": around(node("serviceTask", "c", call="local:refer", input=text), "c"),
    }
    for place, xml in places.items():
        assert codes(xml, amount="number")[place] & {"expression_refused", "expression_too_long"}, place


def test_python_is_recognised_and_the_author_told_so():
    xml = around(script("x", "amount == None"))
    (finding,) = lint(sources(xml, amount="number"))
    assert (finding.element, finding.name, finding.code) == ("x", "x", "expression_refused")
    assert "FEEL" in finding.remedy and "Python" in finding.remedy


def test_a_script_is_a_context_of_declared_facts():
    assert codes(around(script("x", "1 + 1"))) == {"x": {"not_a_context"}}
    assert codes(around(script("x", "{fee: 1}"))) == {"x": {"fact_undeclared"}}
    assert codes(around(node("scriptTask", "x", "<script>fee = 1</script>"))) == {
        "x": {"script_format", "expression_refused"}
    }


def fork_of(left: str, right: str) -> bytes:
    return bpmn(start(), parallel("fork", "join"), left, right, end(), chain("start", "fork", "l", "join", "end"),
                chain("fork", "r", "join"))  # fmt: skip


def test_parallel_branches_do_not_write_one_fact():
    xml = fork_of(script("l", "{fee: 1}"), script("r", '{fee: 2, note: "x"}'))
    assert codes(xml, fee="number", note="text") == {"r": {"parallel_write"}}
    assert codes(fork_of(script("l", "{fee: 1}"), script("r", '{note: "x"}')), fee="number", note="text") == {}


def test_parallel_writes_are_found_in_forms_calls_and_sub_processes():
    call = node("serviceTask", "l", call="local:refer", output="{fee: answer.n}")
    inner = subprocess("r", start("i"), user("deep"), end("o"), chain("i", "deep", "o"))
    source = Sources(main=fork_of(call, inner), facts=(FactType("fee", "number"),), writes={"deep": frozenset({"fee"})})
    assert [(f.element, f.code) for f in lint(source)] == [("r", "parallel_write")]
    assert lint(Sources(main=source.main, facts=source.facts)) == ()


def test_what_follows_a_reminder_runs_beside_its_host():
    xml = bpmn(start(), script("l", "{fee: 1}"), user("a"), script("late", "{fee: 2}"), end(), end("e2"),
               boundary("t", "a", timer('"P7D"'), interrupting=False), chain("start", "a", "l", "end"),
               chain("t", "late", "e2"))  # fmt: skip
    assert codes(xml, fee="number") == {"late": {"parallel_write"}}


def test_branches_of_an_exclusive_gateway_may_write_one_fact():
    xml = bpmn(start(), exclusive("g", "d"), script("l", "{fee: 1}"), script("r", "{fee: 2}"), exclusive("j"), end(),
               chain("start", "g"), flow("g", "l", "1 = 1"), flow("g", "r", id="d"), chain("l", "j", "end"),
               chain("r", "j"))  # fmt: skip
    assert codes(xml, fee="number") == {}


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


def test_timers_and_boundaries():
    assert codes(around(catch("x", "<timerEventDefinition/>"))) == {"x": {"event_refused"}}
    cycle = timer('"R/P7D"', "timeCycle")
    assert codes(around(catch("x", cycle))) == {"x": {"event_refused"}}
    on_script = bpmn(start(), script("x", "{n: 1}"), boundary("b", "x", timer('"P1D"')), end(), end("e2"),
                     chain("start", "x", "end"), chain("b", "e2"))  # fmt: skip
    assert codes(on_script, n="number") == {"b": {"host_refused"}}


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


@pytest.mark.parametrize(
    "inner",
    [
        '<documentation textFormat="text/html">x</documentation>',
        "<documentation>&lt;script&gt;alert(1)&lt;/script&gt;</documentation>",
        "<documentation>javascript:alert(1)</documentation>",
    ],
)
def test_texts_carry_no_markup(inner):
    assert codes(around(user("x", inner))) == {"x": {"markup_refused"}}


DOCUMENTS = {
    "xml_doctype": b'<!DOCTYPE d [<!ENTITY a "b">]>' + around(user("x")),
    "xml_malformed": b"<definitions>",
    "xml_encoding": around(user("x")).decode().encode("utf-16"),
    "xml_too_large": b" " * (2 * 1024 * 1024 + 1),
    "xml_too_deep": around(user("x", "<extensionElements>" + "<a>" * 100 + "</a>" * 100 + "</extensionElements>")),
    "not_bpmn": b"<html/>",
    "process_missing": f"<definitions {NAMESPACES}/>".encode(),
}


@pytest.mark.parametrize("code", DOCUMENTS)
def test_bytes_that_are_no_diagram(code):
    assert [finding.code for finding in lint(Sources(main=DOCUMENTS[code]))][0] == code
    with pytest.raises(DefinitionRefused):
        compile_definition(Sources(main=DOCUMENTS[code]))


def test_external_files_are_never_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    xml = f'<!DOCTYPE d [<!ENTITY a SYSTEM "file://{secret}">]>'.encode() + around(
        user("x", "<documentation>&a;</documentation>")
    )
    assert [finding.code for finding in lint(Sources(main=xml))] == ["xml_doctype"]


def test_settings_of_other_engines_are_pointed_out():
    xml = around('<userTask id="x" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:assignee="joe"/>')
    assert [(f.element, f.code, f.severity) for f in lint(Sources(main=xml))] == [("x", "extension_ignored", "warning")]
