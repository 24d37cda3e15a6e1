"""`python -m tests.history.freeze` freezes one more chain beside those that exist, when a new kind has come.

`python -m tests.history.freeze bundles` freezes one more pair of bundles, when their format has a new version.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import db as database
from app.db import Base, db
from app.history.checkpoint import Checkpoint
from app.vault import Vault
from tests.history.conftest import TABLES, every_guard
from tests.history.every_kind import write_every_kind
from tests.history.parcels import parcel, story
from tests.history.test_frozen_chain import FIXTURES, FROZEN, VAULT_KEY, rows_of

VAULT = Vault(VAULT_KEY, "an index key of this test, long enough")


@contextmanager
def fresh() -> Iterator[Session]:
    """A writing transaction on an empty database."""
    app = Flask(__name__)
    url = f"sqlite:///{tempfile.mkdtemp()}/freeze.sqlite"
    app.config |= {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(url)}
    database.init_app(app)
    with app.app_context():
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection, tables=TABLES)
            for statement in every_guard("sqlite"):
                connection.execute(text(statement))
        with database.transaction() as session:
            yield session


def freeze(path: Path) -> None:
    """Write a chain with an entry of every kind into a fresh database and its raw rows into `path`."""
    with fresh() as session:
        write_every_kind(session, VAULT)
        rows = rows_of(session)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


def freeze_bundle(path: Path, tell: Callable[[Session], Checkpoint]) -> None:
    with fresh() as session:
        path.write_bytes(parcel(session, VAULT, tell(session)))


if __name__ == "__main__":
    if sys.argv[1:] == ["bundles"]:
        number = len(list(FIXTURES.glob("bundle-erased-*.json"))) + 1
        freeze_bundle(FIXTURES / f"bundle-{number}.json", lambda session: story(session, VAULT))
        freeze_bundle(FIXTURES / f"bundle-erased-{number}.json", lambda session: story(session, VAULT, erased=True))
    else:
        freeze(FIXTURES / f"chain-{len(FROZEN) + 1}.json")
