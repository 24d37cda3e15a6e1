"""Migration 0023 with rows of before: of each count the first and the last attempt remain, numbered without a gap."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, insert, select

from app.db import db
from app.instances.chain_batches import check_batches
from app.instances.refused import RefusedAttempt, knocks_at
from tests.conftest import application_on
from tests.registers.test_ids_become_bytes import CASE, MIGRATIONS, PERSON

NINE, TEN = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (1, 2))
KEPT = {"day": date(2026, 11, 23), "network": "10.0.0.1", "code": "not_found"}
ROWS: list[dict[str, Any]] = [
    KEPT | {"act": "look", "first_at": NINE, "last_at": TEN, "times": 7},
    KEPT | {"act": "claim", "first_at": TEN, "last_at": TEN, "times": 1},
]


@pytest.fixture
def before(empty_database: str) -> Iterator[Flask]:
    app = application_on(empty_database)
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0022")
        postgresql = db.engine.dialect.name == "postgresql"
        with db.engine.begin() as connection:
            table = Table("refused_attempt", MetaData(), autoload_with=connection)
            case = bytes.fromhex(CASE) if postgresql else CASE
            connection.execute(insert(table), [{"case": case, "person_id": PERSON} | row for row in ROWS])
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def told() -> list[tuple[str, datetime, int]]:
    found = [(one.act, one.first_at, one.times) for one in knocks_at(db.session(), CASE)]
    db.session.remove()
    return found


def test_counts_of_before_are_told_as_before_and_there_is_a_way_back(before: Flask) -> None:
    counted = [("look", NINE, 7), ("claim", TEN, 1)]
    with before.app_context():
        upgrade(directory=MIGRATIONS)
        assert told() == counted
        rows = db.session.scalars(select(RefusedAttempt).order_by(RefusedAttempt.number)).all()
        assert [(row.number, row.act, row.times, row.person_id) for row in rows] == [
            (1, "look", 1, PERSON), (2, "claim", 1, PERSON), (3, "look", 7, PERSON),
        ]  # fmt: skip
        assert list(check_batches(db.session(), before.extensions["banyan"])) == []
        db.session.remove()
        downgrade(directory=MIGRATIONS, revision="0022")
        upgrade(directory=MIGRATIONS)
        assert told() == counted
