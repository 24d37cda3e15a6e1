"""打印本周清单 and 导出本页: what of the list goes onto paper and into a file, and that it is noted who took it out."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from app import clock
from app.catalogue.publish import publish
from app.db import db, in_transaction
from app.instances import looks
from app.instances.looks import AccessLook
from tests.cast import CAST
from tests.conftest import PASSWORD
from tests.doors import Browser, Program
from tests.doors.house import APPLICATION, SETTINGS, clock_at, complete, laned_bundle, publish_both, start
from tests.jobs.desk import kept

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
PARTY = "闭月英"
NAMED = laned_bundle(settings=SETTINGS + '\n[subject]\nparty = "application.reason"\n')


@pytest.fixture
def office(application: Flask) -> Flask:
    """The clock stands at 09:00 on Monday, 2 March 2026."""
    clock_at(MORNING)
    publish_both(application)
    with application.app_context():
        for bundle in (kept(), NAMED):
            in_transaction(lambda bundle=bundle: publish(db.session(), bundle, by="test", now=clock.now()))
    return application


@pytest.fixture
def li(office: Flask, program_of: Callable[[str], Program]) -> Program:
    return program_of("liguifang")


def due_on_april_first(li: Program) -> str:
    """A case whose thirty days began with 2 March."""
    case = start(li, "kept")
    complete(li, case["tasks"][0]["id"], {"received_on": "2026-03-02"})
    return case["id"]


def at_the_desk(office: Flask, login: str, day: str) -> Browser:
    clock_at(datetime.fromisoformat(f"{day}T09:00:00+08:00").astimezone(UTC))
    return Browser(office, login, PASSWORD)


def table(page: Browser, address: str = "/inbox/export") -> list[list[str]]:
    answer = page.get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbf"), "a spreadsheet knows it by its mark"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def noted(office: Flask, login: str, fields: str) -> list[str]:
    with office.app_context():
        rows = db.session.query(AccessLook).filter_by(person_id=str(CAST[login].id), fields=fields)
        return sorted(row.case for row in rows)


@pytest.mark.parametrize(
    "day, group",
    [("2026-03-27", None), ("2026-03-30", "本周"), ("2026-04-01", "今日"), ("2026-04-03", "已超期")],
)
def test_the_list_of_the_week_has_what_is_due_by_sunday_and_what_is_overdue(
    office: Flask, li: Program, day: str, group: str | None
) -> None:
    case = due_on_april_first(li)
    text = at_the_desk(office, "liguifang", day).get("/inbox/week").text.split("<main")[1]
    assert ("04-01" in text) is (group is not None)
    assert noted(office, "liguifang", looks.PRINT) == ([case] if group else [])
    if group is None:
        assert "本周没有到期的件" in text
    else:
        assert re.search(rf"</span>\s*{group}</span> 1", text) and "应办 1 件" in text
        assert "李桂芳（隆安县民政局）" in text and f"{day} 09:00 打印" in text
        assert text.count('class="tick"') == 1


def test_the_list_of_another_county_is_empty_and_counts_nothing(office: Flask, li: Program) -> None:
    due_on_april_first(li)
    zhou = at_the_desk(office, "zhoumin", "2026-04-03")
    assert "应办 0 件" in zhou.get("/inbox/week").text
    assert noted(office, "zhoumin", looks.PRINT) == []


def test_the_file_has_the_rows_of_the_page_and_says_who_took_them(office: Flask, li: Program) -> None:
    cases = {start(li, "bench_approval_10")["id"] for _ in range(3)}
    page = at_the_desk(office, "liguifang", "2026-03-02")
    link = re.search(r'href="(/inbox/export[^"]*)"', page.get("/inbox").text)
    assert link
    line, head, *rows = table(page, link[1].replace("&amp;", "&"))
    assert line[0].startswith("李桂芳（隆安县民政局）2026-03-02 09:00 从榕荫导出，3 件。")
    assert len(rows) == 3 and {len(row) for row in rows} == {len(head)}
    assert all(row[head.index("案号")] and row[head.index("等谁")] == "待认领" for row in rows)
    assert noted(office, "liguifang", looks.EXPORT) == sorted(cases)


def test_the_file_is_narrowed_and_turned_over_as_the_page_is(office: Flask, li: Program) -> None:
    due_on_april_first(li)
    for _ in range(55):
        start(li, "bench_approval_10")
    page = at_the_desk(office, "liguifang", "2026-04-03")
    assert [len(table(page, f"/inbox/export?page={number}")) - 2 for number in (1, 2, 3)] == [50, 6, 0]
    assert [row[0] for row in table(page, "/inbox/export?urgency=overdue")[2:]] == ["2026-04-01"]
    assert len(table(page, "/inbox/export?process=kept")) == 3
    assert "page=2" in page.get("/inbox?page=2").text.split("导出本页")[0]


def test_nobody_takes_out_rows_of_another_county(office: Flask, li: Program) -> None:
    due_on_april_first(li)
    for login in ("zhoumin", "weiyiming", "mohaiyan"):
        line, _, *rows = table(at_the_desk(office, login, "2026-04-03"))
        assert rows == [] and "导出，0 件" in line[0] and noted(office, login, looks.EXPORT) == []
    assert "/inbox/export" not in at_the_desk(office, "zhoumin", "2026-04-03").get("/inbox").text


def test_a_name_is_whole_on_the_screen_and_masked_in_the_file(office: Flask, li: Program) -> None:
    """L2 may leave the platform in a file; a name beside the word 收养 would tell more (handbook 5.3)."""
    case = start(li, "doors_check")
    lu = at_the_desk(office, "luwenjing", "2026-03-02")
    complete(li, case["tasks"][0]["id"], APPLICATION | {"reason": PARTY})
    assert PARTY in lu.get("/inbox").text
    _, head, *rows = table(lu)
    assert {row[head.index("当事人")] for row in rows} == {"闭*"}
