"""`python -m tests.history.freeze` freezes one more chain beside those that exist, when a new kind has come."""

import json
import tempfile
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app import db as database
from app.db import Base, db
from app.history.guards import guards
from app.vault import Vault
from tests.history.conftest import TABLES
from tests.history.every_kind import write_every_kind
from tests.history.test_frozen_chain import FIXTURES, FROZEN, VAULT_KEY, rows_of


def freeze(path: Path) -> None:
    """Write a chain with an entry of every kind into a fresh database and its raw rows into `path`."""
    app = Flask(__name__)
    url = f"sqlite:///{tempfile.mkdtemp()}/freeze.sqlite"
    app.config |= {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(url)}
    database.init_app(app)
    with app.app_context():
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection, tables=TABLES)
            for statement in guards("sqlite"):
                connection.execute(text(statement))
        with database.transaction() as session:
            write_every_kind(session, Vault(VAULT_KEY, "an index key of this test, long enough"))
        rows = rows_of(db.session())
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    freeze(FIXTURES / f"chain-{len(FROZEN) + 1}.json")
