"""Real worker processes that carry errands: what one waits for holds up nothing else, and what a dead one had begun the
others take."""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from dbos._serialization import deserialize_args
from sqlalchemy import TableClause, column, delete, select, table, update
from sqlalchemy.exc import DBAPIError

from app.cli.long_work import RECKON_DATES
from app.db import db
from app.instances.models import Call
from app.jobs.carrier import AT_ONCE, FREE
from app.jobs.enqueue import enqueue
from app.jobs.models import Job, Worker
from app.jobs.plain_text import PlainText, never_unpickle
from tests.faults.live import until, worker
from tests.jobs.office import CRIME, FOUNDLING, Office, timed
from tests.jobs.test_failing_work import correct

Opened = Callable[..., Office]
THINKING = {"CONNECTOR_FAKE_MOMENT": "600"}


@pytest.fixture
def county(office: Opened) -> Office:
    opened = office(CRIME, FOUNDLING, timed())
    opened.now = datetime.now(UTC)
    return opened


def url(county: Office) -> str:
    return str(county.application.config["SQLALCHEMY_DATABASE_URI"])


def calls(county: Office) -> dict[str, Call]:
    return {one.operation.rpartition(".")[2]: one for one in county.rows(Call)}


def test_departments_that_think_long_hold_up_no_timer_and_no_long_work(county: Office) -> None:
    for _ in range(AT_ONCE + 1):
        county.begin("crime")
    with worker(url(county), **THINKING) as process:
        until(lambda: begun(county) == AT_ONCE - FREE)
        county.now -= timedelta(days=3)
        case = county.begin("timed")
        correct(county, case, result="clear")
        until(lambda: county.open_tasks() == ["reminded", "urged", "work"])
        job = county.act(lambda: enqueue(db.session(), RECKON_DATES, str(uuid4()), now=county.now))
        until(lambda: county.act(lambda: ended(job)) is not None)
        assert begun(county) == AT_ONCE - FREE and {one.status for one in county.rows(Call)} == {"waiting"}
        process.kill()
    county.now = datetime.now(UTC)


def begun(county: Office) -> int:
    return sum(one.attempts for one in county.rows(Call))


def ended(job: str) -> datetime | None:
    return db.session.scalar(select(Job.done_at).where(Job.id == job))


def test_what_a_killed_worker_was_asking_is_taken_by_another_one(county: Office) -> None:
    county.begin("crime")
    county.begin("foundling")
    with worker(url(county), **THINKING) as process:
        until(lambda: all(one.attempts == 1 for one in county.rows(Call)))
        process.kill()
    assert {one.status for one in county.rows(Call)} == {"waiting"}
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    county.act(lambda: db.session.execute(update(Worker).values(seen_at=long_ago)))

    with worker(url(county)):
        until(lambda: calls(county)["foundling"].status == "unknown")
        until(lambda: calls(county)["criminal_record"].status == "answered")
    assert calls(county)["criminal_record"].attempts == 2 and calls(county)["foundling"].attempts == 1
    assert county.rows(Worker) == [], "the dead one is struck off, and who ended in order"
    county.now = datetime.now(UTC)


@pytest.mark.long
def test_a_worker_that_is_told_to_stop_does_not_wait_for_ever(county: Office) -> None:
    """Half a minute, in which every real department has answered or run out of time."""
    county.begin("crime")
    with worker(url(county), **THINKING) as process:
        until(lambda: county.call().attempts == 1)
        process.terminate()
        assert process.wait(timeout=120) == 0
    assert county.call().status == "waiting", "the others take it"
    county.now = datetime.now(UTC)


def test_nothing_is_left_lying_because_the_queue_was_made_anew(county: Office) -> None:
    """As where the engine's tables are put back from elsewhere while workers run."""
    with worker(url(county)):
        until(lambda: bool(queues(county)))
        county.act(lambda: db.session.execute(delete(queue_table(county))))
        county.begin("crime")
        until(lambda: county.call().status == "answered")
    assert county.call().attempts == 1, "long before its lease was over"
    county.now = datetime.now(UTC)


def queues(county: Office) -> list[str]:
    """Those that a worker has made; before it has come so far there is no table."""
    try:
        return list(county.act(lambda: db.session.scalars(select(queue_table(county).c.name)).all()))
    except DBAPIError:
        return []


def queue_table(county: Office) -> TableClause:
    return table("queues", column("name"), schema="dbos" if "postgresql" in url(county) else None)


class Harm:
    """What somebody could put into the engine's tables who can write there."""

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return (pytest.fail, ("was carried out",))


def test_a_pickled_errand_is_not_unpickled() -> None:
    import base64

    never_unpickle()
    text = base64.b64encode(pickle.dumps(Harm())).decode()
    with pytest.raises(ValueError, match="not read"):
        deserialize_args(text, "py_pickle", PlainText())


def test_an_errand_is_written_down_as_ids_and_a_fault_as_its_class() -> None:
    plain = PlainText()
    given = {"args": ["call", "0" * 32], "kwargs": {}}
    assert plain.deserialize(plain.serialize(given)) == given
    assert plain.serialize(ValueError("黄永强")) == '"ValueError"'
    with pytest.raises(TypeError, match="takes ids"):
        plain.serialize(datetime(2026, 3, 2, tzinfo=UTC))
