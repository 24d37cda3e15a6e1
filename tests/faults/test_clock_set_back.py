"""A clock that is set back: the record never runs backwards, and somebody is told (engine rule 4)."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.instances.models import Draft, Instance, Task
from tests.faults.town import Town

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
LI, NONG = "liguifang", "nongxiaolan"
INTAKE = {"party": "黄某夫妇", "kind": "usual"}


@pytest.fixture
def at(application: Flask) -> Iterator[list[datetime]]:
    """The hands of the clock: `at[0]` is now."""
    hands = [NOON]
    clock.set_source(lambda: hands[0])
    yield hands


@pytest.fixture
def case(at: list[datetime], town: Town) -> str:
    return town.start("care")


def alarms(town: Town, case: str) -> list[int]:
    found = [one for one in town.events(case) if one.kind == "clock_behind"]
    return [one.fields["effects"]["seconds"] for one in found]


def instants(town: Town, case: str) -> list[datetime]:
    return [one.at for one in town.events(case)]


def test_an_hour_back_goes_on_at_the_last_instant_and_raises_an_alarm(
    town: Town, at: list[datetime], case: str, caplog: pytest.LogCaptureFixture
) -> None:
    at[0] = NOON - timedelta(hours=1)
    with caplog.at_level(logging.WARNING):
        town.complete(town.tasks(case)["受理"], LI, INTAKE)

    assert instants(town, case) == [NOON] * 3
    assert town.kinds(case) == ["started", "clock_behind", "completed"]
    assert alarms(town, case) == [3600]
    assert "the clock is 3600 s behind the record" in caplog.text
    review = town.row(town.tasks(case)["审查"])
    assert review.opened_at == NOON and review.due_on is not None
    checked = town.app.test_cli_runner().invoke(args=["instances", "check"])
    assert "时钟" in checked.output and "系统时钟落后" in checked.output and "，0 处不符" in checked.output


@pytest.mark.parametrize(("seconds", "expected"), [(60, []), (61, [61])])
def test_two_machines_may_differ_by_a_minute(
    town: Town, at: list[datetime], case: str, seconds: int, expected: list[int]
) -> None:
    at[0] = NOON - timedelta(seconds=seconds)
    town.complete(town.tasks(case)["受理"], LI, INTAKE)
    assert alarms(town, case) == expected
    assert instants(town, case) == [NOON] * len(instants(town, case))


def test_every_act_keeps_the_order(town: Town, at: list[datetime], case: str) -> None:
    """A clock that jumps about while the case is worked on at both doors."""
    jumps = iter([-3, 5, -400, 86_400, -90_000, 10, -7_200, 30, -86_000])

    def jump() -> None:
        at[0] += timedelta(seconds=next(jumps))

    li = town.api(LI)
    jump()
    intake = town.tasks(case)["受理"]
    li.post(f"/tasks/{intake}/claim")
    jump()
    page = town.page(LI)
    page.get(f"/tasks/{intake}")
    assert page.post(f"/tasks/{intake}/draft", **INTAKE).status_code == 303
    jump()
    town.complete(intake, LI, INTAKE)
    jump()
    assert li.post(f"/tasks/{intake}/take-back").status_code == 200
    jump()
    intake = town.tasks(case)["受理"]
    assert li.post(f"/tasks/{intake}/release").status_code == 204
    jump()
    town.complete(intake, LI, INTAKE)
    jump()
    review = town.tasks(case)["审查"]
    assert li.post(f"/tasks/{review}/urge").status_code == 204
    jump()
    page.get(f"/cases/{case}/phone")
    assert page.post(f"/cases/{case}/phone").status_code == 303
    jump()
    town.complete(review, NONG)

    assert all(before <= after for before, after in pairwise(instants(town, case)))
    assert alarms(town, case), "some of the jumps were longer than a minute"
    with town.app.app_context():
        last = db.session.get_one(Instance, case).last_at
        assert last == instants(town, case)[-1]
        for task in db.session.query(Task):
            assert task.opened_at <= (task.closed_at or last)


def test_a_timer_due_by_the_record_fires_although_the_clock_was_set_back(
    town: Town, at: list[datetime], case: str
) -> None:
    """The record has seen the eleventh day; the machine says it is the first again."""
    town.complete(town.tasks(case)["受理"], LI, INTAKE)
    at[0] = NOON + timedelta(days=20)
    with town.app.app_context():
        before = db.session.get_one(Instance, case).next_due
    assert before is not None and before < at[0]
    page = town.page(LI)
    page.get(f"/cases/{case}/phone")
    assert page.post(f"/cases/{case}/phone").status_code == 303
    at[0] = NOON
    town.complete(town.tasks(case)["审查"], NONG)

    assert town.kinds(case)[-4:] == ["phoned", "clock_behind", "timer_due", "completed"]
    assert all(one == NOON + timedelta(days=20) for one in instants(town, case)[-4:])


def test_a_draft_and_a_session_outlive_the_jump(town: Town, at: list[datetime], case: str) -> None:
    page, intake = town.page(LI), town.tasks(case)["受理"]
    page.post(f"/tasks/{intake}/claim")
    page.get(f"/tasks/{intake}")
    at[0] = NOON - timedelta(days=2)
    assert page.post(f"/tasks/{intake}/draft", party="黄某夫妇").status_code == 303
    with town.app.app_context():
        assert db.session.query(Draft).one().saved_at == NOON
    assert "黄某夫妇" in page.get(f"/tasks/{intake}").text
    assert page.post(f"/tasks/{intake}/complete", **INTAKE).status_code == 303
