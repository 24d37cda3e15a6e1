"""An auditor takes a case away in a browser, and a stranger verifies the file that was downloaded."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.db import db
from app.history.keys import root_key
from app.history.signing import fingerprint
from app.instances.export_case import VERIFIER
from tests.browser import adoption_papers as papers
from tests.browser.looking import accessible, fits_a_phone
from tests.browser.person import Seat
from tests.cast import LI_GUIFANG, MO_HAIYAN

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def test_the_file_that_was_downloaded_verifies(seat: Callable[..., Seat], tmp_path: Path) -> None:
    li = seat(LI_GUIFANG).signs_in().begins("收养登记")
    li.takes("预约预审").does("预约预审", papers.PRECHECK).opens_the_case()
    case = li.page.url.removeprefix(li.house.address)
    mo = seat(MO_HAIYAN).signs_in().goes(f"{case}/export")
    mo.page.get_by_label("查看目的").fill("2026年第3号审计项目，样本17/40")
    mo.clicks("记下目的并查看")
    mo.goes(f"{case}/export")
    accessible(mo.page)
    fits_a_phone(mo.page)
    mo.page.get_by_role("radio", name="完整内容").check()
    mo.page.get_by_role("checkbox", name="连同附件原件").check()
    mo.clicks("导出")
    expect(mo.page.get_by_role("alert")).to_contain_text("须写明用途")
    expect(mo.page.get_by_role("radio", name="完整内容")).to_be_checked()
    expect(mo.page.get_by_role("checkbox", name="连同附件原件")).to_be_checked()
    mo.page.get_by_role("textbox", name="用途").fill("法院调取")
    with mo.page.expect_download() as coming:
        mo.page.get_by_role("button", name="导出").click()
    coming.value.save_as(tmp_path / "case.zip")

    with mo.house.application.app_context():
        trust = fingerprint(root_key(db.session()) or b"")
        db.session.remove()
    words = [sys.executable, "-I", "-S", VERIFIER, tmp_path / "case.zip", "--trust", trust]
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ended.returncode == 0 and "成立：自封存以来未见改动" in ended.stdout, ended.stdout
