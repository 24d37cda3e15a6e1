"""A worker that stands still, or whose clock is wrong, is not dead; one whose work another has taken does no harm."""

from collections.abc import Callable
from datetime import timedelta

from app.cli.errands import errands
from app.db import db
from app.instances.ask_neighbour import Try, make_ready
from app.instances.models import ClockWarning
from app.jobs.beats import ALONE, DEAD_AFTER, EVERY, LOOKS, Watch, beat, gone
from app.notifications.give_warnings import lease_warnings
from app.notifications.notifier import OnThePage
from tests.jobs.desk import Desk, kept
from tests.jobs.office import CRIME, Office, judged_by_machine
from tests.jobs.test_dead_workers import begins

Opened = Callable[..., Office]


def done_again(county: Office, one: Try) -> None:
    with county.context():
        errands(county.around, county.neighbours(), {}, OnThePage())["call"](*one.name)
        db.session.remove()


def test_a_worker_that_stood_still_before_asking_leaves_it_to_the_one_that_took_its_place(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    first = begins(county)
    done_again(county, first)
    second = begins(county)
    assert (first.number, second.number) == (1, 2)

    assert county.act(lambda: make_ready(db.session(), county.around, first, now=county.now)) is None
    assert county.act(lambda: make_ready(db.session(), county.around, second, now=county.now)) is not None


def test_an_answer_that_is_kept_is_not_lost_with_the_worker_that_applied_it(office: Opened) -> None:
    """Of a question that must not be asked twice, too: nobody is asked."""
    county = office(judged_by_machine("remote:police.foundling", '{child_source: "found_unknown"}'))
    county.begin("weighed")
    county.turn()
    assert county.call().answer is not None and len(county.asked) == 1
    county.later(minutes=1)
    done_again(county, begins(county))
    assert (county.call().status, county.call().last_error) == ("waiting", "call_worker_lost")
    assert county.call().answer is not None and len(county.asked) == 1


def test_a_living_worker_is_not_thought_dead_because_its_clock_is_behind(office: Opened) -> None:
    county, watch = office(CRIME), Watch()
    for _ in range(3 * LOOKS):
        county.later(seconds=EVERY.total_seconds())
        county.act(lambda: beat(db.session(), "behind", now=county.now - timedelta(minutes=10)))
        assert county.act(lambda: watch.dead(db.session(), now=county.now)) == []


def test_a_silent_worker_is_dead_once_it_was_looked_for_several_times(office: Opened) -> None:
    """A clock that is put forward makes everybody silent at once; who beats before the last look lives."""
    county, watch = office(CRIME), Watch()
    for one in ("dead", "alive"):
        county.act(lambda one=one: beat(db.session(), one, now=county.now))
    county.later(seconds=DEAD_AFTER.total_seconds())
    looks = []
    for _ in range(LOOKS):
        looks.append(county.act(lambda: watch.dead(db.session(), now=county.now)))
        county.later(seconds=EVERY.total_seconds())
        county.act(lambda: beat(db.session(), "alive", now=county.now))
    assert looks == [[]] * (LOOKS - 1) + [["dead"]]
    county.act(lambda: gone(db.session(), "dead"))
    assert county.act(lambda: watch.dead(db.session(), now=county.now)) == []


def test_a_worker_that_died_before_the_clock_was_set_back_is_found_all_the_same(office: Opened) -> None:
    county, watch = office(CRIME), Watch()
    county.act(lambda: beat(db.session(), "dead", now=county.now))
    county.later(days=-1)
    looks = []
    for _ in range(ALONE):
        county.later(seconds=EVERY.total_seconds())
        looks.append(county.act(lambda: watch.dead(db.session(), now=county.now)))
    assert looks == [[]] * (ALONE - 1) + [["dead"]]


def test_a_flood_of_warnings_is_not_handed_over_at_once(office: Opened) -> None:
    """What waits in the queue until its lease is over would be handed over again and again."""
    county = office(kept())
    for _ in range(3):
        Desk(county)
    county.later(days=16)
    assert len(county.act(lambda: lease_warnings(db.session(), now=county.now, most=2))) == 2
    assert county.act(lambda: lease_warnings(db.session(), now=county.now, most=2)) == []
    assert len(county.act(lambda: lease_warnings(db.session(), now=county.now, most=3))) == 1
    county.turn()
    assert not any(one.told_at for one in due(county)), "the leases still run"
    county.later(minutes=2)
    county.turn()
    assert all(one.told_at for one in due(county)) and len(due(county)) == 3


def due(county: Office) -> list[ClockWarning]:
    return [one for one in county.rows(ClockWarning) if one.due_at and one.due_at <= county.now]
