"""A database in which every invented case has been told, for all stories of this folder."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.cli.demo_cases import tell_all
from app.db import db
from tests.conftest import application_on

THURSDAY = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
"""14:30 in China, on a working day."""


@pytest.fixture(scope="session")
def told(template: str, new_database: Callable[[str | None], str]) -> Iterator[Flask]:
    """A database in which every story has been told; nobody changes it."""
    app = application_on(new_database(template))
    with app.app_context():
        assert tell_all(app.extensions["banyan"], THURSDAY) > 300
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
