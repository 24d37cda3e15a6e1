"""Stories of single elements: what opens, what closes, what the trace tells."""

from pathlib import Path

import pytest

from app.engine import EngineRefused, Sources, compile_definition
from tests.engine.drawing import (
    boundary,
    bpmn,
    catch,
    chain,
    end,
    exclusive,
    flow,
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
    [{"other": 1}, {"typename": "x"}, {"__class__": "x"}, {"income": "much"}, {"income": True}, {"income": 1.5}, {"day": "2026-02-30"}],
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


def test_a_thrown_message_goes_out(begin):
    send = node("endEvent", "end", on_message("done"), input="{n: 1}", correlation="case_division")
    walk = begin(bpmn(start(), user("a"), send, chain("start", "a", "end"), messages=("done",)))
    walk.start(case_division="45").complete("a")
    (sent,) = walk.last.sent
    assert (sent.message, sent.correlation, sent.payload) == ("done", "45", {"n": 1})
    assert walk.last.ended == "end"


def test_an_intermediate_message_is_awaited_by_name_or_key(begin):
    xml = bpmn(start(), catch("wait", on_message("paid"), correlation="case_division"), user("a"), end(),
               chain("start", "wait", "a", "end"), messages=("paid", "other"))  # fmt: skip
    walk = begin(xml, fee="number").start(case_division="45")
    (wait,) = walk.last.waits_opened
    assert (wait.key, wait.message, wait.correlation) == ("wait#1", "paid", "45")
    with pytest.raises(EngineRefused, match="wait_not_open"):
        walk.message("other")
    walk.message("paid", fee=5)
    assert walk.last.waits_closed == ("wait#1",)
    assert (walk.open, walk.facts["fee"]) == (["a#1"], 5)


TIMERS = (
    start(), parallel("fork", "join"), user("a"), user("b"), end(), end("late"), end("later"),
    boundary("t1", "a", timer('"P30D"')), boundary("t2", "b", timer('"P30D"')), users("late_a", "late_b"),
    chain("start", "fork", "a", "join", "end"), chain("fork", "b", "join"), chain("t1", "late_a", "late"),
    chain("t2", "late_b", "later"),
)  # fmt: skip


def test_no_timer_fires_because_a_colleague_completes_a_task(begin):
    walk = begin(bpmn(*TIMERS)).start()
    assert walk.open == ["a#1", "b#1", "t1#1", "t2#1"]
    walk.complete("a")
    assert walk.open == ["b#1", "t2#1"]
    assert walk.last.timers_closed == ("t1#1",)


def test_two_timers_due_at_the_same_time_fire_one_by_one(begin):
    walk = begin(bpmn(*TIMERS)).start().due("t2")
    assert walk.open == ["a#1", "late_b#1", "t1#1"]
    assert (walk.last.closed, walk.last.timers_closed) == (("b#1",), ("t2#1",))
    walk.due("t1")
    assert walk.open == ["late_a#1", "late_b#1"]
    with pytest.raises(EngineRefused, match="timer_not_open"):
        walk.due("t1")


def test_a_timer_names_a_rule_which_the_engine_does_not_read(begin):
    xml = bpmn(start(), user("a"), catch("t", timer('"date:" + string(born)', "timeDate")), end(),
               chain("start", "a", "t", "end"))  # fmt: skip
    walk = begin(xml, born="date").start().complete("a", born="2020-02-29")
    assert [(timer.key, timer.rule) for timer in walk.last.timers_opened] == [("t#1", "date:2020-02-29")]
    assert walk.due("t").last.ended == "end"
    with pytest.raises(EngineRefused, match="timer_rule_refused"):
        begin(xml, born="date").start().complete("a")


def test_a_reminder_repeats_until_its_rounds_are_used_up(begin):
    xml = bpmn(
        start(), user("a"), boundary("remind", "a", timer('"R3/P7D"', "timeCycle"), interrupting=False),
        user("urge"), end(), end("urged"), chain("start", "a", "end"), chain("remind", "urge", "urged"),
    )  # fmt: skip
    walk = begin(xml).start().due("remind")
    assert walk.open == ["a#1", "remind#1", "urge#1"]
    assert walk.last.trace.flows == ("remind-urge",)
    walk.due("remind", missed=1)
    assert walk.open == ["a#1", "urge#1", "urge#2"]
    assert walk.last.timers_closed == ("remind#1",)
    walk.complete("a").complete("urge#2")
    assert walk.open == ["urge#1"]
    assert walk.complete("urge").last.ended == "urged"


def test_a_message_that_interrupts_nothing_may_come_again(begin):
    xml = bpmn(
        start(), user("a"), boundary("more", "a", on_message("supplement"), interrupting=False), user("read"),
        end(), end("read_end"), chain("start", "a", "end"), chain("more", "read", "read_end"), messages=("supplement",),
    )  # fmt: skip
    walk = begin(xml).start().message("supplement").message("more#1")
    assert walk.open == ["a#1", "more#1", "read#1", "read#2"]
    assert walk.last.waits_closed == ()
    walk.complete("a")
    assert walk.open == ["read#1", "read#2"]


def test_the_first_event_of_an_event_gateway_cancels_the_others(begin):
    xml = bpmn(
        start(), node("eventBasedGateway", "choice"), catch("paid", on_message("paid")), catch("late", timer('"P7D"')),
        end("yes"), end("no"), chain("start", "choice", "paid", "yes"), chain("choice", "late", "no"), messages=("paid",),
    )  # fmt: skip
    walk = begin(xml).start()
    assert walk.open == ["late#1", "paid#1"]
    walk.due("late")
    assert (walk.last.ended, walk.last.waits_closed) == ("no", ("paid#1",))
    assert begin(xml).start().message("paid").last.ended == "yes"


def test_a_withdrawal_interrupts_a_whole_sub_process(begin):
    inner = subprocess(
        "review", start("s"), parallel("fork", "join"), users("a", "b"), end("e"),
        chain("s", "fork", "a", "join", "e"), chain("fork", "b", "join"),
    )  # fmt: skip
    xml = bpmn(
        start(), inner, boundary("withdrawn", "review", on_message("withdraw")), user("after"), user("close"), end(),
        end("gone"), chain("start", "review", "after", "end"), chain("withdrawn", "close", "gone"), messages=("withdraw",),
    )  # fmt: skip
    walk = begin(xml).start()
    assert walk.open == ["review#1/a#1", "review#1/b#1", "withdrawn#1"]
    walk.complete("review#1/a").message("withdraw")
    assert walk.open == ["close#1"]
    assert set(walk.last.closed) == {"review#1/b#1"}
    walk = begin(xml).start().complete("review#1/a").complete("review#1/b")
    assert walk.open == ["after#1"]
    assert walk.last.waits_closed == ("withdrawn#1",)
    assert walk.last.trace.left == ("b", "join", "e", "review")


def test_an_error_interrupts_only_the_scope_that_catches_it(begin):
    def scope(name: str) -> str:
        return subprocess(
            name, start(f"{name}_s"), user(f"{name}_a"), exclusive(f"{name}_g", f"{name}_ok"), end(f"{name}_e"),
            end(f"{name}_x", on_error("lost")), chain(f"{name}_s", f"{name}_a", f"{name}_g"),
            flow(f"{name}_g", f"{name}_x", f"{name}_lost", f"{name}_no"), flow(f"{name}_g", f"{name}_e", id=f"{name}_ok"),
        )  # fmt: skip

    xml = bpmn(
        start(), parallel("fork", "join"), scope("one"), scope("two"), boundary("c1", "one", on_error("lost")),
        boundary("c2", "two", on_error("lost")), users("seek_one", "seek_two"), end(), end("x1"), end("x2"),
        chain("start", "fork", "one", "join", "end"), chain("fork", "two", "join"), chain("c1", "seek_one", "x1"),
        chain("c2", "seek_two", "x2"), errors=("lost",),
    )  # fmt: skip
    walk = begin(xml, one_lost="boolean", two_lost="boolean").start()
    walk.complete("one#1/one_a", one_lost=True)
    assert walk.open == ["seek_one#1", "two#1/two_a#1"]


def test_terminate_ends_the_case_at_once(begin):
    xml = bpmn(
        start(), parallel("fork"), users("a", "b"), end("stop", "<terminateEventDefinition/>"), end(),
        chain("start", "fork", "a", "stop"), chain("fork", "b", "end"),
    )  # fmt: skip
    walk = begin(xml).start().complete("a")
    assert (walk.last.ended, walk.open, walk.last.closed) == ("stop", [], ("a#1", "b#1"))


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
    xml = bpmn(start(), user("a"), script("s", "{n: n + 1}"), exclusive("g", "back"), end(), chain("start", "a", "s", "g"),
               flow("g", "end", "n < 0"), flow("g", "s", id="back"))  # fmt: skip
    with pytest.raises(EngineRefused, match="too_many_steps"):
        begin(xml, n="number").start(n=0).complete("a")


def test_a_case_that_nobody_can_move_is_refused_not_stored(begin):
    xml = bpmn(start(), user("a"), exclusive("g", "f"), parallel("j"), user("x"), users("b"), end(),
               chain("start", "a", "g"), flow("g", "j", "go"), flow("g", "x", id="f"), chain("x", "j", "b", "end"))  # fmt: skip
    with pytest.raises(EngineRefused, match="nothing_waits"):
        begin(xml, go="boolean").start().complete("a", go=True)


def test_the_same_sources_are_compiled_once():
    source = Sources(main=bpmn(start(), user("a"), end(), chain("start", "a", "end"), id="once"))
    assert compile_definition(source) is compile_definition(source)
    assert isinstance(Walk(compile_definition(source)).start().last.state, bytes)
