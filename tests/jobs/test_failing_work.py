"""Automatic work that fails: nothing of it stays, people go on, and after five tries somebody is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from app.db import db
from app.instances.apply import apply
from app.instances.case import lock_case
from app.instances.finish import finish
from app.instances.models import Call, Task, Timer, Wait
from app.instances.retry_incident import retry_incident
from tests.cast import CAST, HUANG_JIANGUO, LI_GUIFANG, WEI_YIMING
from tests.jobs.office import CRIME, Office, judged_by_machine, timed

Opened = Callable[..., Office]


def correct(county: Office, case: str, **facts: str) -> None:
    """The facts are put right, as an administrator's act will do it."""

    def command() -> None:
        held = lock_case(db.session(), county.around, case, now=county.now)
        apply(held, "corrected", facts=facts, reason="补录核验结果")
        finish(held)

    county.act(command)


def test_a_timer_that_raises_leaves_nothing_and_later_ones_wait_behind_it(office: Opened) -> None:
    county = office(timed())
    case = county.begin("timed")
    county.later(days=3)
    county.turn()

    assert county.kinds(case) == ["started"]
    first, second = county.timers()["first"], county.timers()["second"]
    assert (first.attempts, first.last_error) == (1, "condition_not_boolean")
    assert (second.attempts, county.open_tasks()) == (0, ["work"])


def test_people_go_on_while_a_timer_fails(office: Opened) -> None:
    county = office(timed())
    case = county.begin("timed")
    county.later(days=3)
    county.complete("work")
    assert county.kinds(case) == ["started", "completed"]
    ended = county.instance(case)
    assert ended.ended_at is not None
    assert (ended.state, ended.next_due, county.timers()) == (None, None, {}), "a closed case keeps no state (rule 22)"


def test_a_person_meets_the_due_timers_before_the_own_act(office: Opened) -> None:
    county = office(timed())
    case = county.begin("timed")
    correct(county, case, result="clear")
    county.later(days=3)
    county.complete("work")

    assert [kind for kind in county.kinds(case) if kind in {"timer_due", "completed"}] == [
        "timer_due", "timer_due", "completed",
    ]  # fmt: skip
    assert county.open_tasks() == ["reminded", "urged"]


def test_after_five_tries_an_incident_and_a_retry_that_goes_well(office: Opened) -> None:
    county = office(timed())
    case = county.begin("timed")
    county.later(days=3)
    for _ in range(8):
        county.turn()
        county.later(minutes=61)

    [incident] = county.incidents()
    assert (incident.what, incident.node, incident.error) == ("timer", "first", "condition_not_boolean")
    assert incident.detail == 'weigh-reminded if result = null then null else result = "clear"'
    assert county.timers()["first"].attempts == 5

    correct(county, case, result="clear")
    county.turn()
    assert county.open_tasks() == ["work"], "it waits for a person, not for luck"
    county.act(
        lambda: retry_incident(
            db.session(), county.around, incident.id, by="cli", reason="事实已更正", now=county.now
        )
    )  # fmt: skip
    county.turn()

    assert county.incidents() == []
    assert county.open_tasks() == ["reminded", "urged", "work"]
    assert "incident_retried" in county.kinds(case)


def test_a_retry_that_fails_opens_a_new_incident(office: Opened) -> None:
    county = office(timed())
    county.begin("timed")
    county.later(days=3)
    for _ in range(6):
        county.turn()
        county.later(minutes=61)
    [first] = county.incidents()
    county.act(lambda: retry_incident(db.session(), county.around, first.id, by="cli", reason="试一次", now=county.now))
    county.turn()
    [second] = county.incidents()
    assert second.id != first.id


def test_an_answer_the_case_cannot_take_is_kept_and_not_asked_for_again(office: Opened) -> None:
    county = office(judged_by_machine())
    case = county.begin("weighed")
    for _ in range(7):
        county.turn()
        county.later(minutes=61)

    assert len(county.asked) == 1
    assert county.kinds(case) == ["started"]
    [incident] = county.incidents()
    assert (incident.what, incident.error, county.call().status) == ("call", "condition_not_boolean", "failed")
    sealed = county.call().answer
    assert sealed and b"GA-0001" not in sealed

    county.by_hand()
    assert county.incidents() == []
    assert county.instance(case).ended_at is not None


