"""kill -9 of workers that never come back and of gunicorn workers, in the middle of many cases at once. Afterwards every
case is whole: no task lost or doubled, each timer fired once, each call answered once, the record verifies and replays
(issue: Tests must show; engine rules 15–19)."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import and_, select

from app import clock
from app.catalogue.publish import publish
from app.cli.duties import duties
from app.connectors.ask import faked
from app.db import db, in_transaction
from app.engine import advance, open_keys
from app.history.read import read_events
from app.instances.models import Call, Instance, Task, Timer
from app.instances.read_case import read_case
from app.instances.record import EVENT_KINDS
from app.jobs.leases import LEASE
from app.jobs.loop import Loop
from app.parameters.series import last_issued
from app.replay.reexecute import event_of
from tests.doors import Program
from tests.faults.errand import AGREE, STEPS, Clerk, Tally, errand
from tests.faults.live import Server, gunicorn, until, worker

PATIENCE = 1200
"""Seconds; many times what it takes on two quiet cores: only what hangs reaches it."""
CLERKS = 8


@pytest.fixture
def county(application: Flask) -> Flask:
    with application.app_context():
        in_transaction(lambda: publish(db.session(), errand(), by="test", now=clock.now()))
    return application


def run(county: Flask, cases: int) -> set[str]:
    """The cases are carried as far as the killing lets them; those that the hanging worker held when it died."""
    url, tally = county.config["SQLALCHEMY_DATABASE_URI"], Tally()
    token, lasting, hung_is_dead = Program(county, "liguifang").headers, Lasting(county), threading.Event()
    with gunicorn(url) as server, ThreadPoolExecutor(CLERKS + 1) as hands:
        shares = [cases // CLERKS + (n < cases % CLERKS) for n in range(CLERKS)]
        clerks = [Clerk(server.port, token, f"c{n}", tally, PATIENCE) for n in range(CLERKS)]
        may_begin = [None, *[hung_is_dead] * (CLERKS - 1)]
        at_work = [
            hands.submit(afternoon, one, share, lasting, begin)
            for one, share, begin in zip(clerks, shares, may_begin, strict=True)
        ]
        killed = hands.submit(kill, server, url, county, tally, cases * len(STEPS), hung_is_dead, at_work)
        for one in at_work:
            one.result(2 * PATIENCE)
        assert tally.sent_again > 0, "nobody noticed that a server process was killed"
        return killed.result(PATIENCE)


class Lasting:
    """Whether a case waits for an answer whose lease was there at three looks in a row: its worker is dead."""

    def __init__(self, county: Flask) -> None:
        self.county, self.lock, self.looked_at = county, threading.Lock(), 0.0
        self.looks: list[set[str]] = [set()] * 3

    def __call__(self, case: str) -> bool:
        with self.lock:
            if time.monotonic() - self.looked_at > 0.5:
                self.looks = [*self.looks[1:], leased(self.county)]
                self.looked_at = time.monotonic()
            return all(case in look for look in self.looks)


def afternoon(clerk: Clerk, cases: int, lasting: Lasting, begin: threading.Event | None) -> None:
    """Start all, then go round and push, until each has ended or hangs on a dead worker's lease."""
    assert begin is None or begin.wait(PATIENCE)
    left = [clerk.start(number) for number in range(cases)]
    while left:
        found = {case: clerk.push(case) for case in left}
        left = [case for case, what in found.items() if what != "ended" and not (what == "waiting" and lasting(case))]
        if "moved" not in found.values():
            time.sleep(0.2)
    clerk.hang_up()


def kill(
    server: Server,
    url: str,
    county: Flask,
    tally: Tally,
    steps: int,
    hung_is_dead: threading.Event,
    at_work: list[Future[None]],
) -> set[str]:
    """Each at a moment that the work itself reaches: when the first worker holds calls and will never answer them, and
    when a fifth, two and three fifths of the tasks are done. The last worker stays until the people have gone home.

    What a worker holds when it dies is not finished in this afternoon, and it may hold many calls. So only one clerk's
    cases are there while the first one hangs; and after the second died the people may come to the end of what is left.
    """

    def at(share: float) -> Callable[[], bool]:
        return lambda: tally.completed >= steps * share or all(one.done() for one in at_work)

    with worker(url, CONNECTOR_FAKE_MOMENT="600") as hung:
        until(lambda: len(leased(county)) > 0, PATIENCE, "the hanging worker took no call")
        hung.kill()
        hung.wait(PATIENCE)
        held = leased(county)
        hung_is_dead.set()
    with worker(url, CONNECTOR_FAKE_MOMENT="0") as busy, worker(url, CONNECTOR_FAKE_MOMENT="0"):
        until(at(0.2), PATIENCE, "the work stands still")
        server.kill_a_worker()
        until(at(0.4), PATIENCE, "the work stands still after a web worker died")
        busy.kill()
        server.kill_a_worker()
        until(at(0.6), PATIENCE, "the work stands still after a background worker died")
        server.kill_a_worker()
        wait(at_work, PATIENCE)
    return held


