"""What we ask of the PostgreSQL driver beyond its defaults: less work for each statement, the same answers."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg._preparing import PrepareManager
from sqlalchemy import event
from sqlalchemy.engine import Engine


class Kept(PrepareManager):
    """Statements stay prepared after a ROLLBACK.

    psycopg 3.3 forgets them then, for the sake of programs that create tables and roll back. Here every request that
    only reads ends with one, so the database would plan each statement anew; PostgreSQL itself keeps what was prepared
    (PREPARE: "for the duration of the current database session").
    """

    def clear(self) -> bool:
        return False


class Described(psycopg.Cursor[Any]):
    """A cursor that names the columns of a result and their types, and looks nothing else up (PEP 249, description).

    SQLAlchemy asks for the description of every result, and psycopg looks each column up in its table of types: for
    the sixty columns of a case and its task that costs as much as a statement.
    """

    @property
    def description(self) -> Sequence[tuple[Any, ...]] | None:  # type: ignore[override]
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        names = ((result.fname(i) or b"").decode() for i in range(result.nfields))
        return [(name, result.ftype(i), None, None, None, None, None) for i, name in enumerate(names)]


def keep_prepared(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: psycopg.Connection[Any], _record: Any) -> None:
        connection._prepared = Kept()
