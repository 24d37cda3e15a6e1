"""A database with the tables of the record and their guards, one vault, one clock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import db as database
from app.db import db
from app.history import models
from app.vault import Vault

LOG = "banyan-test"
NINE = datetime(2026, 11, 23, 1, 0, 0, 123456, tzinfo=UTC)

assert models


@pytest.fixture
def vault() -> Vault:
    return Vault("a vault key of this test, long enough", "an index key of this test, long enough")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/history.sqlite"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options("sqlite:///")
    database.init_app(app)
    with app.app_context():
        db.create_all()
        with database.transaction() as open_session:
            yield open_session
        db.engine.dispose()
