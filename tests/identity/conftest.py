"""A database with the cast in it; each story runs in one transaction that is rolled back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from app.db import Base, engine_options, listen_for_sqlite
from app.identity import factor_models, models
from app.identity.actor import Actor, load_actor_by_login
from app.identity.demo import load_demo_people

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PASSWORD = "榕荫2026-demo-Only"


@pytest.fixture(scope="session")
def engine(new_database: Callable[[str | None], str]) -> Iterator[Engine]:
    url = new_database(None)
    engine = create_engine(url, **engine_options(url))
    if engine.dialect.name == "sqlite":
        listen_for_sqlite(engine)
    own = [table for table in Base.metadata.sorted_tables if table.name in TABLES]
    Base.metadata.create_all(engine, own)
    with Session(engine) as session, session.begin():
        load_demo_people(session, PASSWORD, NOW)
    yield engine
    engine.dispose()


TABLES = {
    value.__tablename__
    for room in (models, factor_models)
    for value in vars(room).values()
    if isinstance(value, type) and hasattr(value, "__table__")
}


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    with Session(connection, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def signed(session: Session) -> Callable[..., Actor]:
    """The actor of a login, loaded as the doors load it."""

    def load(login: str, today: date = TODAY) -> Actor:
        session.flush()
        return load_actor_by_login(session, login, today)

    return load


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    """The SQL statements run inside the block."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)
