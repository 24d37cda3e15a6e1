"""分析 at the page and by command: inside the mandate, bounded, each finding at its step of the player."""

import re
from datetime import date, timedelta

import pytest

from app import clock
from app.db import db, in_transaction
from app.identity.models import SeparationSetting
from app.instances.models import Instance
from tests.abuse.hostile import TEXTS
from tests.acts.conftest import MONDAY, PEOPLE, Office, grant
from tests.acts.judged import published_judged

AUDITOR = "mohaiyan"
PAGE = "/audit/analysis"
WEEK = {"since": "2026-11-20", "until": "2026-11-26"}


def judged(office: Office, kind: str, ruling: str, *, by: str = "huangjianguo") -> str:
    """A case decided from beginning to end; gives its id."""
    started = office.api("liguifang").post("/instances", {"process": "judged"}).json
    office.case = started["id"]
    office.complete("申请", "liguifang", {"kind": kind})
    office.complete("决定", by, {"ruling": ruling})
    return office.case


@pytest.fixture
def bureau(office: Office) -> Office:
    published_judged(office.app)
    return office


def analysed(office: Office, **more: str) -> str:
    """The page of a run over the week, made now."""
    auditor = office.page(AUDITOR)
    auditor.get(PAGE)
    answer = auditor.post(PAGE, **WEEK | more)
    assert answer.status_code == 303, answer.text
    return str(auditor.follow(answer).text)


def section(page: str, kind: str) -> str:
    found = re.search(rf'id="k-{kind}".*?</section>', page, re.S)
    assert found, page
    return found[0]


def test_nobody_but_an_auditor_analyses(office: Office) -> None:
    for login in ("liguifang", "huangjianguo", "huangruoxi", "liangxiaodong", "weiyiming"):
        assert office.page(login).get(PAGE).status_code == 404, login
        assert office.page(login).post(PAGE, **WEEK).status_code == 404, login
        run = office.app.test_cli_runner().invoke(
            args=["audit", "analyse", "--by", login, "--since", "2026-11-20", "--until", "2026-11-26"]
        )
        assert run.exit_code == 1, run.output


def test_cases_alike_that_ended_differently_lead_to_the_step_that_judged(bureau: Office) -> None:
    granted, refused = judged(bureau, "urgent", "grant"), judged(bureau, "urgent", "refuse")
    judged(bureau, "usual", "refuse")
    page = analysed(bureau)
    found = section(page, "same_facts")
    assert "不予认定；予以认定" in found and "2 件的决策表输入相同" in found
    links = re.findall(r'href="(/cases/(\w+)/replay\?step=(\d+))"', found)
    assert {case for _href, case, _seq in links} == {granted, refused}
    auditor = bureau.page(AUDITOR)
    asked = auditor.get(links[0][0])
    assert asked.status_code == 200 and "查看目的" in asked.text, "the case itself is opened with a purpose"
    auditor.post(f"/cases/{links[0][1]}/purpose", reason="分析线索")
    assert "认定参考" in auditor.get(links[0][0]).text, "the player opens where the table judged"
    assert "黄某" not in page


def test_a_decision_against_the_advice_leads_to_its_step(bureau: Office) -> None:
    judged(bureau, "urgent", "grant")
    against = judged(bureau, "urgent", "refuse")
    found = section(analysed(bureau), "against")
    assert "“决定”的决定与规则提示不一致" in found
    assert re.findall(r'href="/cases/(\w+)/replay\?step=(\d+)"', found) == [(against, "3")]
    assert "规则提示只供参考" in found


def test_a_relaxed_office_of_one_is_told(bureau: Office) -> None:
    rule = SeparationSetting(
        division="450123", from_day=date(2026, 11, 1), to_day=date(2026, 12, 31), reason="人手不足", mark="龙民函〔2026〕9号",
        asked_by=PEOPLE["huangjianguo"].id, asked_at=MONDAY, approved_by=PEOPLE["mohaiyan"].id, approved_at=MONDAY,
    )  # fmt: skip
    with bureau.app.app_context():
        in_transaction(lambda: db.session.add(rule))
    grant(bureau, "liguifang", "county_reviewer")
    bureau.received()
    bureau.complete("审查", "liguifang")
    found = section(analysed(bureau), "both_ends")
    assert "同一人登记“受理”，又审查“审查”" in found and "李桂芳" in found
    assert "不能证明什么" in found and "经批准放宽" in found


def test_what_is_done_at_night_in_a_rush_is_told(bureau: Office) -> None:
    clock.set_source(lambda: MONDAY + timedelta(hours=14))
    for _ in range(4):
        judged(bureau, "usual", "refuse")
    page = analysed(bureau)
    assert "（夜间）办结 4 步" in section(page, "odd_hours")
    assert "没有发现" in section(page, "burst"), "four of each person are no rush"
    for _ in range(4):
        judged(bureau, "usual", "refuse")
    assert "1 分钟内办结 8 步，涉及 8 件" in section(analysed(bureau), "burst")


def test_the_command_tells_the_same_without_a_bound(bureau: Office) -> None:
    judged(bureau, "urgent", "grant")
    judged(bureau, "urgent", "refuse")
    run = bureau.app.test_cli_runner().invoke(
        args=["audit", "analyse", "--by", AUDITOR, "--since", "2026-11-20", "--until", "2026-11-26"]
    )
    assert run.exit_code == 0, run.output
    assert "打开了 2 件已办结的件" in run.output and "2 件的决策表输入相同" in run.output
    assert "不能证明什么" in run.output


def test_what_lies_outside_the_mandate_or_the_period_is_not_compared(bureau: Office) -> None:
    judged(bureau, "urgent", "grant")
    judged(bureau, "urgent", "refuse")
    assert "比较了 4 步" in analysed(bureau)
    assert "比较了 0 步" in analysed(bureau, since="2026-11-24")
    assert "比较了 0 步" in analysed(bureau, division="4503")
    assert "比较了 0 步" in analysed(bureau, process="care")
    with bureau.app.app_context():
        db.session.get_one(Instance, bureau.case).division = "520100"
        db.session.commit()
    page = analysed(bureau)
    assert "比较了 2 步" in page and "没有发现" in section(page, "same_facts")
    bureau.case = ""  # its division was altered on purpose


def test_the_bounds_are_said(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(bureau, "urgent", "grant")
    judged(bureau, "urgent", "refuse")
    monkeypatch.setattr("app.replay.analysis.analyse.MOST_ENTRIES", 5)
    assert "另有 1 件较早办结的没有打开" in analysed(bureau)
    monkeypatch.setattr("app.replay.analysis.analyse.MOST_STEPS", 1)
    answer = bureau.page(AUDITOR).post(PAGE, **WEEK)
    assert answer.status_code == 422 and "flask audit analyse" in answer.text


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_any_query_is_answered_with_a_sentence(bureau: Office) -> None:
    judged(bureau, "urgent", "grant")
    page = bureau.page(AUDITOR)
    for text in TEXTS:
        for name in ("since", "until", "division", "process"):
            known = WEEK | {name: text}
            assert page.client.get(PAGE, query_string=known).status_code in {200, 422}, (name, text[:20])
            assert page.post(PAGE, **known).status_code in {303, 422}, (name, text[:20])
    assert "止日不能早于起日" in page.post(PAGE, since="2026-11-26", until="2026-11-20").text
    assert page.post(PAGE, since="2020-01-01", until="2026-11-20").status_code == 422
