"""A worker that dies holding leases: the others take its work when the lease is over, and every effect happens once."""

from collections.abc import Callable

from app.cli.errands import errands
from app.db import db
from app.instances.ask_neighbour import Try, begin_try, calls_in_hand, lease_calls
from app.instances.deliver import lease_outbox
from app.instances.fire_timers import fire_timer, lease_timers
from app.instances.models import Call
from app.jobs.leases import LEASE
from app.notifications.notifier import OnThePage
from tests.jobs.office import CRIME, FOUNDLING, Office, timed
from tests.jobs.test_failing_work import correct
from tests.jobs.test_outbox import RECEIVER, SENDER, sent

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
    county.act(lambda: lease_calls(db.session(), now=county.now, most=1))
    county.turn()
    assert county.asked == []

    county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert county.call().status == "answered" and county.asked == [("criminal_record", county.call().id)]


def test_what_others_hold_keeps_nobody_from_asking_by_hand(office: Opened) -> None:
    """`flask worker --once`, while every thread of the workers waits for a department."""
    county = office(CRIME)
    for _ in range(6):
        county.begin("crime")
    held = county.act(lambda: lease_calls(db.session(), now=county.now, most=5))
    county.turn()
    assert len(held) == 5 and len(county.asked) == 1


def test_what_must_not_be_asked_twice_becomes_unknown_when_its_worker_dies(office: Opened) -> None:
    county = office(FOUNDLING)
    county.begin("foundling")
    begins(county)
    county.later(seconds=2 * LEASE.total_seconds())
    county.turn()
    assert county.asked == []
    assert (county.call().status, county.call().last_error) == ("unknown", "call_worker_lost")


def test_a_question_that_kills_its_worker_every_time_ends_with_a_person(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    for _ in range(5):
        begins(county)
        county.later(seconds=2 * LEASE.total_seconds())
    county.turn()
    assert (county.call().status, county.asked) == ("failed", [])


def test_what_a_dead_worker_had_begun_is_begun_again_and_found_lost(office: Opened) -> None:
    """The carrier hands the same try over a second time, before any lease is over (rule 17)."""
    county = office(CRIME, FOUNDLING)
    county.begin("crime")
    crime = begins(county)
    county.begin("foundling")
    foundling = begins(county)

    table = errands(county.around, county.neighbours(), {}, OnThePage())
    for one in (crime, foundling):
        with county.context():
            table["call"](*one.name)
            db.session.remove()
    states = {one.operation: (one.status, one.last_error) for one in county.rows(Call)}
    assert states["remote:police.criminal_record"] == ("waiting", "call_worker_lost")
    assert states["remote:police.foundling"] == ("unknown", "call_worker_lost")
    assert county.asked == []
    county.turn()
    assert [name for name, _ in county.asked] == ["criminal_record"], "what is harmless twice is asked again"


def test_a_try_handed_over_under_an_old_lease_is_left_alone(office: Opened) -> None:
    county = office(CRIME)
    county.begin("crime")
    [old] = county.act(lambda: lease_calls(db.session(), now=county.now, most=1))
    county.later(seconds=LEASE.total_seconds())
    new = begins(county)
    assert (new.number, old.number) == (1, 1)
    assert county.act(lambda: begin_try(db.session(), old)) == "left", "somebody else asks"
    assert county.call().status == "waiting"


def begins(county: Office) -> Try:
    """A worker takes the call and dies while it asks."""
    [one] = county.act(lambda: lease_calls(db.session(), now=county.now, most=1))
    assert county.act(lambda: begin_try(db.session(), one)) == "begun"
    return one


def test_leased_messages_come_to_another_worker(office: Opened) -> None:
    county = office(SENDER, RECEIVER)
    sent(county)
    assert len(county.act(lambda: lease_outbox(db.session(), now=county.now))) == 2
    county.turn()
    assert not any(one.done_at for one in county.outbox())
    county.later(seconds=LEASE.total_seconds())
    county.turn()
    assert all(one.done_at for one in county.outbox())


def test_calls_of_dead_workers_and_fast_clocks_take_no_place(office: Opened) -> None:
    county = office(CRIME)
    for _ in range(2):
        county.begin("crime")
    county.later(hours=2)
    county.act(lambda: lease_calls(db.session(), now=county.now, most=1))
    county.later(hours=-2)
    begins(county)
    assert in_hand(county) == 1, "the one that was leased two hours ahead is nobody's"
    county.later(seconds=45)
    assert in_hand(county) == 0, "no department takes so long"


def in_hand(county: Office) -> int:
    return int(county.act(lambda: calls_in_hand(db.session(), now=county.now)))
