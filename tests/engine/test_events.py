"""Stories of events: timers that only their own event fires, messages, errors, interruptions."""

from pathlib import Path

import pytest

from app.engine import EngineRefused
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
    start,
    subprocess,
    timer,
    user,
    users,
)

DIAGRAMS = Path(__file__).parents[1] / "diagrams"


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
        end("yes"), end("no"), chain("start", "choice", "paid", "yes"), chain("choice", "late", "no"),
        messages=("paid",),
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
        end("gone"), chain("start", "review", "after", "end"), chain("withdrawn", "close", "gone"),
        messages=("withdraw",),
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
            flow(f"{name}_g", f"{name}_x", f"{name}_lost", f"{name}_no"),
            flow(f"{name}_g", f"{name}_e", id=f"{name}_ok"),
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


def test_terminate_inside_a_sub_process_ends_the_sub_process(begin):
    inner = subprocess("s", start("i"), parallel("f"), users("a", "b"),
                       end("stop", "<terminateEventDefinition/>"), end("o"),
                       chain("i", "f", "a", "stop"), chain("f", "b", "o"))  # fmt: skip
    walk = begin(bpmn(start(), inner, user("after"), end(), chain("start", "s", "after", "end"))).start()
    walk.complete("s#1/a")
    assert (walk.open, walk.last.closed) == (["after#1"], ("s#1/a#1", "s#1/b#1"))


def test_send_and_receive_tasks_are_messages(begin):
    xml = bpmn(start(), node("sendTask", "tell", attributes='messageRef="message_out"'),
               node("receiveTask", "hear", attributes='messageRef="message_in"'), end(),
               chain("start", "tell", "hear", "end"), messages=("in", "out"))  # fmt: skip
    walk = begin(xml).start()
    assert [sent.message for sent in walk.last.sent] == ["out"]
    assert [wait.message for wait in walk.last.waits_opened] == ["in"]
    assert walk.definition.messages == ("in",)
    assert walk.message("hear#1").last.ended == "end"
