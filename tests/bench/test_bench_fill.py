"""Copies of a case are cases: written in bulk on either database, they verify, replay, agree with their rows, go on."""

import tomllib
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from app.catalogue.bundle import from_diagram
from app.cli.bench.fill.batches import SIZE, TABLES, Batch, missing, note
from app.cli.bench.fill.copies import Copy, Pattern
from app.cli.bench.fill.mix import CLOSED, DATA, OPEN, Share, chosen
from app.cli.bench.fill.templates import read_templates
from app.cli.bench.fill.writing import writer
from app.cli.bench.firing import DATA as FIRED
from app.cli.bench.firing import TIMED
from app.cli.demo_cases.stories import stories
from app.db import db
from app.instances.models import Instance, Task, Timer
from tests.faults.town import nothing_is_wrong
from tests.jobs.office import Office

COPIES = 3


@pytest.fixture
def office(application: Flask) -> Iterator[Office]:
    diagram = (FIRED / "timed.bpmn").read_text("utf-8")
    yield Office(application, from_diagram(TIMED, diagram))
    nothing_is_wrong(application)


def copied(office: Office, division: str) -> None:
    """Three copies, their timers due now."""
    around, session = office.around, db.session()
    (template,) = read_templates(session, around.vault, ids=[session.scalars(select(Instance.id)).one()])
    pattern = Pattern(template, around.log).at(division).due(office.now)
    written = writer(session.connection())
    rows = (row for number in range(COPIES) for row in Copy(pattern, number, vault=around.vault).rows())
    written.write(session.connection(), written.gathered(rows))


def test_copies_are_cases_with_ids_and_keys_of_their_own(office: Office) -> None:
    office.begin(TIMED)
    office.act(lambda: copied(office, "451123"))

    cases = office.rows(Instance)
    assert len({one.id for one in cases}) == len({one.head_hash for one in cases}) == 1 + COPIES
    assert len({one.owner_id for one in cases}) == 2, "elsewhere somebody else answers for them"
    nothing_is_wrong(office.application)


def test_timers_of_copies_fire_once_each(office: Office) -> None:
    case = office.begin(TIMED)
    office.act(lambda: copied(office, "450123"))
    assert office.turn() == COPIES

    late = [one.instance_id for one in office.rows(Task) if one.name == "逾期处理"]
    assert len(set(late)) == len(late) == COPIES and case not in late
    assert [one.instance_id for one in office.rows(Timer)] == [case]


def test_what_was_interrupted_goes_on_where_something_is_missing() -> None:
    with Session(create_engine("sqlite://")) as session:
        for table in TABLES:
            session.execute(text(table))
        assert list(missing(session, OPEN, 2 * SIZE + 5)) == [
            Batch(OPEN, 0, SIZE), Batch(OPEN, SIZE, SIZE), Batch(OPEN, 2 * SIZE, 5),
        ]  # fmt: skip
        note(session, Batch(OPEN, 2 * SIZE, 5))
        note(session, Batch(OPEN, 0, SIZE))
        note(session, Batch(CLOSED, SIZE, SIZE))
        assert list(missing(session, OPEN, 3 * SIZE)) == [Batch(OPEN, SIZE, SIZE), Batch(OPEN, 2 * SIZE + 5, SIZE - 5)]
        assert list(missing(session, OPEN, SIZE)) == []


def test_the_mix_names_stories_and_makes_a_hundred() -> None:
    mix = tomllib.loads((DATA / "mix.toml").read_text("utf-8"))
    told = {one.key for one in (*stories(), *stories(DATA / "cases.toml"))}
    assert mix[CLOSED].keys() <= told
    assert sum(mix[CLOSED].values()) == sum(mix[OPEN].values()) == 100


def test_a_copy_is_of_the_same_case_whenever_it_is_made() -> None:
    shares = [Share("often", CLOSED, 90), Share("seldom", CLOSED, 10)]
    made = [chosen(CLOSED, number, shares, ["450123", "451123"]) for number in range(1000)]
    assert made == [chosen(CLOSED, number, shares, ["450123", "451123"]) for number in range(1000)]
    assert 50 < sum(case == "seldom" for case, _ in made) < 200
