from collections.abc import Iterator

import pytest
from flask import Flask

import app.calendar.models  # noqa: F401 — the tables of this room
from app import db as database


@pytest.fixture
def store(empty_database: str) -> Iterator[Flask]:
    """An empty database with the tables of the room, inside its application context."""
    flask = Flask("calendar-tests")
    flask.config["SQLALCHEMY_DATABASE_URI"] = empty_database
    flask.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(empty_database)
    database.init_app(flask)
    with flask.app_context():
        database.db.create_all()
        yield flask
        database.db.session.remove()
        database.db.engine.dispose()
