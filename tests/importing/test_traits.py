"""What other tools draw, and what becomes of it: each change is told with the element, and the rest runs as drawn."""

import sys
import tomllib
from datetime import UTC, datetime
from functools import partial

import orjson
import pytest
from lxml import etree

from app.catalogue.published import compile_bundle
from app.catalogue.walk import walk
from app.engine.diagram import tag
from tests.importing.files import END, START, bundle_of, file, flow, imported, left, line, node, process, told

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
VISIT = node("userTask", "call_on", "上门")


def kinds(made: object) -> dict[str, str]:
    root = etree.fromstring(made.files["process.bpmn"].encode())  # type: ignore[attr-defined]
    return {e.get("id"): etree.QName(e).localname for e in root.iter(etree.Element) if e.get("id")}


def settings(made: object) -> dict[str, object]:
    return tomllib.loads(made.files["process.toml"])  # type: ignore[attr-defined]


def runs(text: str) -> object:
    """Import it, publish nothing, walk it: nothing is left to do, each run ends and each step is seen."""
    made = imported(text)
    assert left(made) == []
    walked = walk(compile_bundle(bundle_of(made)), at=NOON)
    assert (walked.ended, walked.missed, walked.problems) == (walked.runs, (), ())
    return made


def test_a_process_that_nobody_called_executable_runs_as_it_is() -> None:
    made = runs(file(line(VISIT, more='name="到户探访" isExecutable="false"')))
    assert made.findings == ()
    assert settings(made)["title"] == "到户探访" and settings(made)["start"] == {"roles": ["caseworker"]}


def test_the_same_file_gives_the_same_bundle_and_every_id_stays() -> None:
    text = file(line(VISIT, node("serviceTask", "register", "登记", camunda__class="x.Y")))
    first, second = imported(text), imported(text)
    assert first == second
    before = {e.get("id") for e in etree.fromstring(text.encode()).iter() if e.get("id")}
    assert before <= set(kinds(first))


def test_the_diagram_as_drawn_is_kept_beside_and_is_what_pages_show() -> None:
    text = file(line(node("serviceTask", "register", "登记")))
    made = imported(text)
    assert made.files["drawn.bpmn"] == text
    assert bundle_of(made).drawing("visit") == text.encode()


@pytest.mark.parametrize(
    "task",
    [
        node("serviceTask", "work", "办", camunda__class="org.example.Work"),
        node("serviceTask", "work", "办", flowable__delegateExpression="${work}"),
        node("scriptTask", "work", "办", "<script>x = 1</script>", scriptFormat="groovy"),
        node("businessRuleTask", "work", "办", camunda__decisionRef="rules"),
        node("sendTask", "work", "办"),
        node("callActivity", "work", "办", calledElement="elsewhere"),
        node("subProcess", "work", "办"),
        node("adHocSubProcess", "work", "办"),
        node("transaction", "work", "办"),
    ],
)
def test_work_of_another_engine_becomes_work_of_a_person(task: str) -> None:
    made = runs(file(line(task)))
    assert kinds(made)["work"] == "userTask" and "to_person" in told(made, "work")


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (node("userTask", "call_on", "上门", camunda__assignee="${worker}"), "foreign_dropped"),
        (node("userTask", "call_on", "上门", "<extensionElements><camunda:formData/></extensionElements>"), "foreign_dropped"),
        (node("userTask", "call_on", "上门", "<standardLoopCharacteristics/>"), "loop_dropped"),
        (node("userTask", "call_on", "上门", "<multiInstanceLoopCharacteristics/>"), "loop_dropped"),
        (node("userTask", "call_on", "上门", '<documentation textFormat="text/html">&lt;script&gt;x&lt;/script&gt;</documentation>'),
         "documentation_dropped"),
        (node("userTask", "call_on", "上门", startQuantity="2"), ""),
        (node("receiveTask", "call_on", "等回音", instantiate="true"), "attribute_dropped"),
    ],
)  # fmt: skip
def test_what_would_be_passed_over_is_left_out_and_told(task: str, code: str) -> None:
    made = runs(file(line(task)))
    assert code in told(made, "call_on") or (code == "" and told(made, "call_on") == [])


def test_marks_of_a_drawing_tool_are_told_once_for_the_file() -> None:
    meta = '<extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/></extensionElements>'
    made = runs(file(line(node("userTask", "a", "一", meta), node("userTask", "b", "二", meta))))
    (finding,) = made.findings
    assert (finding.element, finding.code) == ("", "looks_dropped") and "2 处" in finding.message


