"""Messages and their waits: whichever comes first, the message is taken once; one that nobody waits for is told to a
person; two cases that write to each other do not wait for each other in a ring (engine rules 9, 10, 20)."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.catalogue.bundle import Bundle
from app.db import db
from app.instances.complete_task import complete_task
from app.instances.models import Instance, Message, Task
from app.instances.receive_message import KEPT_FOR, receive_message
from app.instances.record import EVENT_KINDS
from tests.cast import LI_GUIFANG, actor
from tests.engine import drawing as d
from tests.faults.crowd import at_once
from tests.faults.test_timers_at_once import no_deadlock, worker
from tests.faults.town import nothing_is_wrong
from tests.jobs.office import Office, settings
from tests.jobs.test_outbox import RECEIVER

ROUNDS = 12
AGREE = {"decision": "agree", "opinion": "同意"}


def talker(key: str, other: str) -> Bundle:
    """Writes to the case numbered `other`, then waits for its word."""
    drawing = d.bpmn(
        d.start(), d.user("write"),
        d.node("intermediateThrowEvent", "tell", d.on_message("told"), correlation=f'"{other}"'),
        d.catch("hear", d.on_message("told")), d.user("read"), d.end(),
        d.chain("start", "write", "tell", "hear", "read", "end"), id=key, messages=("told",),
    )  # fmt: skip
    return Bundle(key, {f"{key}/process.bpmn": drawing.decode(), f"{key}/process.toml": settings(key)})


def listener() -> Bundle:
    """Hears one word after the other, without end."""
    drawing = d.bpmn(
        d.start(), d.user("open"), d.exclusive("again", "again-hear"), d.catch("hear", d.on_message("told")), d.end(),
        d.chain("start", "open", "again", "hear"), d.flow("hear", "again"), d.flow("again", "end", "result = \"done\""),
        id="listener", messages=("told",),
    )  # fmt: skip
    files = {"listener/process.bpmn": drawing.decode(), "listener/process.toml": settings("listener")}
    return Bundle("listener", files)


@pytest.fixture
def county(application: Flask) -> Iterator[Office]:
    county = Office(application, RECEIVER, talker("east", "CS-W"), talker("west", "CS-E"), listener())
    yield county
    nothing_is_wrong(application)


def told(county: Office, case: str, id: str) -> bool:
    taken = county.act(lambda: receive_message(db.session(), county.around, case, "told", dedupe=id, now=county.now))
    return bool(taken)


def read(county: Office, task: str) -> None:
    county.act(
        lambda: complete_task(
            db.session(), county.around, task, by=actor(LI_GUIFANG), answers=AGREE, now=county.now
        )
    )  # fmt: skip


def moves(county: Office, case: str) -> list[str]:
    return [kind for kind in county.kinds(case) if kind in EVENT_KINDS]


def messages(county: Office) -> list[Message]:
    return county.rows(Message)


def test_the_message_and_the_act_that_opens_its_wait_come_at_once(county: Office) -> None:
    for _ in range(ROUNDS):
        case = county.begin("receiver")
        told(county, case, "first")
        [task] = [one.id for one in county.rows(Task) if one.instance_id == case and one.status == "open"]
        at_once(lambda case=case: told(county, case, "second"), lambda task=task: read(county, task))
        assert moves(county, case) == ["started", "message", "completed", "message"]
        assert county.instance(case).ended_at is not None
    assert all(one.consumed_at for one in messages(county))


def test_one_message_delivered_by_many_at_once_is_one(county: Office) -> None:
    case = county.begin("receiver")
    assert at_once(*[lambda: told(county, case, "the same")] * 5) == [True] * 5
    assert moves(county, case) == ["started", "message"] and len(messages(county)) == 1


def test_two_cases_write_to_each_other_and_three_workers_carry_it(county: Office) -> None:
    """Each delivery locks its receiver alone; inside the senders' own transactions this would be a ring."""
    for round in range(4):
        east, west = county.begin("east"), county.begin("west")
        county.act(lambda east=east, west=west: number(east, "CS-E", west, "CS-W"))
        writes = [one.id for one in county.rows(Task) if one.name == "write" and one.status == "open"]
        with no_deadlock(county.application):
            at_once(*(lambda task=task: read(county, task) for task in writes))
            at_once(*[lambda: worker(county)] * 3)
        for case in (east, west):
            assert moves(county, case) == ["started", "completed", "message"], round
        county.act(lambda east=east, west=west: number(east, None, west, None))
    assert all(one.done_at for one in county.outbox())


def number(east: str, eastern: str | None, west: str, western: str | None) -> None:
    db.session().get_one(Instance, east).number = eastern
    db.session().get_one(Instance, west).number = western


def test_two_workers_tell_of_a_message_nobody_waited_for_once(county: Office) -> None:
    case = county.begin("receiver")
    for id in ("first", "second"):
        told(county, case, id)
    county.later(seconds=KEPT_FOR.total_seconds() + 1)
    at_once(*[lambda: worker(county)] * 2)
    [incident] = county.incidents()
    assert (incident.what, incident.node, incident.error) == ("message", "told", "message_unmatched")
    assert county.kinds(case).count("message_unmatched") == 1


def test_two_workers_hand_out_a_flood_of_messages_once(county: Office) -> None:
    """Fifty go with the completion that opens the wait, the rest with the workers, in the order they came."""
    case = county.begin("listener")
    for number in range(120):
        told(county, case, f"m{number}")
    [task] = [one.id for one in county.rows(Task) if one.status == "open"]
    read(county, task)
    assert county.kinds(case).count("message") == 50
    at_once(*[lambda: worker(county)] * 2)
    assert county.kinds(case).count("message") == 120
    assert all(one.consumed_at for one in messages(county))
