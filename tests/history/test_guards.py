"""The database itself refuses to change an entry."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.history import verify_all
from app.history.guards import UNDO
from app.vault import Vault
from tests.history.chains import CASE, LOG, write_chain

STATEMENTS = [
    "UPDATE history_event SET kind = 'other'",
    "UPDATE history_event SET dedupe = NULL WHERE seq = 2",
    "DELETE FROM history_event",
    "DELETE FROM history_event WHERE seq = 2",
]
COPY = 'SELECT "case", seq, at, kind, hash, body, key_id, sealed, dedupe FROM history_event WHERE seq = 2'
BY_DIALECT = {
    "sqlite": [
        f"INSERT OR REPLACE INTO history_event {COPY}",
        f"REPLACE INTO history_event {COPY.replace('seq, at', 'seq + 9, at')}",
        f"INSERT INTO history_event {COPY} ON CONFLICT DO UPDATE SET kind = 'other'",
    ],
    "postgresql": [
        "TRUNCATE history_event",
        "SET LOCAL session_replication_role = replica; DELETE FROM history_event",
        f"INSERT INTO history_event {COPY} ON CONFLICT (\"case\", seq) DO UPDATE SET kind = 'other'",
    ],
}


def test_no_statement_changes_or_removes_an_entry(session: Session, vault: Vault) -> None:
    head = write_chain(session, vault, length=3)
    for statement in STATEMENTS + BY_DIALECT[session.get_bind().dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(statement))
    assert verify_all(session, vault=vault, log=LOG, heads={CASE: head}).holds


def test_the_owner_can_lift_them_and_the_chain_shows_it(session: Session, vault: Vault) -> None:
    write_chain(session, vault, length=3)
    for statement in UNDO[session.get_bind().dialect.name]:
        session.execute(text(statement))
    session.execute(text(STATEMENTS[0]))
    assert not verify_all(session, vault=vault, log=LOG).holds
