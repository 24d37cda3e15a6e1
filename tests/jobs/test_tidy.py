"""What the engine writes down of errands goes again, with all its parts, so that its tables do not grow."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from dbos import DBOSClient
from sqlalchemy import text

from app.db import db
from app.jobs.durable import NAME, QUEUE, VERSION, make_tables
from app.jobs.plain_text import PlainText
from app.jobs.tidy import FORGOTTEN, KEPT, REMOVED, tidy
from tests.jobs.office import CRIME, Office

TABLES = ("workflow_status", "workflow_input", "workflow_output")


@pytest.fixture
def county(office: Callable[..., Office]) -> Office:
    opened = office(CRIME)
    make_tables(url(opened))
    return opened


@pytest.fixture
def client(county: Office) -> Iterator[DBOSClient]:
    opened = DBOSClient(system_database_url=url(county), serializer=PlainText(), application_name=NAME)
    yield opened
    opened.destroy()


def url(county: Office) -> str:
    return str(county.application.config["SQLALCHEMY_DATABASE_URI"])


def hand_over(county: Office, client: DBOSClient, errands: int, *, over: bool) -> None:
    """So many errands; with `over` they are done, as the engine writes that down."""

    def command() -> None:
        for number in range(errands):
            client.enqueue_in_transaction(
                db.session(), {"workflow_name": "errand", "queue_name": QUEUE, "app_version": VERSION}, str(number)
            )
        if over:
            db.session.execute(
                text(named(county, "UPDATE @workflow_status SET status = 'SUCCESS', completed_at = created_at"))
            )
            db.session.execute(text(named(
                county, "INSERT INTO @workflow_output (workflow_uuid, output) SELECT workflow_uuid, 'null' FROM @workflow_status"
            )))  # fmt: skip

    county.act(command)


def rows(county: Office) -> list[int]:
    counts = [named(county, f"SELECT count(*) FROM @{one}") for one in TABLES]
    return county.act(lambda: [int(db.session.scalar(text(one)) or 0) for one in counts])  # type: ignore[no-any-return]


def named(county: Office, statement: str) -> str:
    return statement.replace("@", "dbos." if "postgresql" in url(county) else "")


def test_what_is_over_for_an_hour_goes_a_batch_at_a_time(county: Office, client: DBOSClient) -> None:
    hand_over(county, client, REMOVED + 1, over=True)
    now = datetime.now(UTC)
    assert tidy(client, now=now) is False and rows(county) == [REMOVED + 1] * 3, "it can still be looked at"
    later = now + KEPT + timedelta(minutes=1)
    assert tidy(client, now=later) is True and rows(county) == [1] * 3
    assert tidy(client, now=later) is False and rows(county) == [0] * 3


def test_what_nobody_has_ended_in_a_day_goes_too(county: Office, client: DBOSClient) -> None:
    """Handed over for another version of the program, or ended while the database was away."""
    hand_over(county, client, 2, over=False)
    now = datetime.now(UTC)
    tidy(client, now=now + FORGOTTEN - timedelta(hours=1))
    assert rows(county) == [2, 2, 0]
    tidy(client, now=now + FORGOTTEN + timedelta(minutes=1))
    assert rows(county) == [0] * 3
