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


@pytest.mark.parametrize("mode", ["ok", "fail"])
def test_an_answer_waits_until_the_database_is_back(
    application: Flask, let_in: Callable[[bool], None], mode: str
) -> None:
    county = Office(application, FOUNDLING)
    county.begin("foundling")
    county.fakes["CONNECTOR_FAKE_POLICE"] = mode
    back = threading.Timer(1.5, let_in, (True,))
    county.meanwhile = lambda: (let_in(False), back.start())
    county.turn()
    back.join()
    assert (county.call().status, len(county.asked)) == ("waiting", 1)
    assert county.call().reported == 1

    county.meanwhile, county.fakes["CONNECTOR_FAKE_POLICE"] = None, "ok"
    county.later(minutes=1)
    county.turn()
    assert county.call().status == "answered"
    assert len(county.asked) == (1 if mode == "ok" else 2), "what was never handed over is asked again"
