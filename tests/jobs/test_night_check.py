"""At night the worker compares the rows of one case in a hundred with its state, and tells the log what disagrees (rule 19)."""

import logging
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete

from app.cli import night_check
from app.cli.duties import duties
from app.cli.long_work import long_work
from app.cli.night_check import drawn
from app.db import db, new_id
from app.instances.models import Task
from app.jobs.loop import Loop
from tests.jobs.office import Office, timed

EVENING = datetime(2026, 3, 2, 12, tzinfo=UTC)


def turn(county: Office) -> None:
    with county.context():
        work = duties(county.around, county.neighbours(), long_work(county.around))
        Loop(work).run_until_idle()
        db.session.remove()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [one.getMessage() for one in caplog.records if one.name == night_check.__name__]
    caplog.clear()
    return found


def test_a_row_that_is_gone_is_told_once_a_night(
    application: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night_check, "ONE_IN", 1)
    monkeypatch.setattr(night_check, "READ", 2)
    caplog.set_level(logging.ERROR)
    county = Office(application, timed())
    county.now = EVENING
    cases = [county.begin("timed") for _ in range(5)]
    [lost] = [one for one in county.rows(Task) if one.instance_id == cases[4]]
    county.act(lambda: db.session.execute(delete(Task).where(Task.id == lost.id)))
    turn(county)
    assert told(caplog) == [f"case {cases[4]}: its task {lost.key} disagrees"], "today's, which was still owing"

    county.later(hours=5, minutes=30)  # half past one in the morning
    turn(county)
    assert told(caplog) == []
    county.later(hours=1)
    turn(county)
    turn(county)
    assert told(caplog) == [f"case {cases[4]}: its task {lost.key} disagrees"]


def test_one_case_in_a_hundred_is_drawn_and_another_one_the_next_night() -> None:
    cases = [new_id() for _ in range(20_000)]
    first, second = ({one for one in cases if drawn(day, one)} for day in ("2026-03-02", "2026-03-03"))
    assert all(100 < len(lot) < 300 for lot in (first, second))
    assert len(first & second) < 20
