"""An auditor finds an adoption that was sent back and corrected, plays it to its end, proves it, and takes it away."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.cli.demo_cases import tell_all
from app.cli.demo_cases.stories import stories
from app.db import db
from app.history.keys import root_key
from app.history.signing import fingerprint
from app.instances.export_case import VERIFIER
from tests.browser.house import House, running
from tests.browser.looking import findings, follow
from tests.browser.person import Seat
from tests.cast import MO_HAIYAN
from tests.conftest import application_on, let_go

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
THURSDAY = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
WHY = "2026年第3号审计项目，样本17/40"


@pytest.fixture
def house(template: str, new_database: Callable[[str | None], str]) -> Iterator[House]:
    """With one adoption behind it, told before the pages open."""
    application = application_on(new_database(template), CONNECTOR_FAKE_MOMENT="0")
    with application.app_context():
        tell_all(application.extensions["banyan"], THURSDAY, stories(Path(__file__).with_name("returned.toml")))
        db.session.remove()
    with running(application) as one:
        one.days.on("2026-11-26", hour=15)
        yield one
    let_go(application)


ASTRAY = """() => [...document.querySelectorAll("figure:not([hidden]) [data-flagged]")].filter((flag) => {
  const mark = flag.getBoundingClientRect(), own = flag.parentNode.querySelector(".box,.scope").getBoundingClientRect();
  return mark.bottom < own.top || mark.top > own.bottom || mark.right < own.left || mark.left > own.right;
}).map((flag) => flag.parentNode.dataset.node)"""
"""The elements of pictures in sight whose mark does not stand on them."""


def test_a_returned_adoption_is_played_proved_and_taken_away(seat: Callable[..., Seat], tmp_path: Path) -> None:
    mo = seat(MO_HAIYAN).signs_in().goes("/audit?process=adoption&state=ended")
    page = mo.page
    follow(page.get_by_role("link", name="回放").last)
    page.get_by_label("查看目的").fill(WHY)
    follow(page.get_by_role("button", name="记下目的并查看"))
    case = page.url.removeprefix(mo.house.address).removesuffix("/replay")  # where the purpose led on to
    mo.goes(f"{case}/replay?step=1")
    expect(page.locator("[data-player]")).to_have_attribute("data-ready", "1")
    last = page.locator("[data-list] li").count()
    assert last > 50
    told = [one.inner_text() for one in page.locator("[data-list] li").all()]
    assert any("办妥“受理编号”" in one for one in told) and any("回复“犯罪记录核验”" in one for one in told)
    assert any("一次性告知补正" in one for one in told) and any("补正材料收到" in one for one in told)

    page.get_by_role("link", name="办结“评分”").click()
    expect(page.locator("figure:visible")).to_have_count(2)  # the called process has come into sight
    assert page.evaluate(ASTRAY) == []
    mo.goes(f"{case}/replay?step=1")
    expect(page.locator("[data-player]")).to_have_attribute("data-ready", "1")

    page.locator("[data-speed]").select_option("8")
    page.get_by_role("button", name="播放").click()
    expect(page.locator("[aria-current=step]")).to_have_attribute("data-seq", str(last), timeout=300_000)
    expect(page.locator(".what h2")).to_contain_text(f"第 {last} /")
    assert findings(page) == []
    page.get_by_role("button", name="验证").click()
    expect(page.locator("#proof")).to_contain_text("✔ 验证一致")

    mo.goes(f"{case}/export")
    page.get_by_role("radio", name="完整内容").check()
    page.get_by_role("textbox", name="用途").fill("2026年第3号审计项目工作底稿")
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出").click()
    coming.value.save_as(tmp_path / "case.zip")
    ended = verified(mo.house.application, tmp_path / "case.zip")
    assert ended.returncode == 0 and "成立：自封存以来未见改动" in ended.stdout, ended.stdout


def verified(application: Flask, bundle: Path) -> subprocess.CompletedProcess[str]:
    """What a stranger's Python says of it."""
    with application.app_context():
        trust = fingerprint(root_key(db.session()) or b"")
        db.session.remove()
    words = [sys.executable, "-I", "-S", VERIFIER, bundle, "--trust", trust]
    return subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=False)
