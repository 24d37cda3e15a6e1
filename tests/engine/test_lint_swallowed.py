"""What the library would pass over, misread or run in another way, construct by construct.

Each is refused (or, where it merely surprises, pointed out) with the id and the name of the element and a remedy.
"""

import re
from dataclasses import dataclass, field

import pytest

from app.engine import DefinitionRefused, Finding, Sources, compile_definition, lint
from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    each,
    end,
    exclusive,
    flow,
    handler,
    link,
    node,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    parallel,
    script,
    start,
    subprocess,
    throw,
    timer,
    user,
    users,
)
from tests.engine.test_decisions import XML as RATING
from tests.engine.test_decisions import table
from tests.engine.walk import sources

NAME = "第三步"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
FLOWABLE = 'xmlns:flowable="http://flowable.org/bpmn"'
THROWN_INSIDE = {"messages": ("m",), "errors": ("e",), "signals": ("s",), "escalations": ("u",)}
SHELL = "__import__('os').system('true')"


def line(middle: str, before: str = "", id: str = "x") -> bytes:
    """start → the construct → end."""
    return bpmn(before, start(), middle, end(), chain("start", id, "end"), **THROWN_INSIDE)


def named(kind: str, inner: str = "", attributes: str = "", **properties: str) -> str:
    return node(kind, "x", inner, name=NAME, attributes=attributes, **properties)


def border(event: str) -> bytes:
    """The construct on the border of a task."""
    on_edge = node("boundaryEvent", "x", event, name=NAME, attributes='attachedToRef="a" cancelActivity="true"')
    return bpmn(start(), user("a"), on_edge, end(), end("e2"), chain("start", "a", "end"), chain("x", "e2"),
                **THROWN_INSIDE)  # fmt: skip


def inside(thrown: str, caught: str) -> bytes:
    """The construct on the border of a sub-process in which something is thrown."""
    on_edge = node("boundaryEvent", "x", caught, name=NAME, attributes='attachedToRef="s" cancelActivity="true"')
    within = subprocess("s", start("i"), node("endEvent", "t", thrown), chain("i", "t"))
    return bpmn(start(), within, on_edge, end(), end("e2"), chain("start", "s", "end"), chain("x", "e2"),
                **THROWN_INSIDE)  # fmt: skip


def triggered(event: str, interrupting: bool = True) -> bytes:
    """The construct as an event sub-process."""
    begin = node("startEvent", "s", event, attributes=f'isInterrupting="{str(interrupting).lower()}"')
    inside = node(
        "subProcess", "x", begin + end("e") + chain("s", "e"), name=NAME, attributes='triggeredByEvent="true"'
    )
    return bpmn(start(), user("a"), end(), chain("start", "a", "end"), inside, **THROWN_INSIDE)


def branching(flows: str, gateway: str = "exclusiveGateway", attributes: str = 'default="d"') -> bytes:
    return bpmn(start(), node(gateway, "x", name=NAME, attributes=attributes), end(), end("e2"), chain("start", "x"),
                flows, flow("x", "e2", id="d"))  # fmt: skip


def named_flow(id: str, source: str, target: str, inner: str = "") -> str:
    return f'<sequenceFlow id="{id}" name="{NAME}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def condition(text: str, attributes: str = "") -> str:
    return f"<conditionExpression {attributes}>{text}</conditionExpression>"


def extended(inner: str, kind: str = "userTask", space: str = "") -> bytes:
    return line(f'<{kind} id="x" name="{NAME}" {space}><extensionElements>{inner}</extensionElements></{kind}>')


def events_behind(attributes: str) -> bytes:
    return bpmn(
        start(), node("eventBasedGateway", "x", name=NAME, attributes=attributes), catch("a", on_message("m")),
        catch("b", timer('"P1D"')), end(), end("e2"), chain("start", "x", "a", "end"), chain("x", "b", "e2"),
        messages=("m",),
    )  # fmt: skip


@dataclass(frozen=True)
class Construct:
    xml: bytes
    code: str
    element: str = "x"
    name: str = NAME
    severity: str = "error"
    facts: dict[str, str] = field(default_factory=dict)
    decision: bytes | None = None


