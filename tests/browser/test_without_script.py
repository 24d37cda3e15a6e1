"""The pages without JavaScript: slower, and everything can be done."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import adoption_papers as papers
from tests.browser.looking import follow
from tests.browser.person import CLAIM, Seat
from tests.cast import LI_GUIFANG

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def test_a_case_is_begun_and_two_forms_are_filled_in_without_javascript(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG, java_script_enabled=False).signs_in().begins("收养登记")
    li.fills({"由谁提出": "代办（儿童主任、村（居）民委员会等）"}).submits()
    li.reads("有 6 处需要改，改好后再提交", "代办人")
    li.fills(papers.PRECHECK | {"由谁提出": "代办（儿童主任、村（居）民委员会等）", "代办人": "梁正"}).submits()
    li.reads("“预约预审”已办结").clicks(CLAIM)
    li.fills(
        {
            "收养人": {"婚姻状况": "已婚"},
            "送养人": {"送养人类别": "儿童福利机构"},
            "申请事项": {"到场照片": papers.SCAN},
        }
    )
    follow(li.page.get_by_role("button", name="按已填内容刷新表单").last)
    li.reads("到场照片.png")
    expect(li.page.get_by_role("group", name="收养人的配偶")).to_have_count(1)
    follow(li.page.locator("button[name=_add][value=own_children]"))
    li.fills({"子女": [{"姓名": "黄小云"}]})
    follow(li.page.locator("button[name=_add][value=own_children]"))
    second = li.page.get_by_role("group", name="第 2 行", exact=True)
    follow(second.get_by_role("button", name="删除"))
    expect(second).to_have_count(0)
    expect(li.page.get_by_role("group", name="第 1 行", exact=True).get_by_label("姓名")).to_have_value("黄小云")
    follow(li.page.get_by_role("group", name="第 1 行", exact=True).get_by_role("button", name="删除"))
    li.fills(papers.APPLICATION).submits()
    li.reads("“到场申请”已办结", "收养登记·询问笔录")


def test_the_list_is_taken_out_as_a_file_and_as_a_sheet_without_javascript(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG, java_script_enabled=False, color_scheme="dark").signs_in().begins("收养登记").goes("/inbox")
    with li.page.expect_download() as taken:
        li.page.get_by_role("link", name="导出本页").click()
    assert taken.value.suggested_filename.endswith(".csv")
    li.clicks("打印本周清单")
    expect(li.page.get_by_role("heading", name="本周清单")).to_be_visible()
    li.page.emulate_media(media="print")
    expect(li.page.get_by_text("按 Ctrl+P 打印")).to_be_hidden()
    expect(li.page.locator("header.top")).to_be_hidden()
    assert li.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