def test_what_a_file_brings_besides_is_told_and_left_out() -> None:
    text = file(
        '<import importType="http://www.w3.org/2001/XMLSchema" location="a.xsd" namespace="urn:a"/>',
        '<interface id="i" name="i"><operation id="o" name="o"><inMessageRef>m</inMessageRef></operation></interface>',
        '<dataStore id="store" name="台账"/><resource id="r" name="儿童主任"/><resource id="q" name="Clerk"/>',
        process(
            START, node("task", "a", "一", "<potentialOwner><resourceRef>r</resourceRef></potentialOwner>"),
            node("task", "b", "二", "<performer><resourceRef>q</resourceRef></performer>"), END,
            '<dataStoreReference id="ledger" name="台账" dataStoreRef="store"/>',
            flow("begin", "a"), flow("a", "b"), flow("b", "done"),
        ),
    )  # fmt: skip
    made = runs(text)
    assert "ledger" not in kinds(made) and {"root_dropped", "data_drawn"} <= {one.code for one in made.findings}
    version = compile_bundle(bundle_of(made))
    assert version.definition.nodes["a"].properties == {"role": "child_director"} and told(made, "a") == []
    assert version.definition.nodes["b"].properties == {} and told(made, "b") == ["performer_dropped"]


def test_of_several_pools_the_largest_runs_and_the_others_stay_drawn() -> None:
    text = file(
        '<collaboration id="talk"><participant id="p1" name="家庭" processRef="family"/>'
        '<participant id="p2" name="民政" processRef="visit"/>'
        '<messageFlow id="letter" name="回音" sourceRef="answers" targetRef="hear"/></collaboration>',
        process(node("task", "answers", "答复"), key="family", more=""),
        process(START, VISIT, node("receiveTask", "hear"), END, flow("begin", "call_on"), flow("call_on", "hear"),
                flow("hear", "done"), more=""),
    )  # fmt: skip
    made = runs(text)
    root = etree.fromstring(made.files["process.bpmn"].encode())
    assert [each.get("id") for each in root.iter(tag("process"))] == ["visit"]
    assert [each.get("processRef") for each in root.iter(tag("participant"))] == [None, "visit"]
    assert [each.get("sourceRef") for each in root.iter(tag("messageFlow"))] == ["p1"]
    assert settings(made)["title"] == "民政" and list(settings(made)["messages"]) == ["回音"]  # type: ignore[call-overload]
    assert "process_drawn" in {one.code for one in made.findings}


def test_an_author_who_says_which_one_is_executable_is_believed() -> None:
    small = process(START, END, flow("begin", "done"), key="small", more='isExecutable="true"')
    text = file(line(VISIT, more="").replace('"begin"', '"begin2"').replace('"done"', '"done2"'), small)
    assert settings(runs(text))["process"] == "small"


def test_a_process_of_the_same_file_is_called_with_its_forms() -> None:
    inner = process(
        node("startEvent", "in"), node("task", "look", "看"), node("exclusiveGateway", "ok"), node("endEvent", "out"),
        node("task", "again", "再看"), flow("in", "look"), flow("look", "ok"), flow("ok", "out", "好"),
        flow("ok", "again", "不好"), flow("again", "out"), key="inner", more="",
    )  # fmt: skip
    outer = line(
        node("callActivity", "calls", "子流程", calledElement="inner"), VISIT, node("task", "c"), node("task", "d")
    )
    made = runs(file(outer, inner))
    version = compile_bundle(bundle_of(made))
    assert kinds(made)["calls"] == "callActivity"
    assert [field.key for field in version.form_of("inner", "ask_1").form.fields] == ["choice_ok", "opinion"]


@pytest.mark.parametrize("language", ["", "http://www.w3.org/1999/XPath", "juel"])
def test_a_gateway_without_usable_conditions_asks_in_the_task_before(language: str) -> None:
    text = file(
        process(
            START, VISIT, node("exclusiveGateway", "ok", "住得好吗", default="f_no"), END, node("task", "help", "帮扶"),
            flow("begin", "call_on"), flow("call_on", "ok"),
            flow("ok", "done", "好", "${ok == true}" if language else "", language=language),
            flow("ok", "help", key="f_no"), flow("help", "done"),
        )
    )  # fmt: skip
    made = runs(text)
    (question, _) = orjson.loads(made.files["forms/ask_1.json"])["components"]
    assert (
        question["label"] == "住得好吗" and question["type"] == "select" and question["validate"] == {"required": True}
    )
    assert question["values"] == [{"label": "好", "value": "f_ok_done"}, {"label": "到：帮扶", "value": "f_no"}]
    version = compile_bundle(bundle_of(made))
    assert version.definition.nodes["call_on"].properties == {"form": "ask_1"}
    assert version.definition.flows["f_ok_done"].condition == 'choice_ok = "f_ok_done"'
    assert version.definition.flows["f_no"].default and told(made, "ok") == ["choice_asked"]


