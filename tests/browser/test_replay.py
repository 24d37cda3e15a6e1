"""An auditor plays a case: with the script, without it, by keyboard, on a telephone; and checks the record."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.cli.demo_cases import tell_all
from app.cli.demo_cases.stories import stories
from app.db import db
from app.instances.models import Instance
from tests.browser.house import House, running
from tests.browser.looking import REMEMBERED, accessible, fits_a_phone, follow
from tests.browser.person import Seat
from tests.cast import MO_HAIYAN
from tests.conftest import application_on, at_rest, let_go

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
THURSDAY = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
WHY = "2026年第3号审计项目，样本17/40"


@pytest.fixture(scope="session")
def with_begun(template: str, new_database: Callable[[str | None], str]) -> tuple[str, str, str]:
    """A database with an adoption that has a few steps behind it and one that has none; their ids."""
    app = application_on(new_database(template))
    with app.app_context():
        tell_all(app.extensions["banyan"], THURSDAY, stories(Path(__file__).with_name("begun.toml")))
        events = db.session.execute(select(Instance.id, Instance.head_seq)).all()
    fresh, begun = sorted(events, key=lambda row: row.head_seq)
    at_rest(app)
    return str(app.config["SQLALCHEMY_DATABASE_URI"]), begun.id, fresh.id


@pytest.fixture
def house(with_begun: tuple[str, str, str], new_database: Callable[[str | None], str]) -> Iterator[House]:
    application = application_on(new_database(with_begun[0]), CONNECTOR_FAKE_MOMENT="0")
    with running(application) as one:
        one.days.on("2026-11-26", hour=15)
        yield one
    let_go(application)


@pytest.fixture
def case(with_begun: tuple[str, str, str]) -> str:
    """Address of the one with steps."""
    return f"/cases/{with_begun[1]}"


def opened(seat: Callable[..., Seat], case: str, **options: Any) -> Page:
    mo = seat(MO_HAIYAN, **options).signs_in().goes(f"{case}/replay")
    mo.page.get_by_label("查看目的").fill(WHY)
    follow(mo.page.get_by_role("button", name="记下目的并查看"))
    expect(mo.page).to_have_url(re.compile(f"{case}/replay"))
    return mo.page


def at_step(page: Page, seq: int) -> None:
    expect(page.locator("[aria-current=step]")).to_have_attribute("data-seq", str(seq))
    expect(page.locator(".what h2")).to_contain_text(f"第 {seq} /")


@pytest.mark.long
def test_a_case_is_played_from_its_first_step_to_its_last_and_checked(seat: Callable[..., Seat], case: str) -> None:
    page = opened(seat, case)
    expect(page.locator("[data-player]")).to_have_attribute("data-ready", "1")
    last = page.locator("[data-list] li").count()
    at_step(page, last)
    page.get_by_role("link", name="第一步").click()
    at_step(page, 1)
    expect(page.locator('[data-node="A0"]')).to_have_class("node activity active")
    page.locator("[data-speed]").select_option("4")
    page.get_by_role("button", name="播放").click()
    at_step(page, last)
    expect(page.locator('[data-node="A0"]')).to_have_class("node activity done")
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    page.get_by_role("button", name="验证").click()
    expect(page.locator("#proof")).to_contain_text("✔ 验证一致")


def test_slider_list_keys_and_jump_lead_to_the_same_step(seat: Callable[..., Seat], case: str) -> None:
    page = opened(seat, case)
    page.locator("[data-slide]").fill("2")
    at_step(page, 2)
    page.locator(".what").click()
    page.keyboard.press("Home")
    at_step(page, 1)
    page.keyboard.press("ArrowRight")
    at_step(page, 2)
    page.keyboard.press("Home")
    page.get_by_role("button", name="播放").evaluate(REMEMBERED)
    page.keyboard.press(" ")
    page.wait_for_function("() => said.includes('⏸ 暂停')")
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    page.locator("[data-list] [aria-current]").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    at_step(page, 2)
    expect(page.locator("[data-list] [aria-current]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-list] :focus"), "the list is one stop on the way to the words").to_have_count(0)
    page.locator("[data-jump]").select_option(index=2)
    expect(page.locator(".what .did")).to_contain_text("办结“到场申请”")
    page.get_by_label("用时").check()
    page.get_by_label("仅看异常").check()


def test_it_is_fit_for_everybody_light_or_dark_at_a_desk_or_on_a_telephone(
    seat: Callable[..., Seat], case: str
) -> None:
    page = opened(seat, case)
    accessible(page)
    fits_a_phone(page)


def test_a_case_is_set_against_the_usual_path_and_beside_another(
    seat: Callable[..., Seat], case: str, with_begun: tuple[str, str, str]
) -> None:
    page = opened(seat, case)
    follow(page.get_by_role("link", name="与通常走法对照"))
    expect(page.locator("main")).to_contain_text("的已办结件 0 件")
    expect(page.locator(".ledger tbody tr").first).to_contain_text("预约预审")
    accessible(page)
    fits_a_phone(page)
    page.goto(page.url.removesuffix("/usual") + "/beside")
    page.get_by_label("与案号").fill(with_begun[2])  # it has no number yet
    follow(page.get_by_role("button", name="对照"))
    page.get_by_label("查看目的").fill(WHY)
    follow(page.get_by_role("button", name="记下目的并查看"))
    expect(page.locator(".ledger tbody tr")).to_have_count(4)
    accessible(page)
    fits_a_phone(page)


def both_opened(seat: Callable[..., Seat], begun: tuple[str, str, str], **options: Any) -> Page:
    """The case with a few steps behind it at the left, one that has just begun at the right."""
    _, first, second = begun
    page = opened(seat, f"/cases/{first}", **options)
    address = page.url.partition("?")[0].removesuffix("/") + f"/beside?with={second}"
    page.goto(address)
    page.get_by_label("查看目的").fill(WHY)
    follow(page.get_by_role("button", name="记下目的并查看"))
    expect(page.locator("[data-beside]")).to_be_visible()
    page.goto(f"{address}&step=1")
    return page


def at_place(page: Page, place: int, left: str, right: str) -> None:
    """Words and marks of both sides; the step that is open in each."""
    expect(page.locator("[data-place]")).to_have_text(f"{place} / 4")
    expect(page.locator("tr[aria-current]")).to_have_attribute("data-row", str(place))
    for side, node in ((0, left), (1, right)):
        expect(page.locator("[data-side]").nth(side).locator(f'[data-node="{node}"]')).to_have_class(
            re.compile(r"\bactive\b")
        )


def test_two_cases_are_moved_by_one_slider_by_keys_and_by_the_list(
    seat: Callable[..., Seat], with_begun: tuple[str, str, str]
) -> None:
    page = both_opened(seat, with_begun)
    expect(page.locator("[data-beside]")).to_have_attribute("data-ready", "1")
    at_place(page, 1, "A0", "A0")
    page.locator("[data-slide]").fill("3")
    at_place(page, 3, "A1_interview", "A0")
    expect(page.locator("[data-stands]").first).to_contain_text("办结“到场申请”")
    expect(page.locator("[data-stands]").last).to_contain_text("第 1 /")
    page.get_by_role("heading", name="与另一件对照").click()
    page.keyboard.press("ArrowLeft")
    at_place(page, 2, "A1", "A0")
    page.keyboard.press("Home")
    at_place(page, 1, "A0", "A0")
    page.get_by_role("link", name="看第 2 处").click()
    at_place(page, 2, "A1", "A0")
    expect(page).to_have_url(re.compile("step=2$"))
    expect(page.locator("[data-told]")).to_contain_text("右：第 1 /")
    follow(page.get_by_role("link", name="按起算后的时间"))
    expect(page.get_by_text("起算后").first).to_be_visible()
    expect(page.locator("[data-stands]").first).to_contain_text("办结“预约预审”")
    accessible(page)
    fits_a_phone(page)


def test_two_cases_are_stepped_by_links_without_a_script(
    seat: Callable[..., Seat], with_begun: tuple[str, str, str]
) -> None:
    page = both_opened(seat, with_begun, java_script_enabled=False)
    at_place(page, 1, "A0", "A0")
    follow(page.get_by_role("link", name="下一处"))
    at_place(page, 2, "A1", "A0")
    follow(page.get_by_role("link", name="看第 3 处"))
    at_place(page, 3, "A1_interview", "A0")
    follow(page.get_by_role("link", name="第一处"))
    at_place(page, 1, "A0", "A0")


def test_without_a_script_each_step_is_a_page(seat: Callable[..., Seat], case: str) -> None:
    page = opened(seat, case, java_script_enabled=False)
    follow(page.locator("[data-list] a").first)
    expect(page.locator(".what h2")).to_contain_text("第 1 /")
    follow(page.get_by_role("link", name="下一步"))
    expect(page.locator(".what h2")).to_contain_text("第 2 /")
    follow(page.get_by_role("button", name="验证"))
    expect(page.locator("#proof")).to_contain_text("✔ 验证一致")
    expect(page.locator(".what h2")).to_contain_text("第 2 /")
