"""Statements that make the database itself refuse to change an entry; the migration runs them after the tables.

They stop mistakes and the application's own database role. The owner of the table can drop them: then the chain
shows what was changed, and the sealed log what is missing. On PostgreSQL the application must neither own the table
nor be superuser. ENABLE ALWAYS keeps them under `session_replication_role = replica`.
"""

from collections.abc import Iterable, Mapping

POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION history_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'history_event is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER history_event_no_change BEFORE UPDATE OR DELETE ON history_event
    FOR EACH ROW EXECUTE FUNCTION history_event_refuse()
    """,
    """
    CREATE TRIGGER history_event_no_truncate BEFORE TRUNCATE ON history_event
    FOR EACH STATEMENT EXECUTE FUNCTION history_event_refuse()
    """,
    "ALTER TABLE history_event ENABLE ALWAYS TRIGGER history_event_no_change",
    "ALTER TABLE history_event ENABLE ALWAYS TRIGGER history_event_no_truncate",
)

# INSERT OR REPLACE deletes without firing DELETE triggers (unless recursive_triggers is on): the last two see to it.
SQLITE = (
    """
    CREATE TRIGGER history_event_no_update BEFORE UPDATE ON history_event
    BEGIN SELECT RAISE(ABORT, 'history_event is append-only: UPDATE refused'); END
    """,
    """
    CREATE TRIGGER history_event_no_delete BEFORE DELETE ON history_event
    BEGIN SELECT RAISE(ABORT, 'history_event is append-only: DELETE refused'); END
    """,
    """
    CREATE TRIGGER history_event_no_replace BEFORE INSERT ON history_event
    WHEN EXISTS (SELECT 1 FROM history_event WHERE "case" = NEW."case" AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'history_event is append-only: the number exists'); END
    """,
    """
    CREATE TRIGGER history_event_no_dedupe BEFORE INSERT ON history_event
    WHEN NEW.dedupe IS NOT NULL AND EXISTS (SELECT 1 FROM history_event WHERE dedupe = NEW.dedupe)
    BEGIN SELECT RAISE(ABORT, 'history_event is append-only: the dedupe key exists'); END
    """,
)

LOG_TABLES = {
    "log_leaf": ("number",),
    "log_node": ("level", "number"),
    "log_checkpoint": ("number",),
    "log_key": ("number",),
}
"""Of the sealed log, with the columns of their primary keys: they only ever grow, as the record does."""

NEIGHBOUR_TABLES = {"neighbour_checkpoint": ("number",)}
"""What was kept of neighbours' logs: likewise."""

STAMP_TABLES = {"time_stamp": ("number",)}
"""Time-stamp tokens over our checkpoints: likewise."""

ADDED_TO = {"submission": ("id",), "access_look": ("id",)}
"""What was handed over and who looked at what: rows that other rooms only ever add."""

KEPT_TABLES = {
    "refused_attempt": ("person_id", "day", "number"),
    "analysis_run": ("id",),
    "analysis_finding": ("run_id", "number"),
}
"""Who was refused what, and what an analysis found: likewise."""


def _log_postgresql(name: str) -> tuple[str, ...]:
    return (
        f"""
        CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{name} is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
        END $$
        """,
        f"""
        CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name}
        FOR EACH ROW EXECUTE FUNCTION {name}_refuse()
        """,
        f"""
        CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}_refuse()
        """,
        f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_no_change",
        f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_no_truncate",
    )


def _log_sqlite(name: str, key: tuple[str, ...]) -> tuple[str, ...]:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    refuse = f"SELECT RAISE(ABORT, '{name} is append-only"
    return (
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refuse}: UPDATE refused'); END",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {refuse}: DELETE refused'); END",
        f"""
        CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}
        WHEN EXISTS (SELECT 1 FROM {name} WHERE {same})
        BEGIN {refuse}: the number exists'); END
        """,
    )


def log_guards(dialect: str) -> tuple[str, ...]:
    """The same for the tables of the sealed log. Raises KeyError for another dialect."""
    return table_guards(dialect, LOG_TABLES)


def neighbour_guards(dialect: str) -> tuple[str, ...]:
    """The same for `NEIGHBOUR_TABLES`. Raises KeyError for another dialect."""
    return table_guards(dialect, NEIGHBOUR_TABLES)


def added_guards(dialect: str) -> tuple[str, ...]:
    """The same for `ADDED_TO`. Raises KeyError for another dialect."""
    return table_guards(dialect, ADDED_TO)


def kept_guards(dialect: str) -> tuple[str, ...]:
    """The same for `KEPT_TABLES`. Raises KeyError for another dialect."""
    return table_guards(dialect, KEPT_TABLES)


def table_guards(dialect: str, tables: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The same for tables with the columns of their primary keys. Raises KeyError for another dialect."""
    if dialect == "postgresql":
        return tuple(one for name in tables for one in _log_postgresql(name))
    return {"sqlite": tuple(one for name, key in tables.items() for one in _log_sqlite(name, key))}[dialect]


def _undo(tables: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {
        "postgresql": tuple(
            one
            for name in tables
            for one in (
                f"DROP TRIGGER {name}_no_change ON {name}",
                f"DROP TRIGGER {name}_no_truncate ON {name}",
                f"DROP FUNCTION {name}_refuse()",
            )
        ),
        "sqlite": tuple(f"DROP TRIGGER {name}_no_{act}" for name in tables for act in ("update", "delete", "replace")),
    }


LOG_UNDO, NEIGHBOUR_UNDO, ADDED_UNDO = _undo(LOG_TABLES), _undo(NEIGHBOUR_TABLES), _undo(ADDED_TO)
STAMP_UNDO = _undo(STAMP_TABLES)

UNDO = {
    "postgresql": (
        "DROP TRIGGER history_event_no_change ON history_event",
        "DROP TRIGGER history_event_no_truncate ON history_event",
        "DROP FUNCTION history_event_refuse()",
    ),
    "sqlite": tuple(f"DROP TRIGGER history_event_no_{act}" for act in ("update", "delete", "replace", "dedupe")),
}
"""Per dialect, for the downgrade of the migration."""


def guards(dialect: str) -> tuple[str, ...]:
    """The statements for `postgresql` or `sqlite`. Raises KeyError for another dialect."""
    return {"postgresql": POSTGRESQL, "sqlite": SQLITE}[dialect]


KEPT_UNDO = _undo(KEPT_TABLES)
