"""Statements that go to PostgreSQL in one message: each answer is its own, and one that fails leaves the connection usable."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg.errors import error_from_result

from app.db import db
from app.wire import FRESH, MOST, Wire, good

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True, scope="session")


@pytest.fixture
def connection(application: Flask) -> Iterator[Any]:
    with application.app_context(), db.engine.connect() as checked_out:
        yield checked_out.connection.driver_connection
        checked_out.invalidate()


@pytest.fixture
def wire(connection: Any) -> Wire:
    found: Wire = connection.banyan_wire
    return found


def prepared(connection: Any) -> list[str]:
    names = connection.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'banyan%' ORDER BY 1")
    return [name for (name,) in names]


def test_every_statement_gets_its_own_answer(wire: Wire) -> None:
    answers = wire.ask([("SELECT $1::int + 1", (number,)) for number in range(5)])

    assert [wire.rows(answer) for answer in answers] == [[(1,)], [(2,)], [(3,)], [(4,)], [(5,)]]


def test_one_that_fails_is_named_by_its_place_and_the_next_transaction_goes_well(connection: Any, wire: Wire) -> None:
    answers = wire.ask([("SELECT $1::int", (1,)), ("SELECT 1 / $1::int", (0,)), ("SELECT $1::int", (2,))])

    assert [good(answer) for answer in answers] == [True, False, False]
    assert isinstance(error_from_result(answers[1]), psycopg.errors.DivisionByZero)
    connection.rollback()
    [answer] = wire.ask([("SELECT $1::int", (3,))])
    assert wire.rows(answer) == [(3,)]


def test_one_that_comes_again_is_prepared_and_stays_so_over_a_rollback(connection: Any, wire: Wire) -> None:
    for number in range(4):
        wire.ask([("SELECT $1::int * 2", (number,))])
        connection.rollback()

    assert len(prepared(connection)) == 1


def test_one_that_cannot_be_prepared_is_not_taken_for_prepared(connection: Any, wire: Wire) -> None:
    absent = [("SELECT $1::int FROM absent_today", (1,))]
    for _ in range(3):
        assert not good(wire.ask(absent)[0])
        connection.rollback()
    assert prepared(connection) == []

    connection.execute("CREATE TEMPORARY TABLE absent_today ()")
    assert good(wire.ask(absent)[0])


def test_so_many_are_kept_and_no_more(connection: Any, wire: Wire) -> None:
    for number in range(MOST + 5):
        for _ in range(2):
            wire.ask([(f"SELECT {number}, $1::int", (1,))])

    assert len(prepared(connection)) == MOST


def test_a_connection_that_broke_in_the_middle_is_closed(application: Flask, connection: Any, wire: Wire) -> None:
    with application.app_context():
        address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    wire.ask([("SELECT $1::int", (1,))])
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))

    with pytest.raises(psycopg.OperationalError):
        wire.ask([("SELECT $1::int", (number,)) for number in range(3)])
    assert connection.closed


def test_a_connection_that_answered_a_moment_ago_begins_with_its_first_statement(application: Flask) -> None:
    with application.app_context():
        with db.engine.connect() as before:
            before.exec_driver_sql("SELECT 1")
        with db.engine.connect() as again:
            driver: Any = again.connection.driver_connection
            assert driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            assert good(driver.banyan_wire.ask([("SELECT $1::int", (1,))])[0])
            assert driver.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


def test_one_that_has_long_been_silent_is_tried_first(application: Flask) -> None:
    """It is dead, and another one comes in its place before anybody asks it anything."""
    with application.app_context():
        db.engine.dispose()
        address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with db.engine.connect() as before:
            driver: Any = before.connection.driver_connection
        with psycopg.connect(address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))
        driver.banyan_wire.answered -= FRESH

        with db.engine.connect() as again:
            assert again.connection.driver_connection is not driver
            assert again.exec_driver_sql("SELECT 1").scalar() == 1


def test_answers_that_nobody_read_end_with_their_connection(
    connection: Any, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(connection, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            wire.ask([("SELECT $1::int", (1,))])

    assert connection.closed
