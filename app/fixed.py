"""Statements of the hot path: compiled once, then handed to the driver as text and values.

SQLAlchemy works out for each execution again what never changes for these: three times the driver's own work. Column
types bind and read the values as ever, listeners hear each statement, and the driver's errors arrive as SQLAlchemy's.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.postgres import Later, answer_of, settle, waiting

CONNECTION = "banyan_connection"
"""Where a session remembers the connection of its transaction: asking for it costs a tenth of a statement."""

CURSOR = "banyan_cursor"
"""Where a connection of the pool keeps the cursor of these statements."""

Failed = Callable[[Any], Exception | None] | None
Convert = Callable[[Any], Any] | None


class Fixed:
    """A SELECT, INSERT, UPDATE or DELETE of Core whose text depends on nothing but the names of its values.

    Not for statements that load mapped objects, nor for lists of values in one parameter.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Named tuples, values as the column types read them. Raises DBAPIError."""
        compiled, answer = self._run(session, values)
        return compiled.read(answer)

    def run(self, session: Session, values: Mapping[str, Any]) -> int:
        """Number of rows written. Raises DBAPIError."""
        _, answer = self._run(session, values)
        return answer.rowcount

    def later(
        self, session: Session, values: Mapping[str, Any], *, rows: int | None = None, failed: Failed = None
    ) -> None:
        """As `run`, but on PostgreSQL it waits for the next statement that is asked at once, or for the commit, and all
        that wait cost one round trip. In the order they were asked, and before anything else of the transaction.

        Args:
            rows: how many must be written.
            failed: what the driver's error means to whoever opened the transaction.

        Raises:
            StaleDataError, DBAPIError, what `failed` gives: here, or where it is sent.
        """
        compiled, connection = self._for(session, values)
        raw: Any = connection.connection.driver_connection
        queue = waiting(raw)
        told, bound = str(getattr(self._statement, "table", "")), compiled.bind(values)
        if queue is not None:
            _heard(connection, None, compiled.text, bound)
            queue.append(Later(compiled.text, bound, rows, failed, told))
            return
        try:
            answer = _execute(connection, compiled.text, bound)
        except DBAPIError as problem:
            if failed and problem.orig and (meant := failed(problem.orig)):
                raise meant from problem
            raise
        if rows is not None and answer.rowcount != rows:
            raise StaleDataError(f"{told} was changed meanwhile")

    def _run(self, session: Session, values: Mapping[str, Any]) -> tuple["_Compiled", "_Answer"]:
        compiled, connection = self._for(session, values)
        return compiled, _execute(connection, compiled.text, compiled.bind(values))

    def _for(self, session: Session, values: Mapping[str, Any]) -> tuple["_Compiled", Connection]:
        connection = _connection(session)
        key = (connection.dialect, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _Compiled(self._statement, _by_place(connection), list(values))
        return compiled, connection


class _Compiled:
    """The text for one dialect and one set of names, and what converts values on their way in and out."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, names: list[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)
        processors, written = compiled._bind_processors, compiled.bind_names
        self.text: str = compiled.string
        self._defaults = {column.key: column.default for column in getattr(compiled, "insert_prefetch", ())}
        self._fixed = {written[bind]: bind.effective_value for bind in written if not bind.required}
        self._binds: list[tuple[str, Convert]] = [(name, processors.get(name)) for name in compiled.positiontup]
        self._dialect, self._columns = dialect, compiled._result_columns
        self._reading: tuple[Any, list[tuple[int, Any]]] | None = None

    def bind(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        given = {**self._fixed, **values}
        for key, default in self._defaults.items():
            given[key] = default.arg(None) if default.is_callable else default.arg
        return tuple([convert(given[name]) if convert else given[name] for name, convert in self._binds])

    def read(self, answer: "_Answer") -> list[Any]:
        make, converts = self._reading or self._learn(answer)
        rows = []
        for found in answer.rows():
            row = list(found)
            for place, convert in converts:
                row[place] = convert(row[place])
            rows.append(make(row))
        return rows

    def _learn(self, answer: "_Answer") -> tuple[Any, list[tuple[int, Any]]]:
        """What the driver says of the columns does not change either."""
        told = answer.types()
        processors = [
            column.type._cached_result_processor(self._dialect, told[place])
            for place, column in enumerate(self._columns)
        ]
        row: Any = namedtuple("Row", [column.keyname for column in self._columns])  # type: ignore[misc]
        self._reading = row._make, [(place, convert) for place, convert in enumerate(processors) if convert]
        return self._reading


def _connection(session: Session) -> Connection:
    """Inside a savepoint the session must be asked: it sets the savepoint only when somebody wants its connection."""
    known = None if session.in_nested_transaction() else session.info.get(CONNECTION)
    return known or session.connection()


class _Answer(NamedTuple):
    """What came of a statement; `rows` is asked before the next one."""

    rowcount: int
    rows: Callable[[], Sequence[Any]]
    types: Callable[[], list[Any]]
    """What the driver says of each column, for the column types of SQLAlchemy."""


def _execute(connection: Connection, text: str, values: Any) -> _Answer:
    raw: Any = connection.connection.driver_connection
    if waiting(raw) is None:
        return _by_cursor(connection, text, values)
    _heard(connection, None, text, values)
    try:
        found = answer_of(raw, text, values)
    except connection.dialect.loaded_dbapi.Error as problem:
        connection._handle_dbapi_exception(problem, text, values, None, None)
    return _Answer(
        found.command_tuples or 0,
        lambda: raw.banyan_wire.rows(found),
        lambda: [found.ftype(place) for place in range(found.nfields)],
    )


def _by_cursor(connection: Connection, text: str, values: Any) -> _Answer:
    """The cursor belongs to the connection and is used again and again: its result is read before the next statement."""
    kept = connection.connection.info
    cursor: Any = kept.get(CURSOR) or kept.setdefault(CURSOR, connection.connection.cursor())
    _heard(connection, cursor, text, values)
    try:
        cursor.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as problem:
        connection._handle_dbapi_exception(problem, text, values, None, None)  # with the cursor it would close it
    return _Answer(cursor.rowcount, cursor.fetchall, lambda: [told[1] for told in cursor.description])


def _by_place(connection: Connection) -> Dialect:
    """The dialect, but for texts whose values stand in order; for our own wire as $1, $2, …, as the server reads them."""
    dialect: Any = connection.dialect
    if dialect.positional:
        return connection.dialect
    ours = waiting(connection.connection.driver_connection) is not None
    placed = copy(dialect)
    placed.paramstyle, placed.positional = "numeric_dollar" if ours else "format", True
    placed.identifier_preparer = placed.preparer(placed)
    return placed  # type: ignore[no-any-return]


def _heard(connection: Connection, cursor: Any, text: str, values: Any) -> None:
    if connection._has_events or connection.engine._has_events:
        for hear in connection.dispatch.before_cursor_execute:
            hear(connection, cursor, text, values, None, False)


def settled(session: Session) -> None:
    """Nothing of the transaction waits any more. Raises as `Fixed.later`."""
    if not session.in_transaction():
        return
    connection = _connection(session)
    raw: Any = connection.connection.driver_connection
    if not waiting(raw):
        return
    try:
        settle(raw)
    except connection.dialect.loaded_dbapi.Error as problem:
        connection._handle_dbapi_exception(problem, "", None, None, None)
