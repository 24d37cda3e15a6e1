"""Rows that somebody altered in the database, past all acts: the chains still hold, the comparison with them does not
(proof §2.1)."""

import pytest
from sqlalchemy import text

from app import clock
from app.db import db, in_transaction
from app.history.verify import verify_all
from app.instances.check import check_case
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from tests.acts.conftest import Office, person

ANOTHER = person("luoxiuzhen")
ALTERED = [
    (f"UPDATE task SET closed_by = '{ANOTHER}' WHERE status = 'done'", "task"),
    (f"UPDATE task SET on_behalf_of = '{ANOTHER}' WHERE status = 'done'", "task"),
    ("UPDATE task SET status = 'cancelled' WHERE status = 'done'", "task"),
    (f"UPDATE instance SET owner_id = '{ANOTHER}'", "case"),
    ("DELETE FROM submission", "submission"),
    ("UPDATE submission SET answers = digest", "submission"),
    ("UPDATE submission SET digest = answers", "submission"),
    ("INSERT INTO case_mark SELECT 'late', started_at, id FROM instance", "mark"),
]


@pytest.fixture
def handed_in(office: Office) -> Office:
    office.received()
    return office


def differing(office: Office) -> list[str]:
    around = office.app.extensions["banyan"]
    with office.app.app_context():
        row = db.session.get_one(Instance, office.case)
        found = [one.what for one in check_case(db.session(), around, row, now=clock.now())]
        db.session.remove()
    return found


def test_an_untouched_case_agrees_with_its_record(handed_in: Office) -> None:
    assert differing(handed_in) == []


@pytest.mark.parametrize(("statement", "what"), ALTERED)
def test_what_was_altered_is_named(handed_in: Office, statement: str, what: str) -> None:
    with handed_in.app.app_context():
        in_transaction(lambda: db.session.execute(text(statement)))
        around = handed_in.app.extensions["banyan"]
        heads = recorded_heads(db.session())
        assert verify_all(db.session(), vault=around.vault, log=around.log, heads=heads).holds
        db.session.remove()

    assert differing(handed_in) == [what]
