"""Timers of many cases due at one instant, two workers, and people in between: each fires exactly once, nobody waits for
each other in a ring (engine rules 3, 5, 17)."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from app.catalogue.bundle import Bundle
from app.cli.duties import duties
from app.db import db, in_transaction
from app.instances.case import lock_case
from app.instances.complete_task import complete_task
from app.instances.fire_timers import fire_timer, lease_timers
from app.instances.models import Task, Timer
from app.instances.project import lowest_due
from app.jobs.loop import Loop
from tests.cast import LI_GUIFANG, actor
from tests.engine import drawing as d
from tests.faults.crowd import PATIENCE, at_once
from tests.faults.town import nothing_is_wrong
from tests.jobs.office import Office, settings

CASES = 60
AGREE = {"decision": "agree", "opinion": "同意"}


def reminded() -> Bundle:
    """Two reminders beside one task, and one that repeats."""
    drawing = d.bpmn(
        d.start(), d.user("work"), d.user("one"), d.user("two"), d.user("again"),
        *(d.end(f"end_{n}") for n in range(4)),
        d.boundary("first", "work", d.timer('"P1D"'), interrupting=False),
        d.boundary("second", "work", d.timer('"P2D"'), interrupting=False),
        d.boundary("cycle", "work", d.timer('"R/P1D"', "timeCycle"), interrupting=False),
        d.chain("start", "work", "end_0"), d.chain("first", "one", "end_1"),
        d.chain("second", "two", "end_2"), d.chain("cycle", "again", "end_3"), id="reminded",
    )  # fmt: skip
    return Bundle(
        "reminded", {"reminded/process.bpmn": drawing.decode(), "reminded/process.toml": settings("reminded")}
    )


@pytest.fixture
def county(application: Flask) -> Iterator[Office]:
    county = Office(application, reminded())
    yield county
    nothing_is_wrong(application)


@contextmanager
def no_deadlock(app: Flask) -> Iterator[None]:
    """A deadlock would be tried again and go unnoticed; here each one is counted where the driver reports it."""
    seen: list[str] = []

    def reported(context: object) -> None:
        state = getattr(context.original_exception, "sqlstate", None)  # type: ignore[attr-defined]
        if state == "40P01":
            seen.append(state)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "handle_error", reported)
    try:
        yield
    finally:
        event.remove(engine, "handle_error", reported)
    assert seen == []


def worker(county: Office) -> int:
    """A worker process in small: its own session, its own connection."""
    with county.context():
        try:
            return Loop(duties(county.around, county.neighbours())).run_until_idle()
        finally:
            db.session.remove()


def firings(county: Office, case: str) -> list[str]:
    return [str(county.of(one)["task"]) for one in county.chain(case) if one.kind == "timer_due"]


def test_two_workers_fire_each_timer_once(county: Office) -> None:
    cases = [county.begin("reminded") for _ in range(CASES)]
    county.later(days=4)
    with no_deadlock(county.application):
        done = at_once(lambda: worker(county), lambda: worker(county))

    assert sum(done) == CASES, "one firing command per case; what was leased beside it found nothing left"
    for case in cases:
        assert Counter(key.split("#")[0] for key in firings(county, case)) == {"first": 1, "second": 1, "cycle": 1}
    assert Counter(county.open_tasks()) == dict.fromkeys(("work", "one", "two", "again"), CASES)
    assert all(one.due_at is not None and one.due_at > county.now for one in county.rows(Timer)), "the cycle runs on"


def test_people_complete_what_the_workers_are_firing_at(county: Office) -> None:
    """Whoever comes first fires what is due; the completion is after it on the record, and the ring never closes."""
    cases = [county.begin("reminded") for _ in range(CASES)]
    works = [one.id for one in county.rows(Task)]
    county.later(days=4)

    def person(mine: list[str]) -> None:
        for task in mine:
            county.act(
                lambda task=task: complete_task(
                    db.session(), county.around, task, by=actor(LI_GUIFANG), answers=AGREE, now=county.now
                )
            )

    with no_deadlock(county.application):
        at_once(
            lambda: worker(county),
            lambda: worker(county),
            lambda: person(works[::2]),
            lambda: person(works[1::2][::-1]),
        )

    for case in cases:
        kinds = county.kinds(case)
        assert kinds == ["started", *["timer_due"] * 3, "completed"], kinds
        assert len(set(firings(county, case))) == 3


def test_a_timer_that_a_completion_closes_meanwhile_is_not_fired(county: Office) -> None:
    """The worker holds the lease and waits for the INSTANCE; the completion, on a machine whose clock is a little
    behind, closes the timer; nothing waits for anything in turn."""
    case = county.begin("reminded")
    [work] = [one.id for one in county.rows(Task)]
    early, late = county.now, county.now + timedelta(days=1, hours=20)
    leased = county.act(lambda: lease_timers(db.session(), now=late))
    assert len(leased) == 2
    completed, firing = threading.Event(), threading.Event()

    def person() -> None:
        complete_task(db.session(), county.around, work, by=actor(LI_GUIFANG), answers=AGREE, now=early)
        completed.set()
        assert firing.wait(PATIENCE)

    def fired() -> list[bool]:
        assert completed.wait(PATIENCE)
        firing.set()
        return [
            county.act(lambda one=one: fire_timer(db.session(), county.around, *one, now=late))  # type: ignore[misc]
            for one in leased
        ]

    with no_deadlock(county.application):
        _, found = at_once(lambda: county.act(person), fired)
    assert found == [False, False]
    assert county.kinds(case) == ["started", "completed"]


def test_a_lease_passes_over_what_a_command_holds(county: Office, dialect: str) -> None:
    """Leasing never waits for a row that a command has locked; on SQLite there is one writer at a time anyway."""
    held, free = county.begin("reminded"), county.begin("reminded")
    county.later(days=1, hours=20)
    got: list[tuple[str, str, int]] = []

    def lease() -> None:
        with county.context():
            got.extend(in_transaction(lambda: lease_timers(db.session(), now=county.now)))

    def command() -> None:
        lock_case(db.session(), county.around, held, now=county.now)
        db.session().execute(update(Timer).where(Timer.instance_id == held).values(last_error=None))
        if dialect == "postgresql":
            at_once(lease)
            assert {one[1] for one in got} == {free}

    county.act(command)
    lease()
    assert Counter(one[1] for one in got) == {held: 2, free: 2}


def test_a_timer_that_was_moved_after_the_lease_stays_where_it_was_moved(county: Office) -> None:
    """Its revision is newer than the leased one (rule 5)."""
    case = county.begin("reminded")
    county.later(days=1, hours=20)
    leased = county.act(lambda: lease_timers(db.session(), now=county.now))
    later = county.now + timedelta(days=30)

    def move() -> None:
        held = lock_case(db.session(), county.around, case, now=county.now)
        for timer in db.session().scalars(select(Timer).where(Timer.instance_id == case)):
            timer.due_at, timer.revision = later, timer.revision + 1
        lowest_due(held)

    county.act(move)
    fire: Callable[..., bool] = lambda one: county.act(  # noqa: E731
        lambda: fire_timer(db.session(), county.around, *one, now=county.now)
    )
    assert [fire(one) for one in leased] == [False, False]
    assert county.kinds(case) == ["started"]