def rated(data: bytes, element: str = "risk", name: str = "Risk") -> Construct:
    facts = {"amount": "number", "level": "code"}
    return Construct(RATING, "decision_refused", element, name, facts=facts, decision=data)


LANES = (
    '<laneSet id="ls"><lane id="l1" name="甲"><flowNodeRef>x</flowNodeRef></lane>'
    '<lane id="l2" name="乙"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
)
FORK = bpmn(
    start(), parallel("f", "j"), script("l", "{fee: 1}"), node("scriptTask", "x", "<script>{fee: 2}</script>",
    name=NAME, attributes='scriptFormat="text/x-feel"'), end(), chain("start", "f", "l", "j", "end"),
    chain("f", "x", "j"),
)  # fmt: skip
UNJOINED = bpmn(start(), parallel("f"), users("a", "b"), named("userTask"), end(), chain("start", "f", "a", "x", "end"),
                chain("f", "b", "x"))  # fmt: skip
ROUND = bpmn(
    start(), exclusive("in"), parallel("fork"), node("parallelGateway", "x", name=NAME), users("a", "b"),
    exclusive("again", "out"), end(), chain("start", "in", "fork", "a", "x", "again"), chain("fork", "b", "x"),
    flow("again", "in", "more"), flow("again", "end", id="out"),
)  # fmt: skip
LISTED = "<loopDataInputRef>l</loopDataInputRef><inputDataItem name='i'/>"
CARDINALITY = (
    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
)
THROWN = "<multiInstanceLoopCharacteristics behavior='One'>" + LISTED + "</multiInstanceLoopCharacteristics>"

