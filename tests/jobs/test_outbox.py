"""Messages between cases: in order from one sender to one receiver; one that cannot be delivered holds up no other."""

from collections.abc import Callable

from app.catalogue.bundle import Bundle
from app.db import db
from app.instances.models import Instance
from tests.engine.drawing import bpmn, catch, chain, end, node, on_message, start, user
from tests.jobs.office import Office, settings

Opened = Callable[..., Office]


def _throw(id: str, to: str) -> str:
    return node("intermediateThrowEvent", id, on_message("told"), correlation=f'"{to}"')


def _sender() -> Bundle:
    drawing = bpmn(
        start(), user("write"), _throw("one", "CS-1"), _throw("two", "CS-2"), _throw("three", "CS-1"), end(),
        chain("start", "write", "one", "two", "three", "end"), id="sender", messages=("told",),
    )  # fmt: skip
    return Bundle("sender", {"sender/process.bpmn": drawing.decode(), "sender/process.toml": settings("sender")})


def _receiver() -> Bundle:
    drawing = bpmn(
        start(), catch("first", on_message("told")), user("read"), catch("second", on_message("told")), end(),
        chain("start", "first", "read", "second", "end"), id="receiver", messages=("told",),
    )  # fmt: skip
    return Bundle(
        "receiver", {"receiver/process.bpmn": drawing.decode(), "receiver/process.toml": settings("receiver")}
    )


SENDER, RECEIVER = _sender(), _receiver()


def sent(county: Office, *, receivers: tuple[str, ...] = ("CS-1", "CS-2")) -> dict[str, str]:
    """Receivers of these numbers wait, the sender has thrown three messages; ids by number."""
    made = {number: county.begin("receiver") for number in receivers}
    for number, case in made.items():
        county.act(lambda number=number, case=case: number_it(case, number))
    county.begin("sender")
    county.complete("write")
    return made


def number_it(case: str, number: str) -> None:
    db.session().get(Instance, case).number = number


def test_messages_arrive_in_order(office: Opened) -> None:
    county = office(SENDER, RECEIVER)
    made = sent(county)
    county.turn()

    assert all(one.done_at for one in county.outbox())
    assert county.kinds(made["CS-1"]).count("message") == 1 and county.open_tasks() == ["read", "read"]


def test_an_unknown_receiver_holds_up_its_own_messages_only(office: Opened) -> None:
    county = office(SENDER, RECEIVER)
    made = sent(county, receivers=("CS-2",))
    county.turn()

    first, second, third = county.outbox()
    assert (first.done_at, first.last_error, third.done_at, third.attempts) == (None, "message_unaddressed", None, 0)
    assert second.done_at is not None and county.kinds(made["CS-2"]) == ["started", "message"]


def test_it_stays_visible_and_arrives_when_the_receiver_comes_to_exist(office: Opened) -> None:
    county = office(SENDER, RECEIVER)
    sent(county, receivers=("CS-2",))
    for _ in range(6):
        county.turn()
        county.later(minutes=61)
    [incident] = county.incidents()
    assert (incident.what, incident.error) == ("outbox", "message_unaddressed")
    assert "message_unaddressed" in county.application.test_cli_runner().invoke(args=["instances", "check"]).output

    late = county.begin("receiver")
    county.act(lambda: number_it(late, "CS-1"))
    county.later(minutes=61)
    county.turn()
    assert all(one.done_at for one in county.outbox()) and county.incidents() == []
