"""对照: one case beside another and against the usual path of its kind, for auditors alone, each with a purpose."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from app import clock
from app.db import db
from app.instances.models import Instance
from app.replay import usual
from tests.acts.conftest import INTAKE, MONDAY, Office

WHY = "2026年第3号审计项目，样本17/40"


def closed(office: Office, days: int, kind: str = "usual") -> str:
    """A case that went its way, its review done after so many days; gives its id."""
    office.start()
    office.complete("受理", "liguifang", INTAKE | {"kind": kind})
    clock.set_source(lambda: clock_at(days))
    everybody_anew(office)
    office.complete("审查" if kind == "usual" else "快速审查", "nongxiaolan")
    office.complete("整理材料", "mengxiuying")
    office.complete("审批", "huangjianguo")
    office.complete("归档", "mengxiuying")
    clock.set_source(lambda: MONDAY)
    everybody_anew(office)
    return office.case


def clock_at(days: int) -> datetime:
    return MONDAY + timedelta(days=days)


def everybody_anew(office: Office) -> None:
    for login in ("liguifang", "nongxiaolan", "mengxiuying", "huangjianguo", "mohaiyan"):
        office.sign_in_again(login)


def purposeful(office: Office, case: str) -> str:
    mo = office.page("mohaiyan")
    mo.get(f"/cases/{case}/replay")
    mo.post(f"/cases/{case}/purpose", reason=WHY)
    return f"/cases/{case}/replay"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(usual, "FEW", 2)
    yield


def test_the_usual_path_rests_on_the_closed_cases_of_the_mandate_and_says_on_how_many(office: Office) -> None:
    closed(office, 1)
    mine = closed(office, 3)
    page = office.page("mohaiyan").get(f"{purposeful(office, mine)}/usual").text
    assert "已办结件 1 件" in page and "还说不上“通常”" in page and "▲ 少见的一步" not in page
    with office.app.app_context():
        other = db.session.query(Instance).filter(Instance.id != mine).one()
        assert str(other.number) not in page
        other.division = "520100"
        db.session.commit()
    assert "已办结件 0 件" in office.page("mohaiyan").get(f"/cases/{mine}/replay/usual").text
    office.case = ""  # its division was altered on purpose


def test_a_step_unlike_the_others_is_named(office: Office, few: None) -> None:
    for days in (1, 2, 2):
        closed(office, days)
    slow = office.page("mohaiyan").get(f"{purposeful(office, closed(office, 9))}/usual").text
    assert "用时偏长" in slow and "100%" in slow and "少见" not in slow
    other = office.page("mohaiyan").get(f"{purposeful(office, closed(office, 1, 'urgent'))}/usual").text
    assert "▲ 少见的一步" in other and "▲ 通常有，本件没有" in other


def test_two_cases_stand_side_by_side_the_same_steps_on_one_line(office: Office) -> None:
    left, right = closed(office, 1), closed(office, 2, "urgent")
    with office.app.app_context():
        number = db.session.get_one(Instance, right).number
    mo, address = office.page("mohaiyan"), f"/cases/{left}/replay/beside?with={number}"
    for case in (left, right):
        assert "请先写明查看目的" in mo.get(address).text
        mo.post(f"/cases/{case}/purpose?then={address}", reason=WHY)
    page = mo.get(address).text
    assert page.count("没有这一步") == 2 and "快速审查" in page
    assert f"/cases/{right}/replay?step=" in page and "第 2 日" in page


def test_a_number_that_is_nobodys_or_outside_is_the_same_sentence(office: Office) -> None:
    left = closed(office, 1)
    address = purposeful(office, left)
    page = office.page("mohaiyan").get(f"{address}/beside?with=JY-450123-2026-999999")
    assert page.status_code == 422 and "没有案号是“JY-450123-2026-999999”的件" in page.text
    assert "写上另一件的案号" in office.page("mohaiyan").get(f"{address}/beside").text


def test_only_an_auditor_compares(office: Office) -> None:
    office.received()
    for login in ("liguifang", "huangjianguo", "zhoumin", "weiyiming"):
        for page in ("usual", "beside"):
            assert office.page(login).get(f"/cases/{office.case}/replay/{page}").status_code == 404, (login, page)


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example", "/sign-out", "/cases/../sign-out"])
def test_a_purpose_leads_nowhere_but_to_a_page_about_a_case(office: Office, then: str) -> None:
    office.received()
    mo = office.page("mohaiyan")
    mo.get(f"/cases/{office.case}/replay")
    answer = mo.post(f"/cases/{office.case}/purpose?then={then}", reason=WHY)
    assert answer.headers["Location"] == f"/cases/{office.case}"