def test_one_case_that_fails_keeps_no_other_from_its_work(office: Opened) -> None:
    county = office(timed(), CRIME)
    stuck = county.begin("timed")
    county.later(days=3)
    well = county.begin("crime")
    county.turn()

    assert county.kinds(stuck) == ["started"]
    assert county.kinds(well) == ["started", "answered"]


def test_the_commands_say_what_stands_still(office: Opened) -> None:
    county = office(timed())
    county.begin("timed")
    county.later(days=3)
    for _ in range(6):
        county.turn()
        county.later(minutes=61)
    run = county.application.test_cli_runner()

    listed = run.invoke(args=["incidents", "list"]).output
    checked = run.invoke(args=["instances", "check"])
    assert "first" in listed and "condition_not_boolean" in listed
    assert checked.exit_code == 0 and "待处理" in checked.output and "，0 处不符" in checked.output
    incident = county.incidents()[0].id
    assert "再试一次" in run.invoke(args=["incidents", "retry", incident]).output
    assert "已经处理" in run.invoke(args=["incidents", "retry", incident]).output


def test_a_retry_wants_an_administrator_and_a_second_person_where_four_eyes_are_on(office: Opened) -> None:
    county = office(timed())
    case = county.begin("timed")
    county.later(days=3)
    for _ in range(6):
        county.turn()
        county.later(minutes=61)
    [incident] = county.incidents()
    county.application.extensions["banyan"] = replace(county.around, four_eyes=True)
    run = county.application.test_cli_runner()

    def said(*who: str) -> str:
        return run.invoke(args=["incidents", "retry", incident.id, "--reason", "事实已更正", *who]).output

    assert "须由两人办理" in said()
    assert "须由该地的系统管理员提出" in said("--by", HUANG_JIANGUO, "--approver", "luzhian")
    assert "第二人批准" in said("--by", WEI_YIMING, "--approver", LI_GUIFANG)
    assert "第二人批准" in said("--by", WEI_YIMING, "--approver", WEI_YIMING)
    assert "incident_retried" not in county.kinds(case)
    assert "再试一次" in said("--by", WEI_YIMING, "--approver", HUANG_JIANGUO)
    told = next(one for one in county.chain(case) if one.kind == "incident_retried").fields or {}
    assert told["actor"] == str(CAST[WEI_YIMING].id) and told["payload/~approver"] == str(CAST[HUANG_JIANGUO].id)


def test_a_row_that_disagrees_with_the_state_is_found(office: Opened) -> None:
    county = office(CRIME)
    case = county.begin("crime")

    def spoil(status: str) -> None:
        county.act(lambda: db.session().execute(update(Call).values(status=status)))

    spoil("answered")
    checked = county.application.test_cli_runner().invoke(args=["instances", "check"])
    assert checked.exit_code == 1 and case in checked.output and "状态中有，表中没有" in checked.output
    spoil("waiting")


@pytest.mark.parametrize(
    ("row", "changed", "said"),
    [
        (Timer, {"rule": '"P9D"'}, "P1D"),
        (Timer, {"due_at": None}, "最近到期时刻"),
        (Wait, {"message": "withdrawl"}, "withdraw"),
        (Task, {"status": "done"}, "状态中有，表中没有"),
    ],
)
def test_a_row_that_says_something_else_than_the_state_is_found(
    office: Opened, row: Any, changed: dict[str, Any], said: str
) -> None:
    county = office(timed(), CRIME)
    cases = [county.begin("timed"), county.begin("crime")]
    before = {one.id: {name: getattr(one, name) for name in changed} for one in county.rows(row)}

    def write(values: dict[str, dict[str, Any]]) -> None:
        for id, told in values.items():
            county.act(
                lambda id=id, told=told: db.session().execute(update(row).where(row.id == id).values(**told))
            )  # fmt: skip

    write({id: changed for id in before})
    checked = county.application.test_cli_runner().invoke(args=["instances", "check"])
    write(before)
    assert checked.exit_code == 1 and said in checked.output
    assert any(case in checked.output for case in cases)
    assert county.application.test_cli_runner().invoke(args=["instances", "check"]).exit_code == 0
