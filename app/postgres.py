"""What we ask of the PostgreSQL driver beyond its defaults: less work for each statement, the same answers."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, NamedTuple

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGresult
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm.exc import StaleDataError

from app.wire import Wire, begun, good


class Kept(PrepareManager):
    """Statements stay prepared after a ROLLBACK.

    psycopg 3.3 forgets them then, for the sake of programs that create tables and roll back. Here every request that
    only reads ends with one, so the database would plan each statement anew; PostgreSQL itself keeps what was prepared
    (PREPARE: "for the duration of the current database session").
    """

    def clear(self) -> bool:
        return False


class Later(NamedTuple):
    """A statement whose answer nobody reads but to know that it went well.

    Attributes:
        rows: how many it must write; any number when None.
        failed: makes of the driver's error what the caller's caller expects; None leaves it as it is.
    """

    text: str
    values: Sequence[Any]
    rows: int | None
    failed: Callable[[psycopg.Error], Exception | None] | None
    table: str


def waiting(connection: Any) -> list[Later] | None:
    """What this connection has still to send, in order; None for another driver's."""
    return getattr(connection, "banyan_later", None)


def settle(connection: Any) -> None:
    """Send what waits, in one message, and read the answers: a round trip for all instead of one for each.

    Raises:
        psycopg.Error, or what its statement's `failed` makes of it; StaleDataError.
    """
    sent, connection.banyan_later = connection.banyan_later, []
    answers = connection.banyan_wire.ask([(one.text, one.values) for one in sent])
    for one, answer in zip(sent, answers, strict=True):
        if problem := _problem(connection, answer):
            if one.failed and (meant := one.failed(problem)):
                raise meant from problem
            raise problem
    for one, answer in zip(sent, answers, strict=True):
        if one.rows is not None and answer.command_tuples != one.rows:
            raise StaleDataError(f"{one.table} was changed meanwhile")


def answer_of(connection: Any, text: str, values: Sequence[Any]) -> PGresult:
    """What the server says to one statement, after all that waits.

    Raises:
        psycopg.Error; as `settle`.
    """
    if connection.banyan_later:
        settle(connection)
    (answer,) = connection.banyan_wire.ask([(text, values)])
    if problem := _problem(connection, answer):
        raise problem
    return answer  # type: ignore[no-any-return]


def _problem(connection: Any, answer: PGresult) -> psycopg.Error | None:
    return None if good(answer) else error_from_result(answer, encoding=connection.info.encoding)


class Described(psycopg.Cursor[Any]):
    """A cursor that names the columns of a result and their types, and looks nothing else up (PEP 249, description).

    SQLAlchemy asks for the description of every result, and psycopg looks each column up in its table of types: for
    the sixty columns of a case and its task that costs as much as a statement. What waits on its connection goes first.
    """

    def execute(self, *args: Any, **more: Any) -> "Described":
        if waiting(self._conn):
            settle(self._conn)
        return super().execute(*args, **more)

    @property
    def description(self) -> Sequence[tuple[Any, ...]] | None:  # type: ignore[override]
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        names = ((result.fname(i) or b"").decode() for i in range(result.nfields))
        return [(name, result.ftype(i), None, None, None, None, None) for i, name in enumerate(names)]


def listen_for_postgres(engine: Engine) -> None:
    """Statements stay prepared, and may wait for each other; nothing that waits outlives its transaction. A connection is
    tried by the BEGIN it would send anyway, unless it answered a moment ago."""
    engine.dialect.do_ping = begun  # type: ignore[method-assign, assignment]

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection._prepared, connection.banyan_later, connection.banyan_wire = Kept(), [], Wire(connection)

    @event.listens_for(engine, "rollback")
    def _rolled_back(connection: Connection) -> None:
        if not connection.invalidated:
            connection.connection.driver_connection.banyan_later = []  # type: ignore[union-attr]

    @event.listens_for(engine, "commit")
    def _committing(connection: Connection) -> None:
        if waiting(connection.connection.driver_connection):
            settle(connection.connection.driver_connection)

    @event.listens_for(engine, "reset")
    def _reset(connection: Any, _record: Any, _state: Any) -> None:
        connection.banyan_later = []

    @event.listens_for(engine, "checkin")
    def _given_back(connection: Any, _record: Any) -> None:
        if connection is not None:
            connection.banyan_wire.answered = monotonic()
