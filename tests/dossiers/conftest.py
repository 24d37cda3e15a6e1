"""A database with the tables of these rooms, one vault with one open key."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import db as database
from app.vault import Vault
from app.vault.sealer import KeySealer


@pytest.fixture
def sealer() -> KeySealer:
    vault = Vault("a vault key of this test, long enough", "an index key of this test, long enough")
    return KeySealer(vault, vault.new_data_key("case-1", "")[0])


@pytest.fixture
def session(store: Flask) -> Iterator[Session]:
    with database.transaction() as open_session:
        yield open_session