def test_a_gateway_with_no_task_before_it_gets_a_small_one_in_its_lane() -> None:
    lanes = (
        '<laneSet id="lanes"><lane id="l" name="县级审查岗"><flowNodeRef>ok</flowNodeRef>'
        "<flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef></lane></laneSet>"
    )
    text = file(
        process(
            lanes, START, node("inclusiveGateway", "ok", "要哪些"), node("task", "a", "一"), node("task", "b", "二"),
            node("inclusiveGateway", "all"), END, flow("begin", "ok"), flow("ok", "a"), flow("ok", "b", "二号"),
            flow("a", "all"), flow("b", "all"), flow("all", "done"),
        )
    )  # fmt: skip
    made = runs(text)
    version = compile_bundle(bundle_of(made))
    assert version.definition.nodes["ask_ok"].lane == "县级审查岗" and settings(made)["lanes"] == {
        "县级审查岗": "county_reviewer"
    }
    (question, _) = orjson.loads(made.files["forms/ask_1.json"])["components"]
    assert question["type"] == "checklist" and [each["label"] for each in question["values"]] == ["到：一", "二号"]


def test_conditions_in_feel_over_what_every_case_knows_are_kept() -> None:
    text = file(
        process(
            START, node("exclusiveGateway", "where", default="f_else"), VISIT, END, flow("begin", "where"),
            flow("where", "call_on", condition='case_division = "000000"'), flow("where", "done", key="f_else"),
            flow("call_on", "done"),
        )
    )  # fmt: skip
    made = runs(text)
    assert made.findings == () and not any(path.startswith("forms/") for path in made.files)


def test_a_lane_that_is_no_role_is_anybodys_and_that_is_told() -> None:
    lanes = '<laneSet id="s"><lane id="l" name="Clerk"><flowNodeRef>call_on</flowNodeRef></lane></laneSet>'
    made = runs(file(process(lanes, START, VISIT, node("task", "b", "二"), END, flow("begin", "call_on"),
                             flow("call_on", "b"), flow("b", "done"))))  # fmt: skip
    assert settings(made)["lanes"] == {"Clerk": "caseworker"} and told(made, "l") == ["lane_without_role"]
    assert compile_bundle(bundle_of(made)).definition.nodes["b"].properties == {"role": "caseworker"}


@pytest.mark.parametrize(
    ("timer", "becomes"),
    [
        ("<timeDuration>P30D</timeDuration>", '"P30D"'),
        ("<timeDuration>PT36H</timeDuration>", '"P2D"'),
        ("<timeDate>2026-12-01T09:00:00Z</timeDate>", '"date:2026-12-01"'),
        ("<timeCycle>R3/P7D</timeCycle>", '"P7D"'),
        ("<timeDuration>${days}</timeDuration>", None),
        ("<timeCycle>0 0 9 * * ?</timeCycle>", None),
        ("", None),
    ],
)
def test_a_timer_counts_days_or_a_person_says_when(timer: str, becomes: str | None) -> None:
    """No limit is made up where none is drawn."""
    event = node("intermediateCatchEvent", "wait", "等", f"<timerEventDefinition>{timer}</timerEventDefinition>")
    made = runs(file(line(event)))
    rule = compile_bundle(bundle_of(made)).definition.timer_rules.get("wait")
    assert rule == (becomes.strip('"') if becomes else None)
    assert (told(made, "wait") == ["timer_by_person"]) is (becomes is None)


@pytest.mark.parametrize("kind", ["conditional", "signal", "escalation", "compensate", "message", "error", "cancel"])
def test_every_kind_of_event_at_a_border_comes_in(kind: str) -> None:
    inner = line(node("task", "in_it", "里面")).replace('id="begin"', 'id="b2"').replace('id="done"', 'id="d2"')
    inside = inner.partition(">")[2].rpartition("</process>")[0]
    inside = inside.replace('sourceRef="begin"', 'sourceRef="b2"').replace('targetRef="done"', 'targetRef="d2"')
    border = node("boundaryEvent", "border", "出事", f"<{kind}EventDefinition/>", attachedToRef="sub")
    text = file(process(START, node("subProcess", "sub", "子流程", inside.replace("f_", "g_")), border, END,
                        node("task", "after", "善后"), flow("begin", "sub"), flow("sub", "after"), flow("after", "done"),
                        flow("border", "done")))  # fmt: skip
    made = imported(text)
    assert left(made) == []
    assert ("border" in kinds(made)) is (kind != "compensate")


