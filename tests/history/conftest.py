"""A database with the tables of the record and their guards, and one vault."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app import db as database
from app.db import Base
from app.history.guards import (
    LOG_UNDO,
    NEIGHBOUR_UNDO,
    STAMP_TABLES,
    STAMP_UNDO,
    UNDO,
    guards,
    log_guards,
    neighbour_guards,
    table_guards,
)
from app.history.log_models import LogCheckpoint, LogDuty, LogKey, LogLeaf, LogNode, NeighbourCheckpoint, TimeStamp
from app.history.models import HistoryEvent, HistoryHead, StoredKey
from app.vault import Vault
from tests.conftest import let_go

MODELS = (HistoryEvent, StoredKey, HistoryHead, LogLeaf, LogNode, LogCheckpoint, LogKey, LogDuty, NeighbourCheckpoint,
          TimeStamp)  # fmt: skip
TABLES = [Base.metadata.tables[model.__tablename__] for model in MODELS]


def every_guard(dialect: str) -> tuple[str, ...]:
    return guards(dialect) + log_guards(dialect) + neighbour_guards(dialect) + table_guards(dialect, STAMP_TABLES)


@pytest.fixture
def vault() -> Vault:
    return Vault("a vault key of this test, long enough", "an index key of this test, long enough")


@pytest.fixture
def app(prepared: Callable[[str, Callable[[Connection], None]], Flask]) -> Iterator[Flask]:
    app = prepared("history", _guarded)
    with app.app_context():
        yield app
    let_go(app)


def _guarded(connection: Connection) -> None:
    Base.metadata.create_all(connection, tables=TABLES)
    for statement in every_guard(connection.dialect.name):
        connection.execute(text(statement))


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A writing transaction that is rolled back after the test."""
    with database.transaction() as open_session:
        yield open_session
        open_session.rollback()


@pytest.fixture
def owner(session: Session) -> Session:
    """The same session after the table's owner has dropped the guards."""
    name = session.get_bind().dialect.name
    for statement in UNDO[name] + LOG_UNDO[name] + NEIGHBOUR_UNDO[name] + STAMP_UNDO[name]:
        session.execute(text(statement))
    return session


@pytest.fixture
def next_door() -> Iterator[Session]:
    """The database of another office, on a machine of its own."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Base.metadata.create_all(connection, tables=TABLES)
    with Session(engine) as open_session:
        yield open_session
    engine.dispose()
