"""The pages of a policy officer: nothing for axe-core, no sideways scrolling, and the whole way with and without script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.looking import accessible, fits_a_phone, follow
from tests.browser.person import Seat
from tests.cast import LIANG_XIAODONG
from tests.studio.test_workflows import BROKEN, VISIT

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


def brought(liang: Seat, folder: Path, text: str) -> Seat:
    path = folder / "visit.bpmn"
    path.write_text(text, "utf-8")
    liang.goes("/workflows/upload")
    liang.page.set_input_files("#file", path)
    return liang.clicks("上传检查")


def test_every_page_is_fit_for_everybody_light_or_dark_at_a_desk_or_on_a_telephone(
    seat: Callable[..., Seat], tmp_path: Path
) -> None:
    liang = seat(LIANG_XIAODONG).signs_in()
    for address in ("/workflows", "/workflows/adoption/1", "/workflows/upload"):
        accessible(liang.goes(address).page)
        fits_a_phone(liang.page)
    accessible(brought(liang, tmp_path, BROKEN).page)
    fits_a_phone(liang.page)


@pytest.mark.parametrize("script", [True, False])
def test_a_diagram_is_brought_checked_and_published(seat: Callable[..., Seat], tmp_path: Path, script: bool) -> None:
    liang = seat(LIANG_XIAODONG, java_script_enabled=script).signs_in()
    page = brought(liang, tmp_path, VISIT).page
    expect(page.locator(".bpmn .remark")).not_to_have_count(0)
    expect(page.locator(".remarks li")).not_to_have_count(0)
    follow(page.get_by_role("button", name="发布", exact=True))
    expect(page.get_by_text("已发布 到户探访 第 1 版。")).to_be_visible()
    page.goto(page.url.rpartition("/workflows")[0] + "/workflows")
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载 到户探访").click()
    assert taken.value.suggested_filename == "visit-1.zip"
