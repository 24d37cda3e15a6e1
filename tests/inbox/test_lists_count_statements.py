"""What the lists of the working day ask of the database: few statements, signing in included, as many for one task as
for eighty. BEGIN and COMMIT are not among them, nor what is noted of the browser once a minute."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from app import clock
from app.cli.bench.counted import Counting
from app.db import db
from tests.conftest import PASSWORD
from tests.doors import Browser, Program
from tests.doors.house import assessed_case, publish_both, start

MOST = 4
LISTS = "/inbox", "/cases", "/inbox?urgency=none&page=2", "/cases?urgency=none"


@pytest.fixture
def li(application: Flask, program_of: Callable[[str], Program]) -> Program:
    at = clock.now()
    clock.set_source(lambda: at)
    publish_both(application)
    return program_of("liguifang")


@pytest.fixture
def counting(application: Flask) -> Counting:
    with application.app_context():
        return Counting(db.engine)


def asked(page: Browser, counting: Counting, address: str) -> int:
    """Statements of the page, once the versions of the cases on it are compiled."""
    page.get(address)
    counting.start()
    answer = page.get(address)
    assert answer.status_code == 200
    return counting.statements


def test_a_list_takes_as_few_statements_for_many_rows_as_for_few(
    application: Flask, li: Program, counting: Counting
) -> None:
    page = Browser(application, "liguifang", PASSWORD)
    assert max(asked(page, counting, address) for address in LISTS) <= MOST

    case = start(li, "bench_approval_10")
    assessed_case(li)
    li.post(f"/tasks/{case['tasks'][0]['id']}/claim")
    page.post(f"/tasks/{case['tasks'][0]['id']}/draft", opinion="尚未写完")
    few = [asked(page, counting, address) for address in LISTS]
    assert "继续" in page.get("/inbox").text and max(few) <= MOST

    for _ in range(80):
        start(li, "bench_approval_10")
    assert [asked(page, counting, address) for address in LISTS] == few
    assert "第 2 / 2 页" in page.get("/inbox?page=2").text


@pytest.mark.parametrize("login", ["weiyiming", "mohaiyan", "liangxiaodong"])
def test_who_works_on_no_case_pays_no_more(application: Flask, counting: Counting, login: str) -> None:
    page = Browser(application, login, PASSWORD)
    assert max(asked(page, counting, address) for address in LISTS) <= MOST


def test_a_page_of_a_case_reads_its_record_once(application: Flask, li: Program) -> None:
    page, case = Browser(application, "liguifang", PASSWORD), start(li, "bench_approval_10")
    said: list[str] = []
    with application.app_context():
        engine = db.engine

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    try:
        for address in (f"/cases/{case['id']}", f"/tasks/{case['tasks'][0]['id']}"):
            said.clear()
            assert page.get(address).status_code == 200
            assert len([one for one in said if "history_event" in one]) == 1, address
    finally:
        event.remove(engine, "before_cursor_execute", heard)
