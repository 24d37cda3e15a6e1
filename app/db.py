"""The database session and the only commit of the program.

A door (web, api, cli) or the worker loop opens one `transaction()`; the rooms below write into
`db.session` and never commit. On SQLite a writing transaction starts with BEGIN IMMEDIATE, because a
deferred one that later wants to write is refused as "database is locked" under concurrency.
"""

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, String, TypeDecorator, Uuid, event, orm
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase

from app.errors import Refusal
from app.fixed import CONNECTION, settled
from app.postgres import Described, listen_for_postgres
from app.write_changes import write_changes

T = TypeVar("T")
WRITING = "banyan_writing"
BUSY_MS = 5000
"""How long SQLite waits for another writer, per try."""
GONE = frozenset({
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB,
})  # fmt: skip
"""SQLite's results that mean: the file cannot be used now, whatever is asked of it."""
PASSING = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available. Once more from the start may go well."""


def new_id() -> str:
    """An id of 32 hexadecimal digits: 48 bits of milliseconds, 80 of chance. It tells nobody how many there are (abuse
    case 2), and keys that were made one after the other lie side by side in an index."""
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; SQLite would give it back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class Base(DeclarativeBase):
    registry = orm.registry(
        type_annotation_map={datetime: UtcDateTime, UUID: Uuid, str: String},
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})


def engine_options(url: str) -> dict[str, Any]:
    """Options by dialect. JSON keeps Chinese keys readable, so that SQLite can look them up."""
    options: dict[str, Any] = {
        "json_serializer": lambda o: orjson.dumps(o).decode(),
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error that quotes them would carry answers into a log
    }
    if url.startswith("postgresql"):
        options |= {
            "pool_pre_ping": True,
            "pool_size": 8,
            "max_overflow": 8,
            "connect_args": {
                "cursor_factory": Described,
                "options": "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000 -c timezone=UTC",
            },
        }
    else:
        options |= {"connect_args": {"timeout": BUSY_MS / 1000}}
    return options


def init_app(app: Flask) -> None:
    db.init_app(app)
    app.teardown_appcontext(_let_go)  # runs before the library's own, which then finds nothing to do
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            listen_for_sqlite(db.engine)
        else:
            listen_for_postgres(db.engine)


def _let_go(_problem: BaseException | None) -> None:
    """The session of a request ends with it. Where the database is gone by now there is nothing to roll back, and what
    was read and answered before stays answered."""
    try:
        db.session.remove()
    except DBAPIError as problem:
        db.session.registry.clear()
        if not lost(problem):
            raise


def listen_for_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and explicit BEGIN: the driver's own would be deferred and late."""

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[orm.Session]:
    """The one commit. What the session read before is let go first, so nothing stale is written back.

    Reads without a row in memory (who calls) need not be let go on PostgreSQL: see `_may_go_on`.
    """
    session = db.session()
    if session.info.get(WRITING):
        raise RuntimeError("transaction() inside transaction(): only the door may open one")
    if not _may_go_on(session):
        session.rollback()
        session.connection(execution_options={WRITING: True})
    session.info[WRITING], session.info[CONNECTION] = True, session.connection()
    try:
        yield session
        write_changes(session)
        session.flush()
        settled(session)
        _commit(session)
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(WRITING, None)
        session.info.pop(CONNECTION, None)


def _commit(session: orm.Session) -> None:
    """Raises Refusal `commit_unknown` (503): the connection broke while committing, so nobody here can know."""
    try:
        session.commit()
    except DBAPIError as problem:
        if lost(problem):
            raise Refusal("commit_unknown", 503) from problem
        raise


def _may_go_on(session: orm.Session) -> bool:
    """Whether the transaction that has only read columns may become the writing one, which saves three round trips.

    PostgreSQL reads what is committed anew for each statement (READ COMMITTED). SQLite must begin again, IMMEDIATE.
    """
    clean = session.in_transaction() and not session.identity_map and not session.new
    return clean and session.get_bind().dialect.name == "postgresql"


def in_transaction(command: Callable[[], T], *, tries: int = 3) -> T:
    """Run `command` in one transaction; retry serialization failures and deadlocks from a clean session.

    Raises:
        Refusal: `busy` (503) when the database stays locked after `tries`; `commit_unknown` (503).
    """
    for attempt in range(1, tries + 1):
        try:
            with transaction():
                return command()
        except DBAPIError as problem:
            db.session.remove()
            if not locked(problem):
                raise
            if attempt == tries:
                raise Refusal("busy", 503) from problem
            time.sleep(random.uniform(0.01, 0.05) * attempt)
    raise AssertionError("unreachable")


def lost(problem: DBAPIError) -> bool:
    """Whether the database itself is gone: the connection broke, or none could be opened."""
    if locked(problem):
        return False
    if problem.connection_invalidated or (isinstance(problem, OperationalError) and problem.statement is None):
        return True
    return _result(problem) in GONE


def locked(problem: DBAPIError) -> bool:
    """Whether others were in the way: the same again may go well."""
    if getattr(problem.orig, "sqlstate", None) in PASSING:
        return True
    return _result(problem) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _result(problem: DBAPIError) -> int:
    """SQLite's primary result code; 0 for other databases."""
    return getattr(problem.orig, "sqlite_errorcode", 0) & 0xFF
