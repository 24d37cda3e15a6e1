"""The invented cases: made by the acts alone, so that they prove themselves; and the lists a newcomer opens."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.cli.demo_cases import tell_all
from app.cli.demo_cases.people import about, id_number
from app.cli.demo_cases.stories import families, stories
from app.db import db
from app.forms.kinds import read_cn_id, same_sex
from app.history.verify import verify_all
from app.instances.check import check_case, clock_alarms, standing_still
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from app.replay.reexecute import reexecute_all
from tests.conftest import PASSWORD, application_on
from tests.doors import Browser
from tests.doors.house import fingerprint

THURSDAY = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
"""14:30 in China, on a working day."""


@pytest.fixture(scope="module")
def told(template: str, new_database: Callable[[str | None], str]) -> Iterator[Flask]:
    """A database in which every story has been told; nobody changes it."""
    app = application_on(new_database(template))
    with app.app_context():
        assert tell_all(app.extensions["banyan"], THURSDAY) > 300
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def page(told: Flask) -> Callable[[str, str], str]:
    """A page as somebody reads it, words only, on that Thursday."""
    clock.set_source(lambda: THURSDAY)

    def read(login: str, address: str) -> str:
        answer = Browser(told, login, PASSWORD).get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    return read


def test_every_record_proves_itself(told: Flask) -> None:
    around = told.extensions["banyan"]
    with told.app_context():
        session = db.session()
        assert verify_all(session, vault=around.vault, log=around.log, heads=recorded_heads(session)).holds
        assert all(one.same for one in reexecute_all(session, around.vault))
        rows = session.scalars(select(Instance)).all()
        assert len(rows) >= 30
        assert not [found for row in rows for found in check_case(session, around, row, now=THURSDAY)]
        assert not list(standing_still(session)) and not list(clock_alarms(session))


def test_told_again_nothing_is_added(told: Flask) -> None:
    before = fingerprint(told)
    with told.app_context():
        assert tell_all(told.extensions["banyan"], THURSDAY + timedelta(days=3)) == 0
        db.session.remove()
    assert fingerprint(told) == before


def test_the_clock_is_given_back(told: Flask) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_tasks_of_the_registrar_stand_in_every_group(page: Callable[[str, str], str]) -> None:
    text = page("liguifang", "/inbox")
    for word in ("已超期", "今日", "本周", "其后", "无期限", "停表中"):
        assert f"{word}</span>" in text.split("<table", 1)[1], word
    assert text.count("<tr id=") >= 12
    assert "继续" in text and "黄振宁·询问笔录" in text and "“问答”第 3 行" in text


def test_the_cases_of_the_registrar_say_whom_they_wait_for(page: Callable[[str, str], str]) -> None:
    text = page("liguifang", "/cases")
    for words in (
        "等公告满 60 日", "等待补正", "等待答复", "冻结（停表）", "其他部门", "当事人", "县级分管领导", "韦志强", "等回访日到",
    ):  # fmt: skip
        assert words in text, words
    assert "超3日" in text and "63/60日" in text
    assert "卢*" in text and "卢小雨" not in text


def test_the_others_find_their_work_too(page: Callable[[str, str], str]) -> None:
    assert "李桂芳 11-25" in page("luwenjing", "/inbox")
    assert "孤儿认定·入户核实" in page("lushaomei", "/inbox")
    assert "收养登记·审批" in page("weidaming", "/inbox")
    assert "正代" in page("luoxiuzhen", "/inbox")
    assert "收养登记·归档" in page("luoxiuzhen", "/done")


def test_invented_people_have_numbers_that_check(told: Flask) -> None:
    for name in families()["family"]:
        known = about(name, THURSDAY.date())
        for role in {key.removesuffix("_id_no") for key in known if key.endswith("_id_no")}:
            number = read_cn_id(known[f"{role}_id_no"])
            assert same_sex(number, known[f"{role}_sex"]) and number[6:14] == known[f"{role}_dob"].replace("-", "")
    assert id_number("450123", THURSDAY.date(), 7, "2")[16] == "6"


def test_a_telling_that_was_interrupted_goes_on_where_it_stopped(application: Flask) -> None:
    one = next(story for story in stories() if story.key == "cen")
    with application.app_context():
        around = application.extensions["banyan"]
        assert tell_all(around, THURSDAY, [replace(one, steps=one.steps[:2])]) == 2
        assert tell_all(around, THURSDAY, [one]) == len(one.steps) - 2
        assert db.session.scalars(select(Instance.title)).all() == ["收养登记"]
        db.session.remove()