CONSTRUCTS = {
    # Events that nobody would hear, or that would be heard by the wrong ones
    "signal end nobody hears": Construct(line(named("endEvent", on_signal("s"))), "signal_unheard"),
    "signal throw": Construct(line(named("intermediateThrowEvent", on_signal("s"))), "signal_unheard"),
    "signal catch": Construct(line(named("intermediateCatchEvent", on_signal("s"))), "signal_unthrown"),
    "signal border": Construct(border(on_signal("s")), "signal_unthrown"),
    "signal without a name": Construct(line(named("intermediateThrowEvent", "<signalEventDefinition/>")),
                                       "event_refused"),
    "signal heard twice at one place": Construct(
        bpmn(start(), user("a"), node("boundaryEvent", "x", on_signal("s"), name=NAME, attributes='attachedToRef="a"'),
             boundary("b", "a", on_signal("s")), throw("t", on_signal("s")), end(), end("e2"), end("e3"),
             chain("start", "t", "a", "end"), chain("x", "e2"), chain("b", "e3"), signals=("s",)), "trigger_twice"),
    "compensation throw": Construct(line(named("intermediateThrowEvent", "<compensateEventDefinition/>")),
                                    "element_refused"),
    "compensation end": Construct(line(named("endEvent", "<compensateEventDefinition/>")), "element_refused"),
    "compensation border": Construct(border("<compensateEventDefinition/>"), "element_refused"),
    "compensation activity": Construct(line(named("userTask", attributes='isForCompensation="true"')),
                                       "attribute_refused"),
    "link that leads nowhere": Construct(
        bpmn(start(), named("intermediateThrowEvent", link("l")), chain("start", "x")), "link_refused"),
    "link with a flow behind it": Construct(line(named("intermediateThrowEvent", link("l"))), "link_refused"),
    "link that two catch": Construct(
        bpmn(start(), throw("t", link("l")), named("intermediateCatchEvent", link("l")), catch("y", link("l")), end(),
             chain("start", "t"), chain("x", "end"), chain("y", "end")), "link_refused"),
    "link without a name": Construct(line(named("intermediateCatchEvent", "<linkEventDefinition/>")), "link_refused"),
    "escalation throw": Construct(line(named("intermediateThrowEvent", on_escalation("u"))), "escalation_not_caught"),
    "escalation end nobody catches": Construct(line(named("endEvent", on_escalation("u"))), "escalation_not_caught"),
    "escalation border of a task": Construct(border(on_escalation("u")), "host_refused"),
    "escalation without a code": Construct(line(named("intermediateThrowEvent", on_escalation(None))),
                                           "event_refused"),
    "escalation that the file does not define": Construct(
        inside(on_escalation("u"), on_escalation("gone")), "event_refused"),
    "error that the file does not define": Construct(inside(on_error("e"), on_error("gone")), "event_refused"),
    "signal that the file does not define": Construct(line(named("intermediateCatchEvent", on_signal("gone"))),
                                                      "event_refused"),
    "error border of a task": Construct(border(on_error("e")), "host_refused"),
    "multiple border": Construct(border(on_message("m") + timer('"P1D"')), "event_refused"),
    "conditional start": Construct(
        bpmn(named("startEvent", "<conditionalEventDefinition/>"), end(), chain("x", "end")), "element_refused"),
    "conditional catch": Construct(line(named("intermediateCatchEvent", "<conditionalEventDefinition/>")),
                                   "element_refused"),
    "conditional border": Construct(border("<conditionalEventDefinition/>"), "element_refused"),
    "cancel end": Construct(line(named("endEvent", "<cancelEventDefinition/>")), "element_refused"),
    "cancel border": Construct(border("<cancelEventDefinition/>"), "element_refused"),
    "two triggers": Construct(line(named("intermediateCatchEvent", on_message("m") + timer('"P1D"'))), "event_refused"),
    "two things thrown": Construct(line(named("intermediateThrowEvent", on_message("m") + on_escalation("u"))),
                                   "event_refused"),
    "two things at an end": Construct(line(named("endEvent", on_message("m") + on_error("e"))), "event_refused"),
    "event definition kept apart": Construct(
        line(named("intermediateCatchEvent", "<eventDefinitionRef>d</eventDefinitionRef>")), "element_refused"),
    "event without trigger": Construct(line(named("intermediateCatchEvent")), "event_refused"),
    "message of nobody": Construct(line(named("intermediateCatchEvent", "<messageEventDefinition/>")), "event_refused"),
    "message kept in a variable": Construct(
        line(named("intermediateCatchEvent", '<messageEventDefinition messageRef="message_m"><extensionElements>'
        "<spiffworkflow:messageVariable>v</spiffworkflow:messageVariable></extensionElements>"
        "</messageEventDefinition>")), "extension_refused"),
    "error without a code": Construct(line(named("endEvent", "<errorEventDefinition/>")), "event_refused"),
    "error nobody catches": Construct(
        bpmn(start(), subprocess("s", start("i"), named("endEvent", on_error("e")), chain("i", "x")), end(),
             chain("start", "s", "end"), errors=("e",)), "error_not_caught"),
    "error that does not interrupt": Construct(
        border(on_error("e")).replace(b'cancelActivity="true"', b'cancelActivity="false"'), "event_refused"),
    "correlation key": Construct(
        line(user("a"), id="a").replace(b"<process", f'<collaboration id="c"><correlationKey id="x" name="{NAME}"/>'
        "</collaboration><process".encode(), 1), "element_refused"),
    # Event sub-processes
    "event sub-process without a trigger": Construct(triggered(""), "event_refused", "s", "s"),
    "event sub-process, conditional": Construct(triggered("<conditionalEventDefinition/>"), "element_refused", "s", "s"),
    "event sub-process, compensation": Construct(triggered("<compensateEventDefinition/>"), "element_refused", "s", "s"),
    "event sub-process, two triggers": Construct(triggered(on_message("m") + timer('"P1D"')), "event_refused", "s",
                                                 "s"),
    "event sub-process, error that interrupts nothing": Construct(triggered(on_error("e"), False), "event_refused", "s",
                                                                  "s"),
    "event sub-process, cycle that interrupts": Construct(triggered(timer('"R3/P7D"', "timeCycle")), "event_refused",
                                                          "s", "s"),
    "event sub-process with a flow": Construct(
        line(named("subProcess", node("startEvent", "s", on_message("m")) + end("e") + chain("s", "e"),
                   'triggeredByEvent="true"')), "handler_connected"),
    "event sub-process that could catch itself": Construct(
        bpmn(start(), user("a"), end("z"), chain("start", "a", "z"),
             handler("h", on_escalation("u"), end("o", on_escalation("u")).replace('name="o"', f'name="{NAME}"'),
                     chain("h_on", "o"), interrupting=False), **THROWN_INSIDE), "handler_unclear", "o"),
    # Starts and ends
    "timer start": Construct(bpmn(named("startEvent", timer('"P1D"')), end(), chain("x", "end")), "event_refused"),
    "message start": Construct(bpmn(named("startEvent", on_message("m")), end(), chain("x", "end"), messages=("m",)),
                               "event_refused"),
    "signal start": Construct(bpmn(named("startEvent", on_signal("s")), end(), chain("x", "end"), signals=("s",)),
                              "event_refused"),
    "multiple start": Construct(
        bpmn(named("startEvent", on_message("m") + timer('"P1D"')), end(), chain("x", "end"), messages=("m",)),
        "event_refused"),
    "several starts": Construct(bpmn(start(), start("s2"), user("a"), end(), chain("start", "a", "end"),
                                     chain("s2", "a"), id="x"), "start_event_count", name="x"),
    "no start": Construct(bpmn(user("a"), end(), chain("a", "end"), id="x"), "start_event_count", name="x"),
    "sub-process without start": Construct(line(named("subProcess", user("y") + end("z") + chain("y", "z"))),
                                           "start_event_count"),
    "branch without an end": Construct(bpmn(start(), named("userTask"), end(), exclusive("g", "d"), chain("start", "g"),
                                            flow("g", "x", "1 = 1"), flow("g", "end", id="d")), "no_way_on"),
    "start by message of a task": Construct(line(named("receiveTask", attributes='messageRef="message_m" '
                                                       'instantiate="true"')), "attribute_refused"),
    "start by event gateway": Construct(events_behind('instantiate="true"'), "attribute_refused"),
    # Gateways and flows
    "complex gateway": Construct(line(named("complexGateway")), "element_refused"),
    "event gateway that waits for all": Construct(events_behind('eventGatewayType="Parallel"'), "attribute_refused"),
    "flow without a condition": Construct(branching(named_flow("x2", "x", "end")), "condition_missing", "x2"),
    "default of somebody else": Construct(branching(flow("x", "end", "1 = 1"), attributes='default="start-x"'),
                                          "default_refused"),
    "default of an event": Construct(line(named("intermediateCatchEvent", on_message("m"), 'default="x-end"')),
                                     "default_refused"),
    "default of a parallel gateway": Construct(line(named("parallelGateway", attributes='default="x-end"')),
                                               "default_refused"),
    "condition of a default": Construct(
        bpmn(start(), node("userTask", "a", attributes='default="x"'), end(), chain("start", "a"),
             named_flow("x", "a", "end", condition("1 = 2"))), "default_condition", severity="warning"),
    "event on a border that is none": Construct(
        bpmn(start(), user("a"), node("intermediateCatchEvent", "x", on_message("m"), name=NAME,
             attributes='attachedToRef="a"'), end(), end("e2"), chain("start", "a", "end"), chain("x", "e2"),
             messages=("m",)), "unreachable"),
    "condition that nobody asks": Construct(
        bpmn(start(), user("a"), end(), chain("start", "a"), named_flow("x", "a", "end", condition("1 = 2"))),
        "condition_ignored"),
    "condition behind an event": Construct(
        bpmn(start(), end(), end("e2"), chain("start", "end"), named_flow("x", "start", "e2", condition("1 = 2"))),
        "condition_ignored"),
    "conditions of a task without a default": Construct(
        bpmn(start(), named("userTask"), end(), end("e2"), chain("start", "x"), flow("x", "end", "1 = 1"),
             flow("x", "e2", "1 = 2")), "default_missing"),
    "default that is never taken": Construct(
        bpmn(start(), node("userTask", "t", attributes='default="x"'), end(), end("e2"), chain("start", "t", "end"),
             named_flow("x", "t", "e2")), "default_never"),
    "fork of an activity": Construct(bpmn(start(), named("userTask"), end(), end("e2"), chain("start", "x", "end"),
                                          chain("x", "e2")), "implicit_fork", severity="warning"),
    "merge without a join": Construct(UNJOINED, "done_twice", severity="warning"),
    "join in a loop": Construct(ROUND, "join_in_loop", severity="warning", facts={"more": "boolean"}),
    "fact of two branches": Construct(FORK, "parallel_write", facts={"fee": "number"}),
    "condition in Python": Construct(branching(named_flow("x2", "x", "end", condition(SHELL))), "expression_refused",
                                     "x2"),
    "condition said to be Python": Construct(
        branching(named_flow("x2", "x", "end", condition("1 = 1", 'language="python"'))), "expression_language", "x2"),
    # Activities
    "transaction": Construct(line(named("transaction")), "element_refused"),
    "ad-hoc sub-process": Construct(line(named("adHocSubProcess")), "element_refused"),
    "standard loop": Construct(line(named("userTask", "<standardLoopCharacteristics/>")), "element_refused"),
    "tokens to wait for": Construct(line(named("userTask", attributes='startQuantity="2"')), "attribute_refused"),
    "tokens given": Construct(line(named("userTask", attributes='completionQuantity="2"')), "attribute_refused"),
    "service without an operation": Construct(line(named("serviceTask")), "call_missing"),
    "service of another engine": Construct(extended('<spiffworkflow:serviceTaskOperator id="http/Get"/>',
                                                    "serviceTask"), "extension_refused"),
    "decision without a table": Construct(line(named("businessRuleTask")), "decision_missing"),
    "decision named the other way": Construct(
        extended("<spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId>", "businessRuleTask"),
        "extension_refused"),
    "send without a message": Construct(line(named("sendTask")), "message_missing"),
    "receive without a message": Construct(line(named("receiveTask")), "message_missing"),
    "script in Python": Construct(line(named("scriptTask", "<script>a = 1</script>")), "script_format"),
    "script before a task": Construct(extended("<spiffworkflow:preScript>import os</spiffworkflow:preScript>"),
                                      "extension_refused"),
    "script after a task": Construct(extended("<spiffworkflow:postScript>a = 1</spiffworkflow:postScript>"),
                                     "extension_refused"),
    "called process that is not there": Construct(line(named("callActivity", attributes='calledElement="q"')),
                                                  "called_missing"),
    "called process given some data only": Construct(
        line(named("callActivity", '<ioSpecification><dataInput id="i"/></ioSpecification>', 'calledElement="q"')),
        "data_refused"),
    "data association": Construct(
        line(named("userTask", '<dataOutputAssociation id="o"><targetRef>d</targetRef></dataOutputAssociation>'),
             before='<dataObject id="d"/>'), "data_ignored", severity="warning"),
    # Multi-instance
    "multi-instance by number": Construct(line(named("userTask", CARDINALITY)), "multiple_refused"),
    "multi-instance over no list": Construct(line(named("userTask", each("l", "i"))), "multiple_refused",
                                             facts={"l": "text"}),
    "multi-instance without data": Construct(line(named("userTask", "<multiInstanceLoopCharacteristics/>")),
                                             "multiple_refused"),
    "multi-instance that throws": Construct(line(named("userTask", THROWN)), "attribute_refused", facts={"l": "codes"}),
    "multi-instance sub-process": Construct(
        line(named("subProcess", each("l", "i") + start("s") + end("z") + chain("s", "z"))), "multiple_not_task",
        facts={"l": "codes"}),
    # Timers
    "timer without a rule": Construct(line(named("intermediateCatchEvent", "<timerEventDefinition/>")),
                                      "event_refused"),
    "timer with two rules": Construct(
        line(named("intermediateCatchEvent", "<timerEventDefinition><timeDuration>\"P1D\"</timeDuration><timeDate>"
                   "\"date:2026-11-23\"</timeDate></timerEventDefinition>")), "event_refused"),
    "timer rule in a message": Construct(
        line(named("intermediateCatchEvent", '<messageEventDefinition messageRef="message_m"><timeCycle>"R/P1D"'
                   "</timeCycle></messageEventDefinition>")), "element_refused"),
    "duration without quotes": Construct(line(named("intermediateCatchEvent", timer("PT1H"))), "expression_refused"),
    "date without an offset": Construct(
        line(named("intermediateCatchEvent", timer('"2026-11-23T08:00:00"', "timeDate"))), "timer_rule"),
    "timer in Python": Construct(line(named("intermediateCatchEvent", timer(SHELL))), "expression_refused"),
    "cycle that interrupts": Construct(border(timer('"R3/P7D"', "timeCycle")), "event_refused"),
    # Who does it
    "task in two lanes": Construct(line(named("userTask"), before=LANES), "lane_twice"),
    "owner of the standard": Construct(line(named("userTask", "<potentialOwner/>")), "element_refused"),
    "setting with a typing error": Construct(line(named("userTask", forn="opinion")), "property_unknown"),
    "setting of another element": Construct(line(named("userTask", call="local:refer")), "property_unknown"),
    # Words of other engines
    "camunda: person": Construct(
        line(f'<userTask id="x" name="{NAME}" {CAMUNDA} camunda:candidateGroups="clerks"/>'), "extension_ignored",
        severity="warning"),
    "camunda: expression": Construct(
        line(f'<userTask id="x" name="{NAME}" {CAMUNDA} camunda:assignee="${{boss}}"/>'), "extension_refused"),
    "camunda: class": Construct(
        line(f'<serviceTask id="x" name="{NAME}" {CAMUNDA} camunda:class="a.B"/>'), "extension_refused"),
    "camunda: listener with a script": Construct(
        extended('<camunda:executionListener event="start"><camunda:script scriptFormat="groovy">println 1'
                 "</camunda:script></camunda:executionListener>", space=CAMUNDA), "extension_refused"),
    "camunda: input by script": Construct(
        extended('<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script scriptFormat="js">1'
                 "</camunda:script></camunda:inputParameter></camunda:inputOutput>", space=CAMUNDA),
        "extension_refused"),
    "camunda: form fields": Construct(
        extended('<camunda:formData><camunda:formField id="a"/></camunda:formData>', space=CAMUNDA),
        "extension_ignored", severity="warning"),
    "flowable: listener": Construct(
        extended('<flowable:taskListener event="create" class="a.B"/>', space=FLOWABLE), "extension_refused"),
    "flowable: expression": Construct(
        extended('<flowable:field name="a"><flowable:string>${a.b()}</flowable:string></flowable:field>',
                 space=FLOWABLE), "extension_refused"),
    # Decision tables
    "table with a hit policy nobody knows": rated(table("level").replace(b"UNIQUE", b"BOGUS")),
    "table with Python in a cell": rated(table("level").replace(b"&gt; 1000", SHELL.encode())),
    "table with an answer in Python": rated(table("level").replace(b'"high"', b"'high'")),
    "table said to be Python": rated(table("level").replace(b"<decisionTable", b'<decisionTable expressionLanguage="python"')),
    "table that is not there": rated(b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" '
                                     b'name="d" namespace="n"><decision id="risk" name="Risk"/></definitions>'),
    # Whole files
    "two nodes of one id": Construct(line(named("userTask"), before=user("x").replace('name="x"', f'name="{NAME}"')),
                                     "duplicate_id"),
    "node named like a bound of its scope": Construct(line(node("userTask", "End", name=NAME), id="End"), "id_refused",
                                                      "End"),
    "interface": Construct(
        line(user("a"), id="a").replace(b"<process", f'<interface id="x" name="{NAME}"/><process'.encode(), 1),
        "element_refused"),
    "resource": Construct(
        line(user("a"), id="a").replace(b"<process", f'<resource id="x" name="{NAME}"/><process'.encode(), 1),
        "element_refused"),
    "auditing": Construct(line(named("userTask", "<auditing/>")), "element_refused"),
    "choreography": Construct(
        line(user("a"), id="a").replace(b"</definitions>", f'<choreography id="x" name="{NAME}"/></definitions>'
        .encode()), "element_refused"),
    "conversation": Construct(
        line(user("a"), id="a").replace(b"<process", f'<collaboration id="c"><conversation id="x" name="{NAME}"/>'
        "</collaboration><process".encode(), 1), "element_refused"),
    "global task": Construct(
        line(user("a"), id="a").replace(b"</definitions>", f'<globalUserTask id="x" name="{NAME}"/></definitions>'
        .encode()), "element_refused"),
}  # fmt: skip


