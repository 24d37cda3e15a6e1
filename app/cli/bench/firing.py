"""Timers of many cases, due all at once, fired by two workers: how many a second, and what one firing costs a worker."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import click
from flask import Flask
from sqlalchemy import select

from app import clock
from app.catalogue.bundle import from_diagram
from app.catalogue.publish import publish
from app.cli.bench.fill.batches import SIZE
from app.cli.bench.fill.copies import Copy, Pattern
from app.cli.bench.fill.templates import read_templates
from app.cli.bench.fill.writing import writer
from app.cli.bench.furnish import person
from app.db import db, in_transaction
from app.history.models import HistoryEvent
from app.instances.start import start
from app.instances.surroundings import Surroundings

DATA = Path(__file__).parent / "data"
TIMED = "timed"
WORKERS = 2
ELSEWHERE = "zhoumin"
"""Starts what is fired: in another county than the one whose pages are looked at."""


@dataclass(frozen=True)
class Fired:
    """`seconds` from the first firing to the last; `ms` of processor time the workers took for each."""

    timers: int
    seconds: float
    ms: float

    @property
    def a_second(self) -> float:
        return self.timers / self.seconds


def published() -> str:
    bundle = from_diagram(TIMED, (DATA / "timed.bpmn").read_text("utf-8"))
    return in_transaction(lambda: publish(db.session(), bundle, by="bench", now=clock.now()).key)


def fire(app: Flask, url: str, timers: int) -> Fired:
    """Before anything is due the workers run twice: what else waits is done, then it is known what their start costs."""
    with app.app_context():
        _workers(url)
        idle = _workers(url)
        ids = _waiting(app.extensions["banyan"], timers)
        db.session.remove()
        busy = _workers(url)
        seconds = _between(ids)
        db.session.remove()
    return Fired(timers, seconds, (busy - idle) * 1000 / timers)


def _waiting(around: Surroundings, timers: int) -> list[str]:
    """Cases whose timer is due: one is started, the others are copies. They lie where nobody is looked at."""
    key, by = published(), person(ELSEWHERE)
    first = in_transaction(lambda: start(db.session(), around, key, by=by, now=clock.now()).id)
    (template,) = read_templates(db.session(), around.vault, ids=[first])
    pattern = Pattern(template, around.log).due(clock.now() - timedelta(minutes=1))
    with db.engine.connect() as connection:
        bulk = writer(connection)
    ids: list[str] = []
    with click.progressbar(range(0, timers, SIZE), label="复制带定时器的办件", file=sys.stderr) as progress:
        for done in progress:
            copies = [Copy(pattern, number, vault=around.vault) for number in range(done, min(done + SIZE, timers))]
            gathered = bulk.gathered(row for one in copies for row in one.rows())
            in_transaction(lambda gathered=gathered: bulk.write(db.session().connection(), gathered))  # type: ignore[misc]
            ids += [one.id for one in copies]
    return ids


def _workers(url: str) -> float:
    """Seconds of processor time."""
    before = getrusage(RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "worker", "--once"]
    environ = {**os.environ, "DATABASE_URL": url}
    running = [subprocess.Popen(command, env=environ) for _ in range(WORKERS)]
    for one in running:
        one.wait()
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _between(ids: Sequence[str]) -> float:
    found: list[datetime] = []
    for at in range(0, len(ids), SIZE):
        mine = HistoryEvent.case.in_(ids[at : at + SIZE])
        found += db.session.scalars(select(HistoryEvent.at).where(mine, HistoryEvent.kind == "timer_due"))
    if len(found) != len(ids):
        raise click.ClickException(f"{len(ids)} 个到期的定时器，触发了 {len(found)} 个。")
    return (max(found) - min(found)).total_seconds()
