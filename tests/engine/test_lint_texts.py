"""What may not be written: expressions, facts of parallel branches, texts, bytes."""

import pytest

from app.engine import DefinitionRefused, FactType, Sources, compile_definition, lint
from tests.engine.desk import around, codes
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
    node,
    parallel,
    script,
    start,
    subprocess,
    timer,
    user,
    users,
)
from tests.engine.walk import sources

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


def test_timers_and_boundaries():
    assert codes(around(catch("x", "<timerEventDefinition/>"))) == {"x": {"event_refused"}}
    cycle = timer('"R/P7D"', "timeCycle")
    assert codes(around(catch("x", cycle))) == {"x": {"event_refused"}}
    on_script = bpmn(start(), script("x", "{n: 1}"), boundary("b", "x", timer('"P1D"')), end(), end("e2"),
                     chain("start", "x", "end"), chain("b", "e2"))  # fmt: skip
    assert codes(on_script, n="number") == {"b": {"host_refused"}}


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
    "too_deep": bpmn(
        start(), users(*(f"t{n}" for n in range(600))), end(), chain("start", *(f"t{n}" for n in range(600)), "end")
    ),
    "process_missing": f"<definitions {NAMESPACES}/>".encode(),
}


@pytest.mark.parametrize("code", DOCUMENTS)
def test_bytes_that_are_no_diagram(code):
    assert lint(Sources(main=DOCUMENTS[code]))[0].code == code
    with pytest.raises(DefinitionRefused):
        compile_definition(Sources(main=DOCUMENTS[code]))


def test_external_files_are_never_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    xml = f'<!DOCTYPE d [<!ENTITY a SYSTEM "file://{secret}">]>'.encode() + around(
        user("x", "<documentation>&a;</documentation>")
    )
    assert [finding.code for finding in lint(Sources(main=xml))] == ["xml_doctype"]


def test_a_child_of_many_sets_no_facts():
    loop = user("x", each("list", "one", "out"))
    facts = (FactType("list", "codes"), FactType("out", "map"), FactType("fee", "number"))
    source = Sources(main=around(loop), facts=facts, writes={"x": frozenset({"fee"})})
    assert [(finding.element, finding.code) for finding in lint(source)] == [("x", "multiple_writes")]


@pytest.mark.parametrize(
    "rule",
    [
        '"30D"',
        '"PT1H"',
        '"R/P7D"',
        '"2026-11-23T00:00:00"',
        "30",
        '"clock:"',
        "null",
        '"P0D"',
        '"clock:T1@0"',
        '"date:2026-02-30"',
    ],
)
def test_a_timer_that_names_no_rule_is_found_at_the_desk(rule):
    assert codes(around(catch("x", timer(rule)))) == {"x": {"timer_rule"}}


@pytest.mark.parametrize(
    "rule", ['"P30D"', '"limit:adoption.review"', '"clock:T1"', '"clock:T1@20"', '"date:2026-01-01"']
)
def test_timers_that_name_a_rule(rule):
    assert codes(around(catch("x", timer(rule)))) == {}


def test_a_comparison_is_no_markup():
    xml = bpmn(start(), exclusive("g", "d"), end(), end("e2"), chain("start", "g"), flow("g", "end", "b <a and a <b"),
               flow("g", "e2", id="d"))  # fmt: skip
    assert codes(xml, a="number", b="number") == {}


def test_a_bomb_of_nodes_is_refused_quickly():
    names = [f"t{n}" for n in range(3000)]
    assert codes(bpmn(start(), users(*names), end(), chain("start", *names, "end"))) == {"": {"too_many_nodes"}}


@pytest.mark.parametrize("rule", ['"R0/P7D"', '"R/P0D"', '"R3/limit:a"', '"P7D"', '"R/PT2H"'])
def test_a_cycle_that_never_comes_round_is_found_at_the_desk(rule):
    xml = bpmn(start(), user("a"), boundary("t", "a", timer(rule, "timeCycle"), interrupting=False), end(), end("e2"),
               chain("start", "a", "end"), chain("t", "e2"))  # fmt: skip
    assert codes(xml) == {"t": {"timer_rule"}}
