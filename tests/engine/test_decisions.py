"""Decision tables on a diagram: outputs become facts, the trace says which rows hit on what."""

import pytest

from app.engine import DefinitionRefused, EngineRefused
from tests.engine.drawing import bpmn, chain, end, node, start, user


def table(*outputs: str, id: str = "risk") -> bytes:
    columns = "".join(f'<output id="o_{name}" name="{name}" typeRef="string"/>' for name in outputs)
    rules = ""
    for number, (test, answer) in enumerate([("&gt; 1000", "high"), ("[1..1000]", "low")], 1):
        entries = "".join(f'<outputEntry><text>"{answer}"</text></outputEntry>' for _ in outputs)
        rules += f'<rule id="r{number}"><inputEntry><text>{test}</text></inputEntry>{entries}</rule>'
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        f'<decision id="{id}" name="Risk"><decisionTable hitPolicy="UNIQUE">'
        '<input id="i"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>'
        f"{columns}{rules}</decisionTable></decision></definitions>"
    ).encode()


XML = bpmn(start(), user("a"), node("businessRuleTask", "rate", decision="risk"), user("b"), end(),
           chain("start", "a", "rate", "b", "end"))  # fmt: skip


def test_outputs_become_facts_and_the_trace_names_the_row(begin):
    walk = begin(XML, decisions=(table("level", "desk"),), amount="number", level="code", desk="text")
    walk.start().complete("a", amount=5000)
    assert walk.facts == {"amount": 5000, "level": "high", "desk": "high"}
    (decided,) = walk.last.trace.decisions
    assert (decided.node, decided.decision, decided.rows) == ("rate", "risk", (1,))
    assert list(decided.inputs.values()) == [5000]


def test_a_single_output_may_be_named_after_the_decision(begin):
    walk = begin(XML, decisions=(table("level"),), amount="number", risk="code").start().complete("a", amount=7)
    assert walk.facts["risk"] == "low"


def test_no_rule_is_an_incident_not_a_null(begin):
    walk = begin(XML, decisions=(table("level"),), amount="number", level="code").start()
    with pytest.raises(EngineRefused) as refused:
        walk.complete("a", amount=-1)
    assert (refused.value.code, refused.value.element) == ("decision_failed", "rate")


@pytest.mark.parametrize("facts", [{"amount": "number"}, {"level": "code"}])
def test_inputs_and_outputs_are_declared(begin, facts):
    with pytest.raises(DefinitionRefused) as refused:
        begin(XML, decisions=(table("level"),), **facts)
    assert {finding.code for finding in refused.value.findings} == {"fact_undeclared"}


def test_an_unknown_decision_is_refused(begin):
    with pytest.raises(DefinitionRefused, match="risk"):
        begin(XML, decisions=(table("level", id="other"),), amount="number", level="code")
