"""Stories of event sub-processes: in place of what runs, or beside it."""

import pytest

from app.engine import EngineRefused
from tests.engine.desk import codes
from tests.engine.drawing import (
    boundary,
    bpmn,
    chain,
    end,
    exclusive,
    flow,
    handler,
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

WITHDRAWN = handler("h", on_message("withdraw"), user("close"), end("gone"), chain("h_on", "close", "gone"))
WHOLE = bpmn(start(), parallel("f", "j"), users("a", "b"), end(), chain("start", "f", "a", "j", "end"),
             chain("f", "b", "j"), WITHDRAWN, messages=("withdraw",))  # fmt: skip


def test_a_case_listens_as_long_as_it_runs(begin):
    walk = begin(WHOLE).start()
    assert walk.open == ["a#1", "b#1", "h_on#1"]
    (wait,) = walk.last.waits_opened
    assert (wait.key, wait.node, wait.message) == ("h_on#1", "h_on", "withdraw")
    assert walk.complete("a").complete("b").last.ended == "end"
    assert walk.last.waits_closed == ("h_on#1",)


def test_a_whole_case_is_interrupted(begin):
    walk = begin(WHOLE).start().complete("a").message("withdraw")
    assert walk.open == ["h#1/close#1"]
    assert (walk.last.closed, walk.last.waits_closed) == (("b#1",), ("h_on#1",))
    assert (walk.last.trace.entered, walk.last.trace.left) == (("h", "h_on", "close"), ("h_on",))
    assert walk.last.trace.flows == ("h_on-close",)
    walk.complete("h#1/close")
    assert (walk.last.ended, walk.last.trace.left) == ("gone", ("close", "gone", "h"))


def scope(event: str, interrupting: bool = True, **more: tuple[str, ...]) -> bytes:
    body = handler("h", event, user("x"), end("h_out"), chain("h_on", "x", "h_out"), interrupting=interrupting)
    inner = subprocess("s", start("i"), users("a", "b"), end("o"), chain("i", "a", "b", "o"), body)
    return bpmn(start(), inner, boundary("stop", "s", on_message("stop")), users("after", "stopped"), end(), end("e2"),
                chain("start", "s", "after", "end"), chain("stop", "stopped", "e2"), messages=("m", "stop"))  # fmt: skip


def test_a_scope_goes_on_behind_when_its_event_sub_process_is_done(begin):
    walk = begin(scope(timer('"P7D"'))).start().due("s#1/h_on")
    assert walk.open == ["s#1/h#1/x#1", "stop#1"]
    assert walk.complete("s#1/h#1/x").open == ["after#1"]
    assert begin(scope(timer('"P7D"'))).start().due("s#1/h_on").message("stop").open == ["stopped#1"]


def test_beside_a_scope_any_number_of_times(begin):
    walk = begin(scope(on_message("m"), False)).start().message("m").message("m").complete("s#1/a").complete("s#1/b")
    assert walk.open == ["s#1/h#1/x#1", "s#1/h#2/x#1", "s#1/h_on#1", "stop#1"]
    walk.complete("s#1/h#2/x")
    assert walk.complete("s#1/h#1/x").open == ["after#1"]


def test_a_cycle_begins_one_each_round(begin):
    walk = begin(scope(timer('"R2/P7D"', "timeCycle"), False)).start().due("s#1/h_on")
    assert walk.open == ["s#1/a#1", "s#1/h#1/x#1", "s#1/h_on#1", "stop#1"]
    assert walk.due("s#1/h_on").last.timers_closed == ("s#1/h_on#1",)


def test_an_error_is_handled_where_it_was_thrown(begin):
    body = handler("h", on_error("e"), user("x"), end("h_out"), chain("h_on", "x", "h_out"))
    inner = subprocess("s", start("i"), parallel("f"), users("a", "b"), exclusive("g", "ok"), end("bad", on_error("e")),
                       end("o"), chain("i", "f", "a", "g"), chain("f", "b", "o"), flow("g", "bad", "n > 1"),
                       flow("g", "o", id="ok"), body)  # fmt: skip
    xml = bpmn(start(), inner, user("after"), end(), chain("start", "s", "after", "end"), errors=("e",))
    walk = begin(xml, n="number").start().complete("s#1/a", n=2)
    assert (walk.open, set(walk.last.closed)) == (["s#1/h#1/x#1"], {"s#1/a#1", "s#1/b#1"})
    assert walk.complete("s#1/h#1/x").open == ["after#1"]
    assert begin(xml, n="number").start().complete("s#1/a", n=0).complete("s#1/b").open == ["after#1"]


def test_a_signal_and_an_escalation_begin_it_too(begin):
    for event, known in ((on_signal("s"), {"signals": ("s",)}), (on_escalation("u"), {"escalations": ("u",)})):
        body = handler("h", event, user("x"), end("h_out"), chain("h_on", "x", "h_out"))
        xml = bpmn(start(), user("a"), throw("t", event), user("b"), end(), chain("start", "a", "t", "b", "end"), body,
                   **known)  # fmt: skip
        walk = begin(xml).start()
        assert walk.open == ["a#1"]
        assert walk.complete("a").open == ["h#1/x#1"]
        assert walk.complete("h#1/x").last.ended == "h_out"


def test_nobody_moves_an_event_sub_process_by_hand(begin):
    walk = begin(WHOLE).start()
    for cancel, opened in ((("a",), "h"), (("h_on",), "a")):
        with pytest.raises(EngineRefused):
            walk.reposition(cancel, ("", opened))


def test_what_runs_beside_a_scope_may_not_write_its_facts():
    body = handler("h", on_message("m"), script("w", "{n: 1}"), end("h_out"), chain("h_on", "w", "h_out"),
                   interrupting=False)  # fmt: skip
    parts = (start(), user("a"), script("v", "{n: 2}"), end(), chain("start", "a", "v", "end"))
    assert codes(bpmn(*parts, body, messages=("m",)), n="number") == {"h": {"parallel_write"}}
    alone = body.replace('isInterrupting="false"', 'isInterrupting="true"')
    assert codes(bpmn(*parts, alone, messages=("m",)), n="number") == {}
