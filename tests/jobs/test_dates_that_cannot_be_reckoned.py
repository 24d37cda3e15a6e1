"""A date that nobody can reckon with, a clock nobody declared: said plainly, and nothing half done."""

from collections.abc import Callable

import pytest

from app.catalogue.bundle import Bundle
from app.catalogue.lint import lint_bundle
from app.catalogue.named import LOCAL_OPERATIONS
from app.errors import Refusal
from app.instances.local_calls import OPERATIONS
from app.texts import sentence
from tests.engine.drawing import boundary, bpmn, chain, end, node, script, start, timer, user
from tests.jobs.office import Office, settings

Opened = Callable[..., Office]

CLOCK = """[facts.received_on]
kind = "date"
label = "收到材料"
[limits."odd.review"]
value = 30
unit = "CD"
source = "设计值"
mark = "design"
[clocks.T1]
title = "审查期限"
limit = "odd.review"
start = "received_on"
source = "设计值"
"""


def _odd(day: str, clock: str = "T1", rule: str = '"clock:T1@20"') -> Bundle:
    drawing = bpmn(
        start(), user("receive"), script("date", f'{{received_on: date("{day}")}}'), user("review", clock=clock),
        boundary("late", "review", timer(rule), interrupting=False), user("urged"), end(), end("e2"),
        chain("start", "receive", "date", "review", "end"), chain("late", "urged", "e2"), id="odd",
    )  # fmt: skip
    return Bundle("odd", {"odd/process.bpmn": drawing.decode(), "odd/process.toml": settings("odd", CLOCK)})


@pytest.mark.parametrize("day", ["0202-10-29", "9999-12-31"])
def test_a_date_outside_all_calendars_is_refused_by_name(office: Opened, day: str) -> None:
    county = office(_odd(day))
    case = county.begin("odd")
    with pytest.raises(Refusal) as refused:
        county.complete("receive")
    assert (refused.value.code, refused.value.status) == ("clock_refused", 422)
    assert "收到材料" in sentence(refused.value) and day in sentence(refused.value)
    assert (county.open_tasks(), county.kinds(case)) == (["receive"], ["started"])


@pytest.mark.parametrize(
    ("clock", "rule", "code"),
    [("T9", '"P1D"', "T9"), ("T1", '"clock:T8@3"', "T8"), ("T1", '"limit:odd.unheard"', "odd.unheard")],
)
def test_a_clock_or_limit_that_nobody_declared_is_found_at_the_desk(
    office: Opened, clock: str, rule: str, code: str
) -> None:
    bundle = _odd("2026-03-02", clock, rule)
    [finding] = lint_bundle(bundle, {})
    assert (finding.code, finding.severity) == ("name_unknown", "error")
    assert code in finding.message and finding.element and finding.name and finding.remedy
    with pytest.raises(Refusal) as refused:
        office(bundle)
    assert code in sentence(refused.value)


def test_a_local_operation_that_does_not_exist_is_found_at_the_desk() -> None:
    drawing = bpmn(start(), node("serviceTask", "ask", call="local:shred"), end(), chain("start", "ask", "end"),
                   id="odd")  # fmt: skip
    bundle = Bundle("odd", {"odd/process.bpmn": drawing.decode(), "odd/process.toml": settings("odd")})
    assert [(one.element, one.code) for one in lint_bundle(bundle, {})] == [("ask", "name_unknown")]
    assert {f"local:{name}" for name in LOCAL_OPERATIONS} == set(OPERATIONS)


def test_a_limit_of_the_register_may_be_used_by_any_diagram(office: Opened) -> None:
    county = office(_odd("2026-03-02", "T1", '"limit:adoption.review"'))
    county.begin("odd")
    county.complete("receive")
    assert county.timers()["late"].due_at is not None


def test_the_last_day_of_a_period_begun_on_an_odd_date_is_refused(office: Opened) -> None:
    call = node("serviceTask", "ask", call="local:last_day", input='{from: "9999-12-31", limit: "odd.review"}')
    drawing = bpmn(start(), user("receive"), call, user("b"), end(), chain("start", "receive", "ask", "b", "end"),
                   id="odd")  # fmt: skip
    county = office(Bundle("odd", {"odd/process.bpmn": drawing.decode(), "odd/process.toml": settings("odd", CLOCK)}))
    county.begin("odd")
    with pytest.raises(Refusal, match="clock_refused"):
        county.complete("receive")
