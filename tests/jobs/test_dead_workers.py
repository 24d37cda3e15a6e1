"""A worker that dies holding leases: the others take its work when the lease is over, and every effect happens once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.db import db
from app.instances.ask_neighbour import lease_calls, make_ready
from app.instances.deliver import lease_outbox
from app.instances.fire_timers import fire_timer, lease_timers
from app.jobs.leases import LEASE
from tests.jobs.office import CRIME, FOUNDLING, Office, timed
from tests.jobs.test_failing_work import correct
from tests.jobs.test_outbox import RECEIVER, SENDER, sent

ROOT = Path(__file__).parent.parent.parent
Opened = Callable[..., Office]


def test_leased_timers_come_to_another_worker_after_the_lease(office: Opened) -> None:
    county = office(timed())
    case = county.begin("timed")
    correct(county, case, result="clear")
    county.later(days=3)
    held = county.act(lambda: lease_timers(db.session(), now=county.now))
    assert len(held) == 2

    county.turn()
    assert county.open_tasks() == ["work"], "the lease still runs"
    county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert county.open_tasks() == ["reminded", "urged", "work"]

    for one in held:
        late = county.act(lambda one=one: fire_timer(db.session(), county.around, *one, now=county.now))
        assert late is False, "the dead one comes back and does it no second time"
    assert county.kinds(case).count("timer_due") == 2


def test_a_leased_question_is_asked_by_another_worker_under_the_same_id(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    county.act(lambda: lease_calls(db.session(), now=county.now))
    county.turn()
    assert county.asked == []

    county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert county.call().status == "answered" and county.asked == [("criminal_record", county.call().id)]


def test_what_must_not_be_asked_twice_becomes_unknown_when_its_worker_dies(office: Opened) -> None:
    county = office(FOUNDLING)
    county.begin("foundling")
    [held] = county.act(lambda: lease_calls(db.session(), now=county.now))
    assert county.act(lambda: make_ready(db.session(), county.around, held, now=county.now)) is not None

    county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert county.asked == []
    assert (county.call().status, county.call().last_error) == ("unknown", "call_worker_lost")


def test_a_question_that_kills_its_worker_every_time_ends_with_a_person(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    for _ in range(5):
        county.act(lambda: lease_calls(db.session(), now=county.now))
        county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert (county.call().status, county.asked) == ("failed", [])


def test_leased_messages_come_to_another_worker(office: Opened) -> None:
    county = office(SENDER, RECEIVER)
    sent(county)
    assert len(county.act(lambda: lease_outbox(db.session(), now=county.now))) == 2
    county.turn()
    assert not any(one.done_at for one in county.outbox())
    county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert all(one.done_at for one in county.outbox())


def test_a_killed_worker_process_loses_nothing(office: Opened) -> None:
    """A real process, killed while a department thinks."""
    county = office(CRIME)
    county.now = real_now()
    county.begin("crime")
    url = county.application.config["SQLALCHEMY_DATABASE_URI"]
    environ = os.environ | {"BANYAN_MODE": "test", "DATABASE_URL": url, "FLASK_APP": "wsgi.py", "PYTHONPATH": str(ROOT)}
    environ["CONNECTOR_FAKE_MOMENT"] = "60"
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "worker"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        until(lambda: county.call().attempts == 1)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=60)

    assert county.call().status == "waiting" and county.call().lease_until is not None
    county.now = real_now()
    county.turn()
    assert county.call().status == "waiting", "its lease still runs"
    county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert county.call().status == "answered"


def real_now() -> datetime:
    return datetime.now(UTC)


def until(holds: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
