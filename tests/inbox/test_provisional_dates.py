"""暂定: a last day in a year without a holiday table is marked wherever it is read, until the table comes (corrections 5)."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.calendar.working_days import seed
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.inbox.urgency import provisional
from tests.cast import LIANG_XIAODONG, WEI_YIMING
from tests.conftest import PASSWORD
from tests.doors import Browser, Program
from tests.doors.house import clock_at, complete, start
from tests.jobs.desk import kept

DECEMBER = datetime(2026, 12, 7, 1, tzinfo=UTC)
NEW_YEAR = "day,kind,name\n2027-01-01,holiday,元旦\n2027-01-04,lieu_rest,元旦\n"


@pytest.fixture
def case(application: Flask, program_of: Callable[[str], Program]) -> str:
    """A case whose thirty days began with 2 December 2026: the last one is 1 January 2027."""
    clock_at(DECEMBER)
    with application.app_context():
        in_transaction(lambda: publish(db.session(), kept(), by="test", now=DECEMBER))
    li = program_of("liguifang")
    begun = start(li, "kept")
    complete(li, begun["tasks"][0]["id"], {"received_on": "2026-12-02"})
    return str(begun["id"])


def said(page: Browser, case: str) -> dict[str, str]:
    """Where the date of the only case is read: its own cell of both lists, the file, the telephone, the case itself."""
    lists = {name: page.get(f"/{name}").text.partition("<tbody")[2] for name in ("inbox", "cases")}
    file = page.get("/inbox/export").get_data().decode("utf-8-sig")
    cells = {name: re.sub("<[^>]+>", " ", re.findall("<td.*?</td>", text, re.S)[0]) for name, text in lists.items()}
    return cells | {
        "file": list(csv.reader(io.StringIO(file, newline="")))[2][0],
        "phone": page.get(f"/cases/{case}/phone").text.partition("<main")[2],
        "case": page.get(f"/cases/{case}").text.partition('class="clock"')[2].partition("<details")[0],
    }


def test_it_is_marked_wherever_it_is_read_until_the_table_comes(application: Flask, case: str, tmp_path: Path) -> None:
    page = Browser(application, "liguifang", PASSWORD)
    before = said(page, case)
    assert [name for name, text in before.items() if "暂定" not in text] == []
    assert "01-01" in before["inbox"] and "01-01" in before["cases"] and "2027年1月1日" in before["phone"]

    table = tmp_path / "2027.csv"
    table.write_text(NEW_YEAR, "utf-8")
    command = application.test_cli_runner()
    grounds = ["--reason", "国务院公布安排", "--source", "国办发明电〔2026〕99号"]
    entered = command.invoke(args=["calendar", "draft", "2027", str(table), "--by", LIANG_XIAODONG, *grounds]).output
    number = entered.split("编号 ")[1].split("，")[0]
    assert command.invoke(args=["calendar", "approve", number, "--by", WEI_YIMING]).exit_code == 0
    assert command.invoke(args=["worker", "--once"]).exit_code == 0

    after = said(page, case)
    assert [name for name, text in after.items() if "暂定" in text] == []
    assert "01-05" in after["inbox"] and "01-05" in after["cases"] and "2027年1月5日" in after["phone"]


def test_a_limit_in_hours_knows_no_rest_day() -> None:
    new_year, table = date(2027, 1, 1), seed()
    assert provisional(new_year, table, unit="CD") and provisional(new_year, table, unit="WD")
    assert not provisional(new_year, table, unit="H") and not provisional(date(2026, 12, 31), table, unit="CD")
