"""Multi-instance tasks: one child for each code, each writes under its own."""

import pytest

from app.engine import EngineRefused
from tests.engine.drawing import boundary, bpmn, chain, each, end, exclusive, flow, on_message, start, user


def countersign(sequential: bool = False, until: str | None = None) -> bytes:
    loop = each("organs", "organ", "opinions", until, sequential)
    return bpmn(
        start(), user("ask", loop, division="organ", assignee='["x", organ]'), exclusive("again", "done"), user("next"),
        end(), chain("start", "ask", "next", "again"), flow("again", "ask", "rework"), flow("again", "end", id="done"),
    )  # fmt: skip


KINDS = {"organs": "codes", "opinions": "map", "rework": "boolean"}


def test_children_of_a_parallel_task_are_open_together(begin):
    walk = begin(countersign(), **KINDS).start(organs=["450123", "450124"])
    first, second = walk.last.opened
    assert (first.key, first.item, dict(first.assigned)) == (
        "ask#1[450123]", "450123", {"division": "450123", "assignee": ["x", "450123"]},
    )  # fmt: skip
    assert second.key == "ask#1[450124]"
    walk.complete("ask#1[450124]", result="agree")
    assert walk.open == ["ask#1[450123]"]
    walk.complete("ask#1[450123]", result=None)
    assert walk.open == ["next#1"]
    assert walk.facts["opinions"] == {"450123": None, "450124": "agree"}


def test_children_of_a_sequential_task_come_one_by_one(begin):
    walk = begin(countersign(sequential=True), **KINDS).start(organs=["1", "2", "3"])
    for item in "123":
        assert walk.open == [f"ask#1[{item}]"]
        walk.complete(f"ask#1[{item}]", result=True)
    assert walk.open == ["next#1"]


def test_a_completion_condition_closes_the_rest(begin):
    until = 'count(get entries(opinions)[value = "no"]) > 0'
    walk = begin(countersign(until=until), **KINDS).start(organs=["1", "2", "3"])
    walk.complete("ask#1[2]", result="yes")
    assert walk.open == ["ask#1[1]", "ask#1[3]"]
    walk.complete("ask#1[3]", result="no")
    assert (walk.open, walk.last.closed) == (["next#1"], ("ask#1[1]", "ask#1[3]"))


def test_a_second_round_begins_with_an_empty_result(begin):
    walk = begin(countersign(), **KINDS).start(organs=["1"]).complete("ask#1[1]", result="no")
    walk.complete("next", rework=True)
    assert (walk.open, walk.facts["opinions"]) == (["ask#2[1]"], {})
    walk.complete("ask#2[1]", result="yes").complete("next#2", rework=False)
    assert (walk.last.ended, walk.facts["opinions"]) == ("end", {"1": "yes"})


def test_an_empty_list_passes(begin):
    assert begin(countersign(), **KINDS).start(organs=[]).open == ["next#1"]


@pytest.mark.parametrize("organs", [["1", "1"], ["a/b"], ["a]"]])
def test_codes_must_be_fit_for_keys(begin, organs):
    with pytest.raises(EngineRefused, match="items_refused"):
        begin(countersign(), **KINDS).start(organs=organs)


def test_more_than_fifty_children_are_refused(begin):
    with pytest.raises(EngineRefused, match="too_many_children"):
        begin(countersign(), **KINDS).start(organs=[str(n) for n in range(51)])
    assert len(begin(countersign(), **KINDS).start(organs=[str(n) for n in range(50)]).open) == 50


def test_a_result_belongs_to_children_only(begin):
    walk = begin(countersign(), **KINDS).start(organs=[])
    with pytest.raises(EngineRefused, match="result_refused"):
        walk.complete("next", result="x")
    walk = begin(countersign(), **KINDS).start(organs=["1"])
    with pytest.raises(EngineRefused, match="result_refused"):
        walk.complete("ask#1[1]", result={"a": 1})


def test_a_withdrawal_closes_all_children(begin):
    xml = bpmn(
        start(), user("ask", each("organs", "organ", "opinions")), boundary("w", "ask", on_message("withdraw")), end(),
        end("gone"), chain("start", "ask", "end"), chain("w", "gone"), messages=("withdraw",),
    )  # fmt: skip
    walk = begin(xml, **KINDS).start(organs=["1", "2"]).complete("ask#1[1]").message("withdraw")
    assert (walk.last.ended, walk.last.closed) == ("gone", ("ask#1[2]",))


def test_a_child_writes_only_under_its_own_code(begin):
    walk = begin(countersign(), **KINDS).start(organs=["1"])
    with pytest.raises(EngineRefused, match="fact_refused"):
        walk.complete("ask#1[1]", rework=True)
