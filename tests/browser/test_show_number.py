"""显示全号 at a screen: with and without JavaScript, nothing for axe-core, gone on the next opening, covered by 遮屏."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import adoption_papers as papers
from tests.browser.looking import accessible, fits_a_phone, follow
from tests.browser.person import Seat
from tests.cast import LI_GUIFANG

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
NUMBER = papers.PRECHECK["联系电话"]


@pytest.mark.parametrize("script", [True, False])
def test_a_telephone_number_is_asked_for_and_shown_once(seat: Callable[..., Seat], script: bool) -> None:
    li = seat(LI_GUIFANG, java_script_enabled=script).signs_in().begins("收养登记").takes("预约预审")
    page = li.does("预约预审", papers.PRECHECK).opens_the_case().page
    address = follow(page.get_by_role("link", name="办结“预约预审”")).url
    expect(page.get_by_text(NUMBER)).to_have_count(0)
    page.locator("summary", has_text="显示全号").click()
    if script:
        accessible(page)
        fits_a_phone(page)
    page.get_by_label("目的").select_option("电话联系当事人")
    follow(page.get_by_role("button", name="记下目的并显示"))
    expect(page.get_by_text(NUMBER)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/papers/[0-9a-f-]+/number$"))
    if script:
        accessible(page)
        page.keyboard.press("F9")
        expect(page.locator("#shown")).to_have_css("color", "rgba(0, 0, 0, 0)")
    page.goto(address)
    expect(page.get_by_text(NUMBER)).to_have_count(0)
