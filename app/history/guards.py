"""Statements that make the database itself refuse to change an entry; the migration runs them after the tables.

They stop mistakes and the application's own database role. The owner of the table can drop them: then the chain
shows what was changed, and the sealed log what is missing. On PostgreSQL the application must neither own the table
nor be superuser. ENABLE ALWAYS keeps them under `session_replication_role = replica`.
"""

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
