"""The SQLite file is locked, full, unreadable or no database any more: a sentence and 503 at both doors, nothing
half-written, and the next request goes well."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.db import db
from tests.doors.house import fingerprint
from tests.faults.town import AGREE, Town

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

LI = "liguifang"
GONE, BUSY = "暂时连不上数据库，本次操作没有保存", "系统正忙，本次操作没有保存"


@pytest.fixture
def case(town: Town) -> str:
    return town.start("bench_approval_10")


@pytest.fixture
def file(town: Town) -> Path:
    with town.app.app_context():
        return Path(db.engine.url.database or "")


@contextmanager
def connections_with(town: Town, *pragmas: str) -> Iterator[Engine]:
    """Every connection from now on is opened anew, hardly waits, and has these settings; afterwards as before."""
    with town.app.app_context():
        engine = db.engine

    def opened(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()

    def impatient(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
        named["timeout"] = 0.05

    engine.dispose()
    event.listen(engine, "do_connect", impatient)
    event.listen(engine, "connect", opened)
    try:
        yield engine
    finally:
        event.remove(engine, "do_connect", impatient)
        event.remove(engine, "connect", opened)
        engine.dispose()


def acts(town: Town, task: str) -> list[Callable[[], Any]]:
    page, api = town.page(LI), town.api(LI)
    page.get(f"/tasks/{task}")
    form = {"csrf_token": page.token, "nonce": page.nonce, **AGREE}
    return [
        lambda: page.client.post(f"/tasks/{task}/complete", data=form),
        lambda: api.post(f"/tasks/{task}/complete", {"answers": AGREE}),
        lambda: api.post("/instances", {"process": "care"}),
    ]


def refused(answers: list[Any], sentence: str) -> None:
    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert sentence in (answer.json["detail"] if answer.is_json else answer.text)


def test_while_another_program_writes_without_end_nobody_else_does(town: Town, case: str, file: Path) -> None:
    """Waiting is shortened here. Reading goes on."""
    [task] = town.tasks(case).values()
    asks, before = acts(town, task), fingerprint(town.app)
    with connections_with(town, "busy_timeout=50"):
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused([ask() for ask in asks], BUSY)
        assert town.page(LI).get(f"/tasks/{task}").status_code == 200
        other.execute("ROLLBACK")
        other.close()
        assert fingerprint(town.app) == before
        town.complete(task, LI)


def test_a_file_that_another_program_keeps_to_itself(town: Town, case: str, file: Path) -> None:
    [task] = town.tasks(case).values()
    asks, before = acts(town, task), fingerprint(town.app)
    with connections_with(town, "busy_timeout=50"):
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        refused([ask() for ask in [*asks, lambda: town.page(LI).client.get("/inbox")]], BUSY)
        other.close()
        assert fingerprint(town.app) == before
        town.complete(task, LI)


def test_a_full_disk(town: Town, case: str, file: Path) -> None:
    """SQLite's own limit on the size of the file stands for the disk."""
    [task] = town.tasks(case).values()
    asks, before = acts(town, task), fingerprint(town.app)
    with sqlite3.connect(file) as look:
        [pages] = look.execute("PRAGMA page_count").fetchone()
    look.close()
    with connections_with(town, f"max_page_count={pages}"):
        answers: list[Any] = []
        while len(answers) < 40 and (not answers or answers[-1].status_code < 500):
            answers.append(asks[2]())  # the last pages are filled up first
        refused(answers[-1:], GONE)
    after = fingerprint(town.app)
    assert after["rows"]["instance"] == before["rows"]["instance"] + len(answers) - 1
    town.complete(task, LI)


@pytest.mark.parametrize("instead", ["a folder", "no database"])
def test_a_file_that_cannot_be_read(town: Town, case: str, file: Path, instead: str) -> None:
    """Away for a while, as when a disk is not mounted; what is there meanwhile is left alone."""
    [task] = town.tasks(case).values()
    asks, before = acts(town, task), fingerprint(town.app)
    away = file.with_name("away")
    with connections_with(town):
        for name in ("", "-wal", "-shm"):
            if (part := file.with_name(file.name + name)).exists():
                part.rename(away.with_name(away.name + name))
        if instead == "a folder":
            file.mkdir()
        else:
            file.write_bytes(b"\x00not what it was\x00" * 4096)
        refused([ask() for ask in [*asks, lambda: town.page(LI).client.get("/inbox")]], GONE)
        file.rmdir() if instead == "a folder" else file.unlink()
    for name in ("", "-wal", "-shm"):
        if (part := away.with_name(away.name + name)).exists():
            part.rename(file.with_name(file.name + name))
    assert fingerprint(town.app) == before
    town.complete(task, LI)
