"""对照: one case beside another and against the usual path of its kind, for auditors alone, each with a purpose."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.instances.looks import REPLAY, AccessLook
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


def set_beside(office: Office, left: str, right: str) -> str:
    """Both opened with a purpose; the address of the comparison."""
    with office.app.app_context():
        number = db.session.get_one(Instance, right).number
    for case in (left, right):
        purposeful(office, case)
    return f"/cases/{left}/replay/beside?with={number}"


def stands(page: str) -> list[str]:
    """Where either case stands, in words."""
    return [" ".join(one.split()) for one in re.findall(r"data-stands>([^<]*)<", page)]


def marked(page: str, side: int, word: str) -> set[str]:
    """Names of the elements of one side's diagrams that are `active` or `done`."""
    section = page.split("data-side")[side + 1]
    return set(re.findall(rf'data-node="([^"]+)"[^>]*class="[^"]*\b{word}\b', section)) | set(
        re.findall(rf'class="[^"]*\b{word}\b[^"]*"[^>]*data-node="([^"]+)"', section)
    )


def test_both_are_stepped_together_by_the_steps_of_their_kind(office: Office) -> None:
    left, right = closed(office, 1), closed(office, 2, "urgent")
    mo, address = office.page("mohaiyan"), set_beside(office, left, right)
    told = [stands(mo.get(f"{address}&step={at}").text) for at in range(1, 8)]
    assert ["发起" in one or "第 1 /" in one for one in told[0]] == [True, True]
    assert "受理" in told[1][0] and "受理" in told[1][1], told
    first = mo.get(f"{address}&step=1").text
    assert f'href="/cases/{left}/replay/beside?with=' in first and 'rel="next"' in first
    only = [at for at, (one, other) in enumerate(told) if at and (one == told[at - 1][0]) != (other == told[at - 1][1])]
    assert len(only) == 2, "审查 here, 快速审查 there: the other case stays where it was"
    last = mo.get(address).text
    assert stands(last) == told[-1] and all("归档" in one for one in told[-1]), told
    assert marked(first, 0, "active") and not marked(last, 0, "active")
    assert marked(first, 0, "active") == marked(first, 1, "active"), "both wait at their first step"
    assert marked(last, 0, "done") != marked(last, 1, "done"), "one was reviewed the quick way"
    assert last.count('aria-current="true"') == 2, "the line of the table, and the alignment"


def test_both_are_stepped_together_by_the_time_since_they_began(office: Office) -> None:
    left, right = closed(office, 1), closed(office, 2)
    mo, address = office.page("mohaiyan"), f"{set_beside(office, left, right)}&align=time"
    page = mo.get(address).text
    times = re.findall(r"<td class=\"num nowrap\">(\d+ 日 \d\d:\d\d)</td>", page)
    assert times == ["0 日 00:00", "1 日 00:00", "2 日 00:00"], "each time at which something happened in either"
    after_a_day = mo.get(f"{address}&step=2").text
    one, other = stands(after_a_day)
    assert "归档" in one and "受理" in other and "起算后 1 日 00:00" in after_a_day
    assert not marked(after_a_day, 0, "active") and marked(after_a_day, 1, "active")


def test_the_other_alignment_keeps_the_place_of_the_left_case(office: Office) -> None:
    left, right = closed(office, 1), closed(office, 2)
    mo, address = office.page("mohaiyan"), set_beside(office, left, right)
    page = mo.get(f"{address}&step=2").text
    other = re.search(r'href="([^"]+from=\d+)"', page)
    assert other
    there = mo.get(html.unescape(other[1])).text
    assert stands(there)[0] == stands(mo.get(f"{address}&align=time&step=1").text)[0]
    assert stands(mo.get(f"{address}&from=x").text) == stands(mo.get(address).text)


@pytest.mark.parametrize("step", ["0", "99", "-1", "x", "１"])
def test_a_place_that_is_none_is_not_found(office: Office, step: str) -> None:
    left, right = closed(office, 1), closed(office, 2)
    assert office.page("mohaiyan").get(f"{set_beside(office, left, right)}&step={step}").status_code == 404


def test_one_look_at_either_is_written_down_however_often_it_is_stepped(office: Office) -> None:
    left, right = closed(office, 1), closed(office, 2)
    mo, address = office.page("mohaiyan"), set_beside(office, left, right)
    before = played_looks(office)
    for at in (1, 2, 3):
        mo.get(f"{address}&step={at}")
    assert played_looks(office) - before == Counter({left: 1, right: 1})


def played_looks(office: Office) -> Counter[str]:
    with office.app.app_context():
        rows = db.session.scalars(select(AccessLook.case).where(AccessLook.fields == REPLAY))
        return Counter(rows)