def found_in(construct: Construct) -> list[Finding]:
    decisions = (construct.decision,) if construct.decision else ()
    source = sources(construct.xml, (), decisions, **construct.facts)
    return [one for one in lint(source) if one.code == construct.code and one.element == construct.element]


@pytest.mark.parametrize("what", CONSTRUCTS)
def test_it_is_refused_with_its_id_its_name_and_what_to_do(what: str) -> None:
    construct = CONSTRUCTS[what]
    found = found_in(construct)
    assert found, what
    for one in found:
        assert (one.name, one.severity) == (construct.name, construct.severity)
        assert CHINESE.search(one.message) and CHINESE.search(one.remedy)


@pytest.mark.parametrize("what", [what for what, one in CONSTRUCTS.items() if one.severity == "error"])
def test_it_is_never_compiled(what: str) -> None:
    construct = CONSTRUCTS[what]
    with pytest.raises(DefinitionRefused):
        compile_definition(
            sources(construct.xml, (), (construct.decision,) if construct.decision else (), **construct.facts)
        )


def test_what_has_no_id_of_its_own_is_told_where_it_lies() -> None:
    xml = line(user("x")).replace(b"<process", b'<import importType="t" location="a" namespace="n"/><process', 1)
    assert [(one.element, one.code) for one in lint(Sources(main=xml))] == [("d_p", "element_refused")]


