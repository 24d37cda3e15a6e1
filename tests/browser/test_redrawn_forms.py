"""A form is redrawn at each change for what it then has to ask; nothing that was typed is lost, however late an answer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser import adoption_papers as papers
from tests.browser.person import Seat
from tests.cast import LI_GUIFANG

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def test_conditions_redraw_the_form_and_lose_nothing_that_was_typed(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").does("预约预审", papers.PRECHECK).takes("到场申请")
    spouse = li.page.get_by_role("group", name="收养人的配偶")
    expect(spouse).to_have_count(0)
    li.fills({"申请事项": {"到场照片": papers.SCAN}, "收养人": {"姓名": "黄永强", "婚姻状况": "已婚"}})
    expect(spouse.get_by_label(re.compile("^国籍"))).to_have_value("CHN")
    li.fills({"收养人的配偶": {"姓名": "农美兰"}, "收养人": {"婚姻状况": "离婚"}})
    expect(spouse).to_have_count(0)
    expect(li.page.get_by_label(re.compile("^到场照片"))).to_have_value(re.compile("到场照片.png$"))
    expect(li.page.get_by_role("group", name="收养人", exact=True).get_by_label(re.compile("^姓名"))).to_have_value(
        "黄永强"
    )


def test_a_row_is_added_where_one_is_and_taken_out_again(seat: Callable[..., Seat]) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").does("预约预审", papers.PRECHECK).takes("到场申请")
    li.page.locator("button[name=_add][value=own_children]").click()
    first = li.page.get_by_role("group", name="第 1 行", exact=True)
    expect(first.locator("input:not([type=hidden])").first).to_be_focused()
    expect(first.locator("input:not([type=hidden])").first).to_be_in_viewport()
    first.get_by_role("button", name="删除").click()
    expect(first).to_have_count(0)
    expect(li.page.locator("button[name=_add][value=own_children]")).to_be_focused()
    expect(li.page.locator("#saved")).to_have_text(re.compile(r"第 \d 稿"))


REDRAWN = """() => {
  window.asked = window.drawn = 0;
  document.addEventListener("htmx:config:request", () => asked++);
  document.addEventListener("htmx:after:swap", () => drawn++);
}"""


def first_answer_held(seat: Seat) -> list[Route]:
    """The answer to the first change does not come until it is continued; what is asked and drawn is counted."""
    held: list[Route] = []
    seat.page.route("**/preview", lambda route: route.continue_() if held else held.append(route))
    seat.page.evaluate(REDRAWN)
    return held


def test_what_is_typed_while_the_form_is_being_redrawn_stays(seat: Callable[..., Seat]) -> None:
    """The answer to an earlier change comes late, when the next one has been asked for already; it was drawn before the
    telephone number was complete."""
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").takes("预约预审")
    held = first_answer_held(li)
    telephone = li.page.get_by_label(re.compile("^联系电话"))
    telephone.press_sequentially("13878")
    with li.page.expect_request("**/preview"):
        li.page.get_by_label(re.compile("^被收养人情形")).select_option(label="继子女")
    telephone.press("End")
    telephone.press_sequentially("812345")
    li.page.get_by_label(re.compile("^联系人")).focus()
    li.page.wait_for_function("() => asked === 2")
    held[0].continue_()
    li.page.wait_for_function("() => drawn === 2")
    expect(li.page.get_by_label(re.compile("^被收养人情形"))).to_have_value("step")
    expect(telephone).to_have_value("13878812345")
    expect(li.page.get_by_label(re.compile("^联系人"))).to_be_focused()


def test_the_form_is_drawn_for_what_was_changed_last(seat: Callable[..., Seat]) -> None:
    """Twice more while the answer to the first change is on its way."""
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").does("预约预审", papers.PRECHECK).takes("到场申请")
    held = first_answer_held(li)
    for number, status in enumerate(("丧偶", "离婚", "已婚"), 1):
        li.fills({"收养人": {"婚姻状况": status}})
        li.page.wait_for_function("(number) => asked === number", arg=number)
    held[0].continue_()
    expect(li.page.get_by_role("group", name="收养人的配偶")).to_be_visible()


def test_a_row_that_was_added_stays_when_an_earlier_answer_comes_late(seat: Callable[..., Seat]) -> None:
    """The answer was drawn before the row was there; it is dropped, and the form drawn anew for what it now holds."""
    li = seat(LI_GUIFANG).signs_in().begins("收养登记").does("预约预审", papers.PRECHECK).takes("到场申请")
    held = first_answer_held(li)
    li.fills({"收养人": {"婚姻状况": "已婚"}})
    li.page.wait_for_function("() => asked === 1")
    li.page.locator("button[name=_add][value=own_children]").click()
    row = li.page.get_by_role("group", name="第 1 行", exact=True)
    expect(row).to_be_visible()
    held[0].continue_()
    li.page.wait_for_function("() => asked === 3")
    expect(li.page.get_by_role("group", name="收养人的配偶")).to_be_visible()
    expect(row).to_be_visible()
