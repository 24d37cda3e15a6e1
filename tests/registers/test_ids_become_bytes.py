"""Migration 0011 with rows of before: the same names, the same people, the same record; and no way back once it is packed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, insert, select

from app.db import db, new_id
from app.dossiers.models import Submission
from app.history.models import HistoryEvent, StoredKey
from app.instances.looks import AccessLook
from app.instances.models import Draft, Instance, Task
from tests.conftest import application_on

MIGRATIONS = str(Path(__file__).parents[2] / "migrations")
CASE, TASK, PERSON = "0f" * 16, "a1" * 16, "0b5f9f5e-3a3c-4e5d-8f55-7f1f3b7d7c11"
BODY = b'{"at":"2026-11-26T16:42:31.588274Z"}'
FILLERS: dict[type, Any] = {
    str: "x", int: 1, bool: False, bytes: b"\x01", datetime: datetime(2026, 11, 1, tzinfo=UTC), date: date(2026, 11, 1),
    dict: {}, UUID: UUID(int=1).hex,
}  # fmt: skip
ROWS: list[tuple[str, dict[str, Any]]] = [
    ("definition", {"digest": "d"}),
    ("instance", {"id": CASE, "definition": "d", "owner_id": "machine", "started_by": PERSON}),
    ("task", {"id": TASK, "instance_id": CASE, "process": "called"}),
    ("draft", {"task_id": TASK}),
    ("access_look", {"id": new_id(), "case": CASE, "task": TASK, "person_id": PERSON}),
    ("submission", {"id": new_id(), "case": CASE, "by": PERSON}),
    ("data_key", {"case": CASE}),
    ("data_key", {"case": "sys/grants"}),
    ("data_key", {"case": "sys/definitions1"}),
    ("history_event", {"case": CASE, "body": BODY, "dedupe": bytes(range(16))}),
    ("history_event", {"case": "sys/definitions1", "body": BODY}),
]


@pytest.fixture
def before(empty_database: str) -> Iterator[Flask]:
    app = application_on(empty_database)
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision="0010")
        with db.engine.begin() as connection:
            for name, values in ROWS:
                table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
                needed = {one.name: FILLERS[one.type.python_type] for one in table.c if not one.nullable} | values
                ids = {
                    one.name: UUID(needed[one.name])
                    for one in table.c
                    if one.type.python_type is UUID and one.name in needed
                }
                connection.execute(insert(table).values(needed | ids))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def told() -> dict[str, Any]:
    case, task, look = db.session.get_one(Instance, CASE), db.session.get_one(Task, TASK), select(AccessLook)
    seen, submission = db.session.scalars(look).one(), db.session.scalars(select(Submission)).one()
    events = {one.case: (one.body, one.dedupe) for one in db.session.scalars(select(HistoryEvent))}
    return {
        "case": (case.id, case.owner_id, case.started_by, case.starter_behalf),
        "task": (task.id, task.instance_id, task.process, db.session.scalars(select(Draft.task_id)).one()),
        "look": (seen.case, seen.task, seen.person_id),
        "submission": (submission.case, submission.by, submission.on_behalf_of),
        "keys": set(db.session.scalars(select(StoredKey.case))),
        "joined": db.session.scalars(select(StoredKey.case).join(Instance, StoredKey.case == Instance.id)).all(),
        "events": events,
    }


def test_rows_of_before_are_the_same_after(before: Flask) -> None:
    with before.app_context():
        upgrade(directory=MIGRATIONS)
        assert told() == {
            "case": (CASE, "machine", PERSON, None),
            "task": (TASK, CASE, "called", TASK),
            "look": (CASE, TASK, PERSON),
            "submission": (CASE, PERSON, None),
            "keys": {CASE, "sys/grants", "sys/definitions1"},
            "joined": [CASE],
            "events": {CASE: (BODY, bytes(range(16))), "sys/definitions1": (BODY, None)},
        }


def test_there_is_a_way_back_until_an_entry_is_packed(before: Flask) -> None:
    with before.app_context():
        upgrade(directory=MIGRATIONS)
        downgrade(directory=MIGRATIONS, revision="0010")
        upgrade(directory=MIGRATIONS)
        assert told()["keys"] == {CASE, "sys/grants", "sys/definitions1"}
        entry = {
            "case": CASE,
            "seq": 2,
            "at": FILLERS[datetime],
            "kind": "x",
            "hash": "00",
            "key_id": "00",
            "sealed": b"x",
        }
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(insert(HistoryEvent).values(**entry, body=b"\x10 as a packed one begins"))
        with pytest.raises(SystemExit):
            downgrade(directory=MIGRATIONS, revision="0010")
