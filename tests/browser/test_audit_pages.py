"""The auditor's pages that compare many cases: nothing for axe-core, no sideways scrolling, and a log comes as a file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import adoption_papers as papers
from tests.browser.looking import PHONE, accessible, fits_a_phone, follow
from tests.browser.person import Seat
from tests.cast import LI_GUIFANG, MO_HAIYAN
from tests.demo.mining_rules import xes_faults

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
ADDRESSES = ("/audit/analysis", "/audit/looks", "/audit/looks/unusual",
             "/audit/event-log", "/audit/projects", "/file-requests")  # fmt: skip


def test_an_auditor_compares_looks_up_and_takes_a_log(seat: Callable[..., Seat], tmp_path: Path) -> None:
    seat(LI_GUIFANG).signs_in().begins("收养登记").takes("预约预审").does("预约预审", papers.PRECHECK).opens_the_case()
    mo = seat(MO_HAIYAN).signs_in()
    for address in ADDRESSES:
        accessible(mo.goes(address).page)
        fits_a_phone(mo.page)
    follow(mo.goes("/audit/analysis").page.get_by_role("button", name="分析"))
    expect(mo.page.get_by_text("与记录链一致")).to_be_visible()
    accessible(mo.page)
    fits_a_phone(mo.page)
    mo.clicks("按同样条件重新比较")
    expect(mo.page.get_by_text("与原来那次对照")).to_be_visible()
    accessible(mo.page)
    mo.goes("/audit/looks").page.get_by_text("按儿童或当事人姓名查").click()
    mo.page.get_by_label("完整姓名").fill("没有的人")
    mo.page.get_by_label("目的（必填）").fill("群众举报核查")
    mo.clicks("按姓名查")
    expect(mo.page.get_by_text("没有符合条件的查阅登记")).to_be_visible()
    assert "没有的人" not in mo.page.url and "%E6" not in mo.page.url
    mo.clicks("事件日志")
    mo.page.get_by_label("用途（必填）").fill("年度流程分析")
    with mo.page.expect_download() as coming:
        mo.page.get_by_role("button", name="导出").click()
    coming.value.save_as(tmp_path / "log.xes")
    assert xes_faults(tmp_path / "log.xes") == [] and coming.value.suggested_filename.endswith(".xes")


def test_on_a_telephone_a_project_is_opened_and_a_log_asked_for(seat: Callable[..., Seat]) -> None:
    mo = seat(MO_HAIYAN, viewport=PHONE).signs_in().goes("/audit/projects")
    mo.page.get_by_label("项目名称").fill("收养登记专项审计")
    mo.page.get_by_label("依据").fill("年度审计计划第3号")
    mo.clicks("立项")
    expect(mo.page.get_by_role("heading", level=1)).to_have_text("收养登记专项审计")
    mo.goes("/audit/event-log")
    expect(mo.page.get_by_label("用途（必填）")).to_be_visible()
