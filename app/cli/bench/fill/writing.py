"""Writing rows in bulk: COPY in PostgreSQL's own format, one INSERT for each table elsewhere.

Each value goes through its column's type and the driver's adapter for the type the database has: nothing here knows
how a column is stored. What is the same in every copy of a case is turned into bytes once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from struct import Struct
from typing import Any, Protocol
from uuid import UUID

from psycopg.pq import Format
from sqlalchemy import Column, Connection, Table, insert, text

from app.cli.bench.fill.copies import HOLES, Row
from app.db import Base

COUNT, LENGTH = Struct("!h"), Struct("!i")
NULL = LENGTH.pack(-1)
BEGIN, END = b"PGCOPY\n\xff\r\n\x00" + bytes(8), COUNT.pack(-1)
"""COPY, Binary Format."""
TYPES = text("SELECT attname, atttypid FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0")
UUID_OID = 2950
"""pg_type of uuid."""
Encode = Callable[[Any], bytes]


class Writer(Protocol):
    """Gathering takes seconds and no transaction; writing what is gathered is short."""

    def gathered(self, rows: Iterable[Row]) -> Mapping[str, Any]: ...

    def write(self, connection: Connection, gathered: Mapping[str, Any]) -> None: ...


def writer(connection: Connection) -> Writer:
    """Knows the tables of the database of this connection; writes over any to it."""
    return CopyIn(connection) if connection.dialect.name == "postgresql" else Inserts()


class Inserts:
    def gathered(self, rows: Iterable[Row]) -> Mapping[str, Any]:
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in HOLES}
        for table, row, values in rows:
            found[table].append({**row, **dict(zip(HOLES[table], values, strict=True))})
        return found

    def write(self, connection: Connection, gathered: Mapping[str, Any]) -> None:
        for name, rows in gathered.items():
            if rows:
                connection.execute(insert(Base.metadata.tables[name]), rows)


class CopyIn:
    """Rows as COPY takes them: the columns of `HOLES` first, then the others as bytes that are made once."""

    def __init__(self, connection: Connection) -> None:
        self._encoders: dict[str, Mapping[str, Encode]] = {}
        self._rest: dict[int, tuple[Mapping[str, Any], bytes]] = {}
        self._tables = {name: Base.metadata.tables[name] for name in HOLES}
        for name, table in self._tables.items():
            self._encoders[name] = _encoders(connection, table)
        self._own = {name: [self._encoders[name][hole] for hole in holes] for name, holes in HOLES.items()}

    def gathered(self, rows: Iterable[Row]) -> Mapping[str, Any]:
        buffers: dict[str, list[bytes]] = {name: [BEGIN] for name in HOLES}
        for table, row, values in rows:
            rest = self._rest.get(id(row)) or self._remembered(table, row)
            cells = [encode(value) for encode, value in zip(self._own[table], values, strict=True)]
            buffers[table] += (COUNT.pack(len(self._encoders[table])), *cells, rest[1])
        return {name: b"".join((*parts, END)) for name, parts in buffers.items() if len(parts) > 1}

    def write(self, connection: Connection, gathered: Mapping[str, Any]) -> None:
        driver: Any = connection.connection.driver_connection
        for name, content in gathered.items():
            columns = ", ".join(f'"{one}"' for one in self._order(name))
            statement = f'COPY "{name}" ({columns}) FROM STDIN (FORMAT BINARY)'
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(content)

    def _order(self, name: str) -> Sequence[str]:
        return (*HOLES[name], *(column for column in self._encoders[name] if column not in HOLES[name]))

    def _remembered(self, name: str, row: Mapping[str, Any]) -> tuple[Mapping[str, Any], bytes]:
        """The row is kept too: an id is its own only as long as it lives."""
        rest = self._order(name)[len(HOLES[name]) :]
        encoded = b"".join(self._encoders[name][column](row[column]) for column in rest)
        return self._rest.setdefault(id(row), (row, encoded))


def _encoders(connection: Connection, table: Table) -> Mapping[str, Encode]:
    types = {row.attname: row.atttypid for row in connection.execute(TYPES, {"table": f'"{table.name}"'})}
    return {column.name: _encoder(connection, column, types[column.name]) for column in table.columns}


def _encoder(connection: Connection, column: Column[Any], oid: int) -> Encode:
    driver: Any = connection.connection.driver_connection
    bind = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    dump = driver.adapters.get_dumper_by_oid(oid, Format.BINARY)(object, driver).dump
    pack = LENGTH.pack
    as_text = oid == UUID_OID
    """Some types hand it to the driver as text."""
    last, cell = None, NULL

    def encode(value: Any) -> bytes:
        nonlocal last, cell
        if value is not last:  # rows of one case have its id and that of its key in common
            last, cell = value, encoded(value)
        return cell

    def encoded(value: Any) -> bytes:
        bound = bind(value) if bind else value
        if bound is None:
            return NULL
        found: bytes = dump(UUID(bound) if as_text and isinstance(bound, str) else bound)
        return pack(len(found)) + found

    return encode
