from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app import clock
from app.catalogue.bundle import from_diagram
from app.catalogue.publish import publish
from app.db import db, in_transaction
from tests.acts.procedure import published_care
from tests.conftest import furnished
from tests.doors import Browser, Program
from tests.doors.house import TEN
from tests.faults.town import Town

BEFORE = datetime(2026, 1, 5, 1, tzinfo=UTC)
"""The procedures are in force since the first working day of the year."""


@pytest.fixture
def application(own_application: Flask) -> Flask:
    """What is broken here would stay broken in one that others use."""
    return own_application


@pytest.fixture(scope="session")
def with_procedures(template: str, new_database: Callable[[str | None], str]) -> str:
    """A database with the ten approvals and the small procedure of care."""

    def both(app: Flask) -> None:
        with app.app_context():
            ten = from_diagram("bench_approval_10", TEN)
            in_transaction(lambda: publish(db.session(), ten, by="test", now=clock.now()))
        published_care(app)

    return furnished(new_database(template), BEFORE, both)


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("with_procedures" if "town" in request.fixturenames else "template"))


@pytest.fixture
def town(
    application: Flask, browser_of: Callable[[str], Browser], program_of: Callable[[str], Program]
) -> Iterator[Town]:
    """隆安县 with both procedures; afterwards nothing may be wrong anywhere."""
    town = Town(application, browser_of, program_of)
    yield town
    town.nothing_is_wrong()