def test_looks_and_documents_are_no_offence() -> None:
    """Colours of the modeler, annotations, data objects and stores, groups have no meaning to lose."""
    xml = line(user("x"), before='<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d" name="申请书"/>'
               '<dataStoreReference id="st" name="档案库"/>'
               '<textAnnotation id="t"><text>说明</text></textAnnotation><group id="g"/>')  # fmt: skip
    drawing = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://bpmn.io/schema/c">'
        '<bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="x" c:stroke="#f00"/></bpmndi:BPMNPlane>'
        "</bpmndi:BPMNDiagram></definitions>"
    )
    assert lint(Sources(main=xml.replace(b"</definitions>", drawing.encode()))) == ()


def test_an_outer_lane_may_list_what_an_inner_one_lists() -> None:
    lanes = (
        '<laneSet id="ls"><lane id="l" name="民政局"><flowNodeRef>x</flowNodeRef><childLaneSet id="cs">'
        '<lane id="i" name="审查岗"><flowNodeRef>x</flowNodeRef></lane></childLaneSet></lane></laneSet>'
    )
    definition = compile_definition(Sources(main=line(user("x"), before=lanes)))
    assert definition.nodes["x"].lane == "审查岗"


def test_a_flow_is_the_default_of_its_own_gateway_only() -> None:
    xml = bpmn(start(), exclusive("g", "g2-e3"), exclusive("g2", "g2-end"), end(), end("e2"), end("e3"),
               chain("start", "g"), flow("g", "g2", "1 = 1"), flow("g", "e2", "1 = 2"), flow("g2", "end"),
               flow("g2", "e3", "1 = 2"))  # fmt: skip
    assert [(one.element, one.code) for one in lint(Sources(main=xml)) if one.severity == "error"] == [
        ("g", "default_refused")
    ]


def test_two_ends_of_one_case_are_no_merge() -> None:
    xml = bpmn(start(), parallel("f"), users("a", "b"), end(), chain("start", "f", "a", "end"), chain("f", "b", "end"))
    assert [one.code for one in lint(Sources(main=xml))] == []


def test_a_reminder_that_goes_its_own_way_doubles_nothing() -> None:
    xml = bpmn(start(), user("a"), boundary("r", "a", timer('"R/P7D"', "timeCycle"), interrupting=False), user("call"),
               end(), end("e2"), chain("start", "a", "end"), chain("r", "call", "e2"))  # fmt: skip
    assert lint(Sources(main=xml)) == ()
