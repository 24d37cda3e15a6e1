"""PostgreSQL goes away in the middle of a request, at each statement in turn, at the commit, or for a while: a sentence and
503 at both doors, nothing half-written, and the next request goes well."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Response
from sqlalchemy import Connection, Engine, event

from app.cli.duties import duties
from app.connectors.ask import faked
from app.db import db
from app.instances.case import lock_case
from app.instances.models import Task
from app.jobs.loop import Loop
from tests.doors.house import fingerprint, unchanged
from tests.faults.crowd import at_once
from tests.faults.town import AGREE, Town

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)

LI = "liguifang"
GONE = "暂时连不上数据库，本次操作没有保存"
UNKNOWN = "暂时不能确定是否已经保存"


def engine_of(town: Town) -> Engine:
    with town.app.app_context():
        return db.engine


def url_of(town: Town, database: str | None = None) -> str:
    url = engine_of(town).url.set(drivername="postgresql")
    return (url.set(database=database) if database else url).render_as_string(hide_password=False)


def shoot(town: Town, connection: Any) -> None:
    """End the backend behind a connection, from outside, and wait until it is gone."""
    with psycopg.connect(url_of(town), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))


@contextmanager
def at_statement(town: Town, number: int) -> Iterator[list[str]]:
    """Before the n-th statement from now on, its backend dies. Collects the statements."""
    seen: list[str] = []

    def before(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)
        if len(seen) == number:
            shoot(town, connection.connection.dbapi_connection)

    engine = engine_of(town)
    event.listen(engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", before)


@contextmanager
def at_commit(town: Town, *, written: bool) -> Iterator[None]:
    """The backend dies when the commit is asked for: before it is `written`, or after, so that its answer is lost."""
    engine = engine_of(town)
    commit = engine.dialect.do_commit

    def broken(connection: Any) -> None:
        driver = connection.dbapi_connection
        if written:
            commit(connection)
        shoot(town, driver)
        driver.execute("SELECT 1") if written else commit(connection)

    engine.dialect.do_commit = broken  # type: ignore[method-assign]
    try:
        yield
    finally:
        engine.dialect.do_commit = commit  # type: ignore[method-assign]


@contextmanager
def closed(town: Town) -> Iterator[None]:
    """The server throws everybody out and lets nobody in."""
    name = engine_of(town).url.database

    def let_in(yes: str) -> None:
        with psycopg.connect(url_of(town, "postgres"), autocommit=True) as other:
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}")
            other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (name,))

    let_in("false")
    try:
        yield
    finally:
        let_in("true")


@pytest.fixture
def case(town: Town) -> str:
    return town.start("bench_approval_10")


def test_the_backend_dies_before_each_statement_of_a_completion_in_turn(town: Town, case: str) -> None:
    li, [task] = town.api(LI), town.tasks(case).values()
    with at_statement(town, 0) as statements:
        town.complete(task, LI)
    assert len(statements) >= 7
    [task] = town.tasks(case).values()
    before = fingerprint(town.app)

    for number in range(1, len(statements) + 1):
        with at_statement(town, number):
            answer = li.post(f"/tasks/{task}/complete", {"answers": AGREE})
        assert answer.status_code == 503, (number, answer.text)
        assert answer.mimetype == "application/problem+json" and GONE in answer.json["detail"]
        assert fingerprint(town.app) == before, f"half-written when statement {number} broke"

    town.complete(task, LI)
    assert town.kinds(case).count("completed") == 2


def test_the_backend_dies_in_the_middle_of_a_page(town: Town, case: str) -> None:
    li, [task] = town.page(LI), town.tasks(case).values()
    li.get(f"/tasks/{task}")
    nonce = li.nonce
    for number in (1, 2, 4, 6, 8):
        before = town.events(case)
        with at_statement(town, number):
            answer = li.post(f"/tasks/{task}/complete", nonce=nonce, **AGREE)
        assert town.events(case) == before
        assert (answer.status_code, GONE in answer.text) == (503, True), (number, answer.text)
        assert "<html" in answer.text and 'role="alert"' in answer.text
    assert li.post(f"/tasks/{task}/complete", nonce=nonce, **AGREE).status_code == 303


def test_what_was_read_is_answered_also_when_the_backend_dies_before_the_request_ends(town: Town, case: str) -> None:
    li = town.api(LI)
    li.get(f"/instances/{case}")

    def last(response: Response) -> Response:
        shoot(town, db.session.connection().connection.dbapi_connection)
        return response

    town.app.after_request_funcs[None].append(last)
    try:
        answer = li.get(f"/instances/{case}")
    finally:
        town.app.after_request_funcs[None].remove(last)
    assert answer.status_code == 200 and answer.json["id"] == case
    assert li.get(f"/instances/{case}").status_code == 200


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
def test_the_backend_dies_at_the_commit_and_nobody_can_know(town: Town, case: str, written: bool) -> None:
    """Whichever it was: the same request once more makes it certain, and does it once."""
    li, [task] = town.api(LI), town.tasks(case).values()
    with at_commit(town, written=written):
        answer = li.post(f"/tasks/{task}/complete", {"answers": AGREE}, Idempotency_Key="once")
    assert answer.status_code == 503 and UNKNOWN in answer.json["detail"]
    assert town.kinds(case).count("completed") == int(written)

    again = li.post(f"/tasks/{task}/complete", {"answers": AGREE}, Idempotency_Key="once")
    assert again.status_code == 200 and again.json["instance"] == case
    assert town.kinds(case).count("completed") == 1


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
def test_a_form_whose_commit_broke_is_simply_sent_again(town: Town, case: str, written: bool) -> None:
    li, [task] = town.page(LI), town.tasks(case).values()
    li.get(f"/tasks/{task}")
    nonce = li.nonce
    with at_commit(town, written=written):
        answer = li.post(f"/tasks/{task}/complete", nonce=nonce, **AGREE)
    assert answer.status_code == 503 and UNKNOWN in answer.text
    assert li.post(f"/tasks/{task}/complete", nonce=nonce, **AGREE).status_code == 303
    assert town.kinds(case).count("completed") == 1


def test_while_the_server_lets_nobody_in_both_doors_say_so(town: Town, case: str) -> None:
    page, api, [task] = town.page(LI), town.api(LI), town.tasks(case).values()
    page.get(f"/tasks/{task}")
    asks: list[Callable[[], Any]] = [
        lambda: page.client.get("/inbox"),
        lambda: page.client.get(f"/tasks/{task}"),
        lambda: page.client.post(f"/tasks/{task}/complete", data={"csrf_token": page.token, **AGREE}),
        lambda: page.client.post("/sign-in", data={"csrf_token": page.token, "login": LI, "password": "x"}),
        lambda: api.get("/tasks"),
        lambda: api.post(f"/tasks/{task}/complete", {"answers": AGREE}),
        lambda: api.post("/instances", {"process": "care"}),
    ]
    with unchanged(town.app), closed(town):
        for ask in asks:
            answer = ask()
            assert answer.status_code == 503, answer.text
            assert GONE in (answer.json["detail"] if answer.is_json else answer.text)
    assert page.get("/inbox").status_code == 200
    town.complete(task, LI)


def test_a_worker_waits_until_the_server_is_back(town: Town, case: str, caplog: pytest.LogCaptureFixture) -> None:
    with town.app.app_context():
        loop = Loop(duties(town.app.extensions["banyan"], faked({}, moment=0)))
        with closed(town):
            assert loop.turn() == (0, True)
        db.session.remove()
        assert loop.turn() == (0, False)
        db.session.remove()


def test_a_case_that_somebody_holds_too_long_is_busy_not_broken(town: Town, case: str) -> None:
    """`lock_timeout` (engine rule 21), shortened here so that nobody waits."""
    api, [task] = town.api(LI), town.tasks(case).values()
    engine = engine_of(town)
    engine.dispose()

    def impatient(connection: Any, _record: Any) -> None:
        connection.execute("SET lock_timeout = 50")
        connection.commit()

    event.listen(engine, "connect", impatient)
    try:
        with town.app.app_context():
            lock_case(db.session(), town.app.extensions["banyan"], case, now=db.session.get_one(Task, task).opened_at)
            [answer] = at_once(lambda: api.post(f"/tasks/{task}/complete", {"answers": AGREE}))
            db.session.rollback()
    finally:
        event.remove(engine, "connect", impatient)
    assert answer.status_code == 503 and "系统正忙，本次操作没有保存" in answer.json["detail"]
    town.complete(task, LI)
