"""Stories of single elements: what opens, what closes, what the trace tells."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.engine import EngineRefused, Sources, compile_definition
from tests.engine.drawing import (
    boundary,
    bpmn,
    chain,
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
from tests.engine.walk import Walk

DIAGRAMS = Path(__file__).parents[1] / "diagrams"


@pytest.mark.parametrize("steps", [10, 50])
def test_a_plain_approval_runs_from_start_to_end(begin, steps):
    walk = begin((DIAGRAMS / f"bench_approval_{steps}.bpmn").read_bytes()).start(case_division="450123")
    for step in range(1, steps + 1):
        assert walk.open == [f"approve_{step:02}#1"]
        walk.complete(f"approve_{step:02}")
    assert walk.last.ended == "end"
    assert walk.last.trace.flows == (f"f{steps}",)
    assert walk.facts == {"case_division": "450123"}


def test_a_finished_case_refuses_every_event(begin):
    walk = begin(bpmn(start(), user("a"), end(), chain("start", "a", "end"))).start().complete("a")
    with pytest.raises(EngineRefused, match="case_ended"):
        walk.complete("a")


def test_a_gateway_takes_the_first_true_flow_and_notes_it(begin):
    xml = bpmn(
        start(), user("a"), exclusive("g", "no"), end("rich"), end("poor"),
        chain("start", "a", "g"), flow("g", "rich", "income > 1000.5", "yes"), flow("g", "poor", id="no"),
    )  # fmt: skip
    assert begin(xml, income="number").start().complete("a", income="1000.6").last.ended == "rich"
    walk = begin(xml, income="number").start().complete("a", income=1000)
    assert walk.last.ended == "poor"
    assert walk.last.trace.flows == ("a-g", "no")
    assert walk.last.trace.entered == ("g", "poor")
    assert walk.last.trace.left == ("a", "g", "poor")


def test_a_condition_that_is_null_stops_the_event_and_never_reaches_the_default(begin):
    xml = bpmn(
        start(), user("a"), exclusive("g", "no"), end("yes"), end("no_end"),
        chain("start", "a", "g"), flow("g", "yes", "income > 10", "asked"), flow("g", "no_end", id="no"),
    )  # fmt: skip
    walk = begin(xml, income="number").start()
    with pytest.raises(EngineRefused) as refused:
        walk.complete("a")
    assert (refused.value.code, refused.value.element) == ("condition_not_boolean", "asked")
    assert walk.complete("a", income=11).last.ended == "yes"


def test_a_task_that_is_not_open_cannot_be_completed(begin):
    walk = begin(bpmn(start(), users("a", "b"), end(), chain("start", "a", "b", "end"))).start().complete("a")
    for key in ("a", "b#2", "end", "nobody"):
        with pytest.raises(EngineRefused, match="task_not_open"):
            walk.complete(key)


@pytest.mark.parametrize(
    "facts",
    [{"other": 1}, {"typename": "x"}, {"__class__": "x"}, {"income": "much"}, {"income": True},
    {"income": 1.5}, {"day": "2026-02-30"}],
)  # fmt: skip
def test_facts_are_declared_and_of_their_kind(begin, facts):
    xml = bpmn(start(), user("a"), end(), chain("start", "a", "end"))
    with pytest.raises(EngineRefused, match="fact_refused"):
        begin(xml, income="number", day="date").start().complete("a", **facts)


def test_facts_have_a_limit(begin):
    xml = bpmn(start(), user("a"), end(), chain("start", "a", "end"))
    walk = begin(xml, **{f"t{n}": "text" for n in range(9)}).start()
    with pytest.raises(EngineRefused, match="facts_too_large"):
        walk.complete("a", **{f"t{n}": "字" * 1000 for n in range(9)})


def test_a_script_sets_facts_in_feel(begin):
    xml = bpmn(start(), user("a"), script("s", "{fee: amount * 0.1, big: amount > 100}"), user("b"), end(),
               chain("start", "a", "s", "b", "end"))  # fmt: skip
    walk = begin(xml, amount="number", fee="number", big="boolean").start().complete("a", amount="250.5")
    assert walk.facts == {"amount": "250.5", "fee": "25.05", "big": True}
    assert dict(walk.last.trace.facts) == walk.facts


def test_a_call_waits_for_its_answer_and_sets_what_its_output_says(begin):
    call = node("serviceTask", "ask", call="remote:police.record", input="{division: case_division, n: 1}",
                output='{clean: answer.found = 0, note: "x" + answer.text}')  # fmt: skip
    xml = bpmn(start(), call, user("b"), end(), chain("start", "ask", "b", "end"))
    walk = begin(xml, clean="boolean", note="text").start(case_division="450123")
    (opened,) = walk.last.calls
    assert (opened.key, opened.operation) == ("ask#1", "remote:police.record")
    assert opened.input == {"division": "450123", "n": 1}
    walk.answer("ask", {"found": 0, "text": "y"})
    assert walk.last.calls_closed == ("ask#1",)
    assert walk.facts == {"case_division": "450123", "clean": True, "note": "xy"}
    with pytest.raises(EngineRefused, match="call_not_open"):
        walk.answer("ask", {})


def test_a_called_process_runs_in_the_same_case_on_the_same_facts(begin):
    called = bpmn(start("v_start"), user("visit"), end("v_end"), chain("v_start", "visit", "v_end"), id="visiting")
    xml = bpmn(start(), node("callActivity", "assess", attributes='calledElement="visiting"'), user("a"), end(),
               chain("start", "assess", "a", "end"))  # fmt: skip
    walk = begin(xml, called=(called,), score="number").start()
    (task,) = walk.last.opened
    assert (task.key, task.process) == ("assess#1/visit#1", "visiting")
    walk.complete("assess#1/visit", score=90)
    assert (walk.open, walk.facts) == (["a#1"], {"score": 90})
    assert walk.definition.processes == {"p": "p", "visiting": "visiting"}


def test_a_task_is_taken_back(begin):
    xml = bpmn(start(), users("a", "b"), boundary("t", "b", timer('"P3D"')), end(), end("late"),
               chain("start", "a", "b", "end"), chain("t", "late"))  # fmt: skip
    walk = begin(xml).start().complete("a")
    walk.reposition(("b",), ("", "a"))
    assert walk.open == ["a#2"]
    assert (walk.last.closed, walk.last.timers_closed) == (("b#1",), ("t#1",))
    walk.complete("a#2")
    assert walk.open == ["b#2", "t#2"]
    assert walk.complete("b#2").last.ended == "end"


def test_a_task_is_taken_back_inside_a_sub_process(begin):
    inner = subprocess("review", start("s"), users("a", "b"), end("e"), chain("s", "a", "b", "e"))
    walk = begin(bpmn(start(), inner, end(), chain("start", "review", "end"))).start().complete("review#1/a")
    walk.reposition(("review#1/b",), ("review#1", "a"))
    assert walk.open == ["review#1/a#2"]
    assert walk.complete("review#1/a#2").complete("review#1/b#2").last.ended == "end"
    with pytest.raises(EngineRefused):
        begin(bpmn(start(), user("x"), end(), chain("start", "x", "end"))).start().reposition(("x",), ("", "end"))


def test_facts_are_corrected_in_place(begin):
    walk = begin(bpmn(start(), user("a"), end(), chain("start", "a", "end")), n="number").start(n=1)
    walk.event("corrected", facts={"n": 2})
    assert (walk.open, walk.facts) == (["a#1"], {"n": 2})


def test_a_loop_without_a_person_is_stopped(begin):
    xml = bpmn(start(), user("a"), script("s", "{n: n + 1}"), exclusive("g", "back"), end(),
               chain("start", "a", "s", "g"),
               flow("g", "end", "n < 0"), flow("g", "s", id="back"))  # fmt: skip
    with pytest.raises(EngineRefused, match="too_many_steps"):
        begin(xml, n="number").start(n=0).complete("a")


def test_a_case_that_nobody_can_move_is_refused_not_stored(begin):
    xml = bpmn(start(), user("a"), exclusive("g", "f"), parallel("j"), user("x"), users("b"), end(),
               chain("start", "a", "g"), flow("g", "j", "go"), flow("g", "x", id="f"),
               chain("x", "j", "b", "end"))  # fmt: skip
    with pytest.raises(EngineRefused, match="nothing_waits"):
        begin(xml, go="boolean").start().complete("a", go=True)


def test_the_same_sources_are_compiled_once():
    source = Sources(main=bpmn(start(), user("a"), end(), chain("start", "a", "end"), id="once"))
    assert compile_definition(source) is compile_definition(source)
    assert isinstance(Walk(compile_definition(source)).start().last.state, bytes)


def test_a_number_without_end_is_an_incident_not_a_hang(begin):
    xml = bpmn(start(), user("a"), exclusive("g", "d"), end(), end("e2"), chain("start", "a", "g"),
               flow("g", "end", "10**99999 > n"), flow("g", "e2", id="d"))  # fmt: skip
    with pytest.raises(EngineRefused, match="condition_not_boolean"):
        begin(xml, n="number").start(n=1).complete("a")


def test_many_threads_share_one_definition():
    definition = compile_definition(Sources(main=(DIAGRAMS / "bench_approval_10.bpmn").read_bytes()))

    def run(_: int) -> list[str]:
        walk = Walk(definition).start()
        for step in range(1, 11):
            walk.complete(f"approve_{step:02}")
        return [outcome.marking_digest for outcome in walk.outcomes]

    with ThreadPoolExecutor(8) as pool:
        assert len({tuple(digests) for digests in pool.map(run, range(40))}) == 1


def test_lanes_names_and_settings_reach_the_shell(begin):
    lanes = '<laneSet id="ls"><lane id="l" name="审查岗"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    xml = bpmn(lanes, start(), user("a", form="opinion", division='"4501"', assignee='"liguifang"'), end(),
               chain("start", "a", "end"))  # fmt: skip
    (task,) = begin(xml).start().last.opened
    assert (task.lane, task.properties["form"], dict(task.assigned)) == (
        "审查岗", "opinion", {"division": "4501", "assignee": "liguifang"},
    )  # fmt: skip
    xml = bpmn(start(), user("a", assignee="who"), end(), chain("start", "a", "end"))
    with pytest.raises(EngineRefused, match="assignment_not_text"):
        begin(xml, who="code").start()
