"""The database goes away while a department is asked: what was answered is not lost, and nobody is asked again."""

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask

from app.db import db
from tests.jobs.office import FOUNDLING, Office

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)


@pytest.fixture
def let_in(application: Flask) -> Iterator[Callable[[bool], None]]:
    """Whether the server lets anybody into this database."""
    with application.app_context():
        url = db.engine.url.set(drivername="postgresql")
    elsewhere = url.set(database="postgres").render_as_string(hide_password=False)

    def command(yes: bool) -> None:
        with psycopg.connect(elsewhere, autocommit=True) as other:
            other.execute(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS {str(yes).lower()}")
            other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                          (url.database,))  # fmt: skip

    yield command
    command(True)


def asked_while_the_database_goes(county: Office, let_in: Callable[[bool], None]) -> None:
    county.begin("foundling")
    back = threading.Timer(1.5, let_in, (True,))
    county.meanwhile = lambda: (let_in(False), back.start())
    county.turn()
    back.join()
    county.meanwhile = None


def test_an_answer_waits_until_the_database_is_back(application: Flask, let_in: Callable[[bool], None]) -> None:
    county = Office(application, FOUNDLING)
    asked_while_the_database_goes(county, let_in)
    assert (county.call().status, len(county.asked)) == ("answered", 1)
    assert county.open_tasks() == ["judge"]


def test_that_nobody_was_reached_is_not_forgotten_either(application: Flask, let_in: Callable[[bool], None]) -> None:
    """Forgotten, the try would count as lost with its worker, and what may be asked once as 结果不明."""
    county = Office(application, FOUNDLING)
    county.fakes["CONNECTOR_FAKE_POLICE"] = "fail"
    asked_while_the_database_goes(county, let_in)
    assert (county.call().status, county.call().last_error) == ("waiting", "call_not_reached")
    county.fakes["CONNECTOR_FAKE_POLICE"] = "ok"
    county.later(minutes=1)
    county.turn()
    assert (county.call().status, len(county.asked)) == ("answered", 2)