def test_a_message_that_nobody_here_would_get_is_sent_by_a_person_first() -> None:
    end = node("endEvent", "done", "告知", "<messageEventDefinition/>")
    made = runs(file(process(START, VISIT, end, flow("begin", "call_on"), flow("call_on", "done"))))
    assert kinds(made)["send_done"] == "userTask" and told(made, "done") == ["send_by_person"]


def test_several_starts_are_one_start_and_a_question() -> None:
    starts = (node("startEvent", "s1", "来电", "<messageEventDefinition/>"), node("startEvent", "s2", "来访"))
    made = runs(
        file(process(*starts, VISIT, END, flow("s1", "call_on"), flow("s2", "call_on"), flow("call_on", "done")))
    )
    labels = [each["label"] for each in orjson.loads(made.files["forms/ask_1.json"])["components"][0]["values"]]
    assert labels == ["来电", "来访"] and {"starts_joined"} <= set(told(made, "visit"))


def test_starts_and_ends_that_are_not_drawn_are_written_out() -> None:
    made = runs(file(process(VISIT, node("task", "b", "二"), node("task", "c", "三"), flow("call_on", "b"))))
    assert [one.code for one in made.findings] == ["start_added"]


def test_a_fork_without_a_gateway_still_is_one() -> None:
    text = file(process(START, VISIT, node("task", "b", "二"), node("task", "c", "三"), flow("begin", "call_on"),
                        flow("call_on", "b", "要", "${x}"), flow("call_on", "c")))  # fmt: skip
    made = runs(text)
    assert "choice_asked" in {one.code for one in made.findings}


def test_two_flows_between_the_same_steps_stay_two() -> None:
    text = file(process(START, node("parallelGateway", "split"), VISIT, END, flow("begin", "split"),
                        flow("split", "call_on"), flow("split", "call_on", key="second"), flow("call_on", "done")))  # fmt: skip
    made = runs(text)
    version = compile_bundle(bundle_of(made))
    assert version.definition.flows["second"].target == "pass_second"


def test_ids_that_cannot_travel_are_changed_and_told() -> None:
    made = runs(file(process(START, node("task", "a b/1", "一"), END, flow("begin", "a b/1"), flow("a b/1", "done"))))
    assert told(made, "a_b_1") == ["id_changed"]


def test_what_cannot_be_put_right_is_left_with_its_element_and_remedy() -> None:
    made = imported(file(line(VISIT).replace("</process>", node("task", "alone", "孤立") + "</process>")))
    assert {(one.element, one.code) for one in left(made)} == {("alone", "unreachable"), ("end_alone", "unreachable")}
    assert all(one.remedy for one in left(made))


@pytest.mark.parametrize("thrown", [True, False])
def test_an_error_nobody_throws_any_more_is_entered_by_a_person(thrown: bool) -> None:
    """Where an end event inside throws it, it stays what it is."""
    throws = "<errorEventDefinition/>" if thrown else ""
    inside = node("startEvent", "b2") + node("task", "x", "办") + node("endEvent", "d2", "坏了", throws)
    sub = node("subProcess", "sub", "子流程", inside + flow("b2", "x") + flow("x", "d2"))
    border = node("boundaryEvent", "border", "出错", "<errorEventDefinition/>", attachedToRef="sub")
    made = runs(
        file(process(START, sub, border, END, flow("begin", "sub"), flow("sub", "done"), flow("border", "done")))
    )
    event = compile_bundle(bundle_of(made)).definition.nodes["border"].event
    assert event == ("error" if thrown else "message")
    assert told(made, "border") == ([] if thrown else ["event_by_person"])


def test_an_error_that_nobody_catches_ends_the_case() -> None:
    inside = (
        node("startEvent", "b2") + node("task", "x", "办") + node("endEvent", "d2", "坏了", "<errorEventDefinition/>")
    )
    sub = node("subProcess", "sub", "子流程", inside + flow("b2", "x") + flow("x", "d2"))
    made = runs(file(process(START, sub, END, flow("begin", "sub"), flow("sub", "done"))))
    assert kinds(made)["error_sub"] == "boundaryEvent" and told(made, "d2") == ["error_ends"]


def test_a_longer_chain_than_can_be_built_is_said_and_not_a_fault(request: pytest.FixtureRequest) -> None:
    made = imported(file(line(*(node("task", f"t{number}", "步") for number in range(600)))))
    request.addfinalizer(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(1000)  # what Python starts with
    (finding,) = left(made)
    assert finding.code == "too_deep" and "嵌入子流程" in finding.remedy
