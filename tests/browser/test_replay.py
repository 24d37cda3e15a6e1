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
from tests.browser.looking import accessible, fits_a_phone
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
    mo.page.get_by_role("button", name="记下目的并查看").click()
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
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="暂停")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    page.locator("[data-jump]").select_option(index=1)
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
    page.get_by_role("link", name="与通常走法对照").click()
    expect(page.locator("main")).to_contain_text("的已办结件 0 件")
    expect(page.locator(".ledger tbody tr").first).to_contain_text("预约预审")
    accessible(page)
    fits_a_phone(page)
    page.goto(page.url.removesuffix("/usual") + "/beside")
    page.get_by_label("与案号").fill(with_begun[2])  # it has no number yet
    page.get_by_role("button", name="对照").click()
    page.get_by_label("查看目的").fill(WHY)
    page.get_by_role("button", name="记下目的并查看").click()
    expect(page.locator(".ledger tbody tr")).to_have_count(2)
    accessible(page)
    fits_a_phone(page)


def test_without_a_script_each_step_is_a_page(seat: Callable[..., Seat], case: str) -> None:
    page = opened(seat, case, java_script_enabled=False)
    page.locator("[data-list] a").first.click()
    expect(page.locator(".what h2")).to_contain_text("第 1 /")
    page.get_by_role("link", name="下一步").click()
    expect(page.locator(".what h2")).to_contain_text("第 2 /")
    page.get_by_role("button", name="验证").click()
    expect(page.locator("#proof")).to_contain_text("✔ 验证一致")
    expect(page.locator(".what h2")).to_contain_text("第 2 /")
