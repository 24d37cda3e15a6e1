"""The film of a case: drawn from what was recorded alone, it stands after every event where the engine stood."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.engine import advance, open_keys
from app.engine.model import Outcome
from app.history.read import read_events
from app.instances.export_case import procedure
from app.instances.models import Instance
from app.instances.read_case import read_case
from app.instances.record import EVENT_KINDS
from app.replay.open_replay import Recording
from app.replay.player import items, spent
from app.replay.print_history import told as told_to
from app.replay.reexecute import event_of
from app.replay.step import step
from app.replay.story import Story
from tests.demo.conftest import THURSDAY

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def stories(told: Flask) -> Iterator[list[Story]]:
    """Every invented case, opened for replay."""
    around = told.extensions["banyan"]
    with told.app_context():
        session = db.session()
        yield [
            Story(session, Recording(read_case(session, around, row, now=THURSDAY),
                                     read_events(session, around.vault, row.id), "年度抽查"))
            for row in session.scalars(select(Instance).order_by(Instance.started_at, Instance.id))
        ]  # fmt: skip
        db.session.remove()


def standing(story: Story, outcome: Outcome, definition: str) -> Counter[str]:
    """Where the engine says the case stands: steps alone, no events that are listened for beside them."""
    if outcome.ended is not None:
        return Counter()
    found = open_keys(story.versions[definition].definition, outcome.state)
    people = Counter(task.node for task in found.tasks)
    waits = {one.node for one in (*found.waits, *found.timers, *found.calls)}
    drawn = {name for name in waits if story.nodes[name].attached_to is None and story.nodes[name].kind != "startEvent"}
    return people + Counter(drawn)


def filmed(story: Story, seq: int) -> Counter[str]:
    """The same from the film; joins and called processes have no wait of their own."""
    left_out = ("Gateway", "callActivity")
    found = story.frames[seq - 1].open.items()
    return Counter({name: count for name, count in found if not story.nodes[name].kind.endswith(left_out)})


def test_after_every_event_the_film_stands_where_the_engine_stood(stories: list[Story]) -> None:
    seen = 0
    for story in stories:
        state: bytes | None = None
        expected: Counter[str] = Counter()
        for event in story.events:
            if event.kind in EVENT_KINDS:
                outcome = advance(story.version(event).definition, state, event_of(event))
                state, expected, seen = outcome.state, standing(story, outcome, event.definition), seen + 1
            assert filmed(story, event.seq) == expected, f"{story.recording.case.row.number} {event.seq} {event.kind}"
    assert seen > 500


def test_the_clocks_stand_under_the_parameters_that_each_entry_names(stories: list[Story]) -> None:
    """The invented cases lie before the day on which their limits were entered; what an entry names is still found."""
    clocked = [step(story, len(story.events), looks=False).clocks for story in stories]
    assert sum(bool(clocks) for clocks in clocked) > 10
    assert all(clock.lines for clocks in clocked for clock in clocks)


def test_who_sees_chosen_steps_is_told_nothing_that_a_hidden_one_makes_false(stories: list[Story], told: Flask) -> None:
    """A stop that is hidden would make of a clock another; what a fact was before may stand in a hidden step."""
    around, compared = told.extensions["banyan"], 0
    for story in stories[:3]:
        begun = next(event.seq for event in story.events if step(story, event.seq, looks=False).clocks)
        chosen = {begun, *range(len(story.events) - 5, len(story.events) + 1)}
        part, _ = told_to(
            story.session,
            around,
            story.recording.case.row,
            "调卷",
            shown=lambda seq, name, chosen=chosen: seq in chosen or procedure(name),
            now=THURSDAY,
        )
        for seq in chosen:
            true, said = (step(one, seq, looks=False) for one in (story, part))
            assert set(said.clocks) <= set(true.clocks), f"{story.recording.case.row.number} {seq}"
            before = {(label, old) for label, _, old in true.facts}
            assert {(label, old) for label, _, old in said.facts if old != "—"} <= before
            compared += len(true.clocks)
    assert compared


def test_every_step_of_every_case_can_be_told(stories: list[Story]) -> None:
    for story in stories:
        assert [item.seq for item in items(story)] == list(range(1, len(story.events) + 1))
        for event in story.events:
            told = step(story, event.seq)
            assert told.did and told.who and told.hash == event.hash
            assert told.rights is None or told.rights.fits is not False, (story.recording.case.row.number, event.seq)
            assert sum(count for _, count in told.standing) >= sum(filmed(story, event.seq).values())
            if event.kind in {"due_moved", "timer_due", "answered"}:
                assert told.traffic, (story.recording.case.row.number, event.seq)


def test_a_step_shows_what_came_and_went_and_how_the_clocks_stood_that_day(stories: list[Story]) -> None:
    registered = next(story for story in stories if len(story.events) > 50 and story.ended)
    told = [step(registered, event.seq) for event in registered.events]
    texts = {one.text for shown in told for one in shown.traffic}
    assert "发出“婚姻登记核验”" in texts and any("取得编号 SY-" in text for text in texts)
    assert any("答复：无记录或一致，回执" in text for text in texts)
    assert any("审查期限届满" in text and "停表或未定" in text for text in texts)
    assert any(one.letter for shown in told for one in shown.traffic)
    clocks = [clock for shown in told for clock in shown.clocks]
    assert {"running", "stopped", "ended"} == {clock.state for clock in clocks}
    assert all(clock.lines and clock.limit for clock in clocks)


def test_time_is_counted_where_a_case_waited(stories: list[Story]) -> None:
    longest = max(stories, key=lambda story: len(story.events))
    found = spent(longest, THURSDAY)
    assert found and found[0].heat == 3
    whole = (longest.recording.case.row.ended_at or THURSDAY) - longest.recording.case.row.started_at
    assert all(timedelta(days=int(one.days.split()[0])) <= whole for one in found if one.days.endswith("日"))
