"""Two steps at signing in, on a telephone and without script, and nothing for axe-core on any of its pages."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app import clock
from app.identity.totp import code_at, step_at
from tests.browser.house import House, running
from tests.browser.looking import PHONE, accessible, fits_a_phone, follow
from tests.browser.person import Seat
from tests.cast import MO_HAIYAN
from tests.conftest import PASSWORD, application_on, let_go
from tests.web.authenticator import seed_in

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def house(template: str, new_database: Callable[[str | None], str]) -> Iterator[House]:
    """As outside the demonstration: an auditor needs a second factor. The clock stands still: a code is for half a minute."""
    application = application_on(new_database(template), TWO_FACTOR="auditor")
    with running(application) as one:
        nine = one.days.now()
        clock.set_source(lambda: nine)
        yield one
    let_go(application)


def types_the_password(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("用户名").fill(MO_HAIYAN)
    page.get_by_label("密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="登录", exact=True))
    expect(page).to_have_url(re.compile("/second-factor"))


def takes_up(page: Page) -> bytes:
    """Scans, types the code of a step ago, and is shown ten recovery codes."""
    follow(page.get_by_role("button", name="下一步"))
    seed = seed_in(page.get_by_role("link", name="在本机的验证器中打开").get_attribute("href") or "")
    page.get_by_label("6 位验证码").fill(code_at(seed, step_at(clock.now()) - 1))
    follow(page.get_by_role("button", name="确认并启用"))
    expect(page.locator("ol.recovery li")).to_have_count(10)
    return seed


@pytest.mark.parametrize("script", [True, False])
def test_on_a_telephone_with_and_without_script(house: House, chromium: Browser, script: bool) -> None:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=script)
    page = context.new_page()
    types_the_password(page, house.address)
    seed = takes_up(page)
    page.get_by_role("link", name="已抄好，继续").click()
    expect(page).to_have_url(re.compile("/audit$"))
    other = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=script).new_page()
    types_the_password(other, house.address)
    other.get_by_label("验证码", exact=True).fill(code_at(seed, step_at(clock.now())))
    other.get_by_role("button", name="进入", exact=True).click()
    expect(other).to_have_url(re.compile("/audit$"))
    other.context.close()
    context.close()


def test_axe_finds_nothing_and_no_page_scrolls_sideways(house: House, seat: Callable[..., Seat]) -> None:
    page = seat(MO_HAIYAN).page
    types_the_password(page, house.address)
    _looks(page)
    follow(page.get_by_role("button", name="下一步"))
    page.get_by_text("扫不了，手工输入").click()
    _looks(page)
    seed = seed_in(page.get_by_role("link", name="在本机的验证器中打开").get_attribute("href") or "")
    page.get_by_label("6 位验证码").fill("12345")
    follow(page.get_by_role("button", name="确认并启用"))
    expect(page.get_by_role("alert")).to_contain_text("自动设置时间")
    _looks(page)
    page.get_by_label("6 位验证码").fill(code_at(seed, step_at(clock.now()) - 1))
    follow(page.get_by_role("button", name="确认并启用"))
    expect(page.locator("ol.recovery li")).to_have_count(10)
    _looks(page)
    follow(page.get_by_role("link", name="已抄好，继续"))
    page.goto(f"{house.address}/second-factor")
    for folded in ("重新生成恢复码", "换一部手机"):
        page.locator("summary", has_text=folded).click()
    _looks(page)
    other = seat(MO_HAIYAN).page
    types_the_password(other, house.address)
    other.locator("summary", has_text="用恢复码").click()
    _looks(other)
    other.get_by_label("验证码", exact=True).fill("12345")
    follow(other.get_by_role("button", name="进入", exact=True))
    expect(other.get_by_role("alert")).to_contain_text("验证码不对")
    _looks(other)


def _looks(page: Page) -> None:
    accessible(page)
    fits_a_phone(page)
