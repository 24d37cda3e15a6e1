"""A database in which every invented case has been told, for all stories of this folder."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.cli.demo_cases import tell_all
from app.db import db
from tests.conftest import application_on, let_go
from tests.small_role import as_in_production

THURSDAY = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
"""14:30 in China, on a working day."""


@pytest.fixture(scope="session")
def told(template: str, new_database: Callable[[str | None], str]) -> Iterator[Flask]:
    """A database in which every story has been told, on PostgreSQL with a role that owns nothing; nobody changes it."""
    with as_in_production(new_database(template)) as url:
        app = application_on(url)
        with app.app_context():
            assert tell_all(app.extensions["banyan"], THURSDAY) > 300
            db.session.remove()
        yield app
        let_go(app)
