"""An adoption clicked through by the seven people who do it in a county bureau, from the appointment to the first visit.

Everything is done through the pages; the clock moves by days, the worker fires what is due, the fakes of the other
departments answer. One database is enough: what the databases differ in, the stories of the other folders show.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import adoption_papers as papers
from tests.browser.house import House
from tests.browser.looking import accessible, findings, fits_a_phone
from tests.browser.person import Seat
from tests.cast import HUANG_JIANGUO, LI_GUIFANG, LU_WENJING, MENG_XIUYING, NONG_XIAOLAN, QIN_LIXIN, WEI_ZHIQIANG

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def does(seat: Seat, step: str, answers: Mapping[str, Any]) -> None:
    """The step, on a page that is fit for everybody."""
    seat.fills(answers)
    assert findings(seat.page) == [], step
    fits_a_phone(seat.page)
    seat.does(step, {})


def applies(house: House, li: Seat, nong: Seat) -> None:
    """2 March: the parties come; the other departments answer; 农小兰 judges what they returned."""
    li.signs_in().begins("收养登记")
    does(li.takes("预约预审"), "预约预审", papers.PRECHECK)
    does(li.takes("到场申请"), "到场申请", papers.APPLICATION)
    li.reads("审查期限", "已用 0/30日", "到期 04-01")
    does(li.takes("询问笔录"), "询问笔录", papers.INTERVIEW)
    nong.signs_in()
    assert nong.waiting() == []
    does(li.takes("材料核对"), "材料核对", papers.MATERIALS)
    house.worker.settle()
    assert nong.waiting() == ["核验结果认定"]
    nong.opens("核验结果认定").page.locator(".why summary").first.click()
    nong.reads("下一步：资格初审", "自次日起）第1日 03-03", "03-02 + 30 = 04-01")
    accessible(nong.page)
    does(nong, "核验结果认定", papers.JUDGING)
    assert nong.waiting() == []


def agrees_and_is_advertised(li: Seat) -> None:
    """The couple agree to be assessed; the notice for the parents is published."""
    li.opens_the_case().reads("等待答复").clicks("评估答复")
    li.fills(papers.CONSENT)
    assert findings(li.page) == []
    fits_a_phone(li.page)
    li.submits().reads("“评估答复”已录入")
    does(li.opens("60 日寻亲公告"), "60 日寻亲公告", papers.NOTICE)


def is_assessed(house: House, qin: Seat, lu: Seat, wei: Seat) -> None:
    """From 9 March two assessors look into it; 30 days of blending are over on 8 April; on 20 April they report."""
    house.on("2026-03-09")
    does(qin.signs_in().opens("选择方式"), "选择方式", papers.MODE)
    lu.signs_in()
    assert lu.waiting() == []
    does(qin.takes("指派评估员"), "指派评估员", papers.ASSIGN)
    for step, answers in {
        "评估计划与材料复核": papers.PLAN,
        "签订融合协议": papers.BLENDING_AGREEMENT,
        "面谈": papers.INTERVIEWS,
        "资料核验": papers.RECORDS,
    }.items():
        does(lu.opens(step), step, answers)
    does(wei.signs_in().opens("实地走访"), "实地走访", papers.HOME_VISIT)
    assert lu.waiting() == []
    house.on("2026-04-20")
    lu.signs_in()
    for step, answers in {"融合": papers.BLENDING, "评分": papers.SCORE, "报告": papers.REPORT}.items():
        does(lu.opens(step), step, answers)
    for assessor in (lu, wei.signs_in()):
        does(assessor.opens("评估员签名"), "评估员签名", papers.SIGN)
    does(qin.signs_in().opens("提交"), "提交", papers.SUBMIT_REPORT)


def is_decided(house: House, nong: Seat, huang: Seat) -> None:
    """7 May: the 60 days of the notice are over."""
    nong.signs_in()
    assert nong.waiting() == []
    house.on("2026-05-07")
    does(nong.signs_in().opens("评估报告审阅"), "评估报告审阅", papers.REVIEW)
    huang.signs_in()
    assert huang.waiting() == []
    does(nong.takes("呈报审批"), "呈报审批", papers.APPROVAL_SHEET)
    does(huang.opens("审批"), "审批", papers.APPROVAL)


def is_registered(house: House, li: Seat, meng: Seat) -> None:
    """8 May: the certificate; the police and the register of children are told; the file is closed."""
    house.on("2026-05-08")
    does(li.signs_in().opens("发证"), "发证", papers.CERTIFICATE)
    house.worker.settle()
    li.opens_the_case().reads("收养登记证")
    expect(li.page.get_by_text(re.compile(r"公安 户口登记\s+已回"))).to_be_visible()
    accessible(li.page)
    li.clicks("收养登记证")
    expect(li.page.locator(".paper .number")).to_have_text("（2026）桂隆安收字00001")
    li.reads("黄永强", "农美兰", "隆小满", "准予登记")
    fits_a_phone(li.page)
    does(meng.signs_in().opens("归档"), "归档", papers.ARCHIVE)


def is_visited(house: House, li: Seat, lu: Seat) -> None:
    """The first visit is due a month after the registration; it can be done from half a month before. The case goes on
    waiting for the second."""
    house.on("2026-05-25")
    lu.signs_in()
    lu.reads("收养登记·回访", "06-08")
    does(lu.opens("回访"), "回访", papers.VISIT)
    li.signs_in().opens_the_case().reads("到回访时段", "08-10")
    fits_a_phone(li.page)


def holds(house: House, *command: str) -> None:
    """A command of the record-keeper finds nothing amiss."""
    result = house.application.test_cli_runner().invoke(args=command)
    assert result.exit_code == 0, result.output


def test_seven_people_take_an_adoption_from_the_appointment_to_the_first_visit(
    house: House, seat: Callable[..., Seat]
) -> None:
    li, nong, qin, lu, wei, huang, meng = (
        seat(login)
        for login in (LI_GUIFANG, NONG_XIAOLAN, QIN_LIXIN, LU_WENJING, WEI_ZHIQIANG, HUANG_JIANGUO, MENG_XIUYING)
    )
    applies(house, li, nong)
    agrees_and_is_advertised(li)
    is_assessed(house, qin, lu, wei)
    is_decided(house, nong, huang)
    is_registered(house, li, meng)
    is_visited(house, li, lu)
    holds(house, "history", "verify")
    holds(house, "history", "replay")
    holds(house, "instances", "check")