def leased(county: Flask) -> set[str]:
    """Cases whose call some worker is asking, or was asking when it died."""
    with county.app_context():
        begun = and_(Call.lease_until.is_not(None), Call.attempts > Call.reported)
        asked = select(Call.instance_id).where(Call.status == "waiting", begun)
        found = set(db.session.scalars(asked))
        db.session.remove()
    return found


def asked_again(county: Flask, cases: set[str]) -> None:
    """Their calls were taken by another worker, under the same id, and answered once."""
    with county.app_context():
        calls = db.session.scalars(select(Call).where(Call.instance_id.in_(cases))).all()
        assert len(calls) == len(cases)
        assert all(one.attempts >= 2 and one.status == "answered" for one in calls)
        db.session.remove()


def finish_what_the_dead_held(county: Flask) -> None:
    """After the leases: another worker, and then the people, in this process."""
    late = datetime.now(UTC) + 2 * LEASE
    clock.set_source(lambda: late)
    with county.app_context():
        waiting = list(db.session.scalars(select(Instance.id).where(Instance.ended_at.is_(None))))
        Loop(duties(county.extensions["banyan"], faked({}, moment=0))).run_until_idle()
        db.session.remove()
    li = Program(county, "liguifang")
    for case in waiting:
        while tasks := li.get(f"/instances/{case}").json["tasks"]:
            for task in tasks:
                answer = li.post(f"/tasks/{task['id']}/complete", AGREE)
                assert answer.status_code == 200, answer.text


def open_tasks_are_the_replayed_ones(county: Flask) -> None:
    """Rows of open tasks = what re-execution of the record, from nothing, holds open; and = what the stored state does."""
    around = county.extensions["banyan"]
    with county.app_context():
        session = db.session()
        for row in session.scalars(select(Instance).where(Instance.ended_at.is_(None))):
            case = read_case(session, around, row, now=clock.now())
            state: bytes | None = None
            for entry in read_events(session, around.vault, row.id):
                if entry.kind in EVENT_KINDS:
                    state = advance(case.published.definition, state, event_of(entry)).state
            replayed = open_keys(case.published.definition, state or b"")
            stored = open_keys(case.published.definition, case.state or b"")
            rows = session.scalars(select(Task.key).where(Task.instance_id == row.id, Task.status == "open"))
            assert replayed == stored
            assert sorted(rows) == sorted(one.key for one in replayed.tasks)
        db.session.remove()


def each_case_is_whole(county: Flask, cases: int) -> None:
    """Every kind of event as often as the diagram says, for all cases, and numbers without a gap."""
    with county.app_context():
        session = db.session()
        rows = session.scalars(select(Instance)).all()
        assert len(rows) == cases and all(row.ended_by == "end" for row in rows)
        for row in rows:
            events = read_events(session, county.extensions["banyan"].vault, row.id)
            kinds = Counter(one.kind for one in events if one.kind in EVENT_KINDS)
            assert kinds == {"started": 1, "completed": len(STEPS), "timer_due": 2, "answered": 2}, (row.id, kinds)
            assert len({one.dedupe for one in events if one.dedupe}) == len([one for one in events if one.dedupe])
        numbers = sorted(str(row.number) for row in rows)
        assert [int(one[-6:]) for one in numbers] == list(range(1, cases + 1))
        assert last_issued(session, "450123", "CS", clock.legal_day(clock.now()).year) == cases
        assert Counter(session.scalars(select(Task.status))) == {"done": cases * len(STEPS)}
        assert session.scalars(select(Timer)).all() == []
        assert Counter(session.scalars(select(Call.status))) == {"answered": cases}
        db.session.remove()


def commands_find_nothing(county: Flask, cases: int, commands: list[str]) -> None:
    expected = {
        "verify": (["history", "verify"], "全部一致，未发现改动"),
        "replay": (["history", "replay"], "全部一致"),
        "check": (["instances", "check"], f"共核对 {cases} 件，0 处不符"),
    }
    for words, sentence in (expected[one] for one in commands):
        said = county.test_cli_runner().invoke(args=words)
        assert said.exit_code == 0 and sentence in said.output, said.output


def killed_and_whole(county: Flask, cases: int) -> None:
    held = run(county, cases)
    assert held, "the hanging worker held nothing"
    open_tasks_are_the_replayed_ones(county)
    commands_find_nothing(county, cases, ["check"])
    finish_what_the_dead_held(county)
    asked_again(county, held)
    each_case_is_whole(county, cases)
    commands_find_nothing(county, cases, ["verify", "replay", "check"])


@pytest.mark.sizes("cases", [40], long=[200])
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_killed_in_the_middle_of_many_cases_on_postgresql(county: Flask, cases: int) -> None:
    killed_and_whole(county, cases)


@pytest.mark.sizes("cases", [12], long=[200])
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_killed_in_the_middle_of_many_cases_on_sqlite(county: Flask, cases: int) -> None:
    killed_and_whole(county, cases)
