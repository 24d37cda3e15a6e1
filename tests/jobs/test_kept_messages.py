"""A message that comes before its wait is kept: both orders work, oldest first, and none is forgotten in silence."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.catalogue.bundle import Bundle
from app.db import db
from app.errors import Refusal
from app.instances.early_messages import MOST
from app.instances.models import Message
from app.instances.receive_message import KEPT_FOR, receive_message
from app.instances.retry_incident import retry_incident
from tests.engine.drawing import bpmn, catch, chain, end, exclusive, flow, on_message, start, user
from tests.jobs.office import Office, settings

Opened = Callable[..., Office]


def _bundle(key: str, *parts: str) -> Bundle:
    drawing = bpmn(*parts, id=key, messages=("told", "other"))
    return Bundle(key, {f"{key}/process.bpmn": drawing.decode(), f"{key}/process.toml": settings(key)})


WAITING = _bundle(
    "waiting", start(), user("write"), catch("hear", on_message("told")), user("read"), end(),
    chain("start", "write", "hear", "read", "end"),
)  # fmt: skip
READING = _bundle(
    "reading", start(), user("write"), exclusive("in"), catch("hear", on_message("told")), exclusive("more", "back"),
    end(), chain("start", "write", "in", "hear", "more"), flow("more", "end", 'result = "last"'),
    flow("more", "in", id="back"),
)  # fmt: skip
WEIGHED = _bundle(
    "weighed", start(), user("write"), exclusive("in"), catch("hear", on_message("told")), exclusive("more", "back"),
    end(), chain("start", "write", "in", "hear", "more"),
    flow("more", "end", 'if result = "odd" then null else result = "last"'), flow("more", "in", id="back"),
)  # fmt: skip


def tell(county: Office, case: str, id: str, result: str | None = None, name: str = "told") -> bool:
    facts = {"result": result} if result else {}
    return bool(
        county.act(
            lambda: receive_message(db.session(), county.around, case, name, dedupe=id, now=county.now, facts=facts)
        )
    )


@pytest.mark.parametrize("early", [True, False])
def test_both_orders_lead_to_the_same_place(office: Opened, early: bool) -> None:
    county = office(WAITING)
    case = county.begin("waiting")
    if early:
        assert tell(county, case, "m1", "clear") is False
        county.complete("write")
    else:
        county.complete("write")
        assert tell(county, case, "m1", "clear") is True
    assert county.open_tasks() == ["read"]
    kinds = county.kinds(case)
    assert [kind for kind in kinds if kind != "message_kept"] == ["started", "completed", "message"]
    assert ("message_kept" in kinds) is early


def test_a_kept_message_that_comes_a_second_time_changes_nothing(office: Opened) -> None:
    county = office(WAITING)
    case = county.begin("waiting")
    tell(county, case, "m1")
    assert tell(county, case, "m1") is True
    county.complete("write")
    assert tell(county, case, "m1") is True
    assert county.kinds(case).count("message") == county.kinds(case).count("message_kept") == 1


def test_kept_messages_are_taken_in_the_order_they_came_even_at_one_instant(office: Opened) -> None:
    county = office(READING)
    case = county.begin("reading")
    for number in range(8):
        tell(county, case, f"m{number}", f"r{number}")
    county.complete("write")
    taken = [county.of(event)["facts/result"] for event in county.chain(case) if event.kind == "message"]
    assert taken == [f"r{number}" for number in range(8)]


def test_one_transaction_hands_out_fifty_and_the_worker_the_rest_in_order(office: Opened) -> None:
    county = office(READING)
    case = county.begin("reading")
    for number in range(MOST + 7):
        tell(county, case, f"m{number}", f"r{number}")
    county.complete("write")
    assert county.kinds(case).count("message") == MOST

    assert tell(county, case, "m_last", "last") is True, "the older ones first, then this one"
    taken = [county.of(event)["facts/result"] for event in county.chain(case) if event.kind == "message"]
    assert taken == [*(f"r{number}" for number in range(MOST + 7)), "last"]
    assert county.instance(case).ended_at is not None


def test_the_worker_goes_on_where_fifty_were_too_few(office: Opened) -> None:
    county = office(READING)
    case = county.begin("reading")
    for number in range(MOST + 7):
        tell(county, case, f"m{number}")
    county.complete("write")
    county.turn()
    assert county.kinds(case).count("message") == MOST + 7
    assert all(one.consumed_at for one in county.rows(Message))


def test_a_message_nobody_took_in_time_becomes_an_incident(office: Opened) -> None:
    county = office(WAITING)
    case = county.begin("waiting")
    tell(county, case, "m1", name="told")
    county.now += KEPT_FOR
    county.turn()
    assert county.incidents() == [], "its last instant still counts"

    county.later(seconds=1)
    county.turn()
    county.turn()
    [incident] = county.incidents()
    assert (incident.what, incident.node, incident.error) == ("message", "told", "message_unmatched")
    assert county.kinds(case) == ["started", "message_kept", "message_unmatched"]
    checked = county.application.test_cli_runner().invoke(args=["instances", "check"])
    assert "message told" in checked.output
    county.complete("write")
    assert county.open_tasks() == [], "what is over is not taken any more, and the case goes on waiting"


def test_a_person_may_keep_it_for_another_while(office: Opened) -> None:
    county = office(WAITING)
    case = county.begin("waiting")
    tell(county, case, "m1")
    county.now += KEPT_FOR + timedelta(seconds=1)
    county.turn()
    [incident] = county.incidents()
    run = county.application.test_cli_runner()
    assert "收到的消息" in run.invoke(args=["incidents", "list"]).output
    assert run.invoke(args=["incidents", "retry", incident.id]).exit_code == 0
    county.turn()
    assert county.incidents() == []
    county.complete("write")
    assert county.open_tasks() == ["read"]
    assert "incident_retried" in county.kinds(case)


def test_a_message_for_a_case_that_ended_meanwhile_is_not_silent_either(office: Opened) -> None:
    county = office(WAITING)
    case = county.begin("waiting")
    tell(county, case, "m1")
    tell(county, case, "m2")
    county.complete("write")
    county.complete("read")
    assert county.instance(case).ended_at is not None
    county.now += KEPT_FOR + timedelta(days=1)
    county.turn()
    assert [one.what for one in county.incidents()] == ["message"]
    with pytest.raises(Refusal, match="case_ended"):
        tell(county, case, "m3")


def test_a_kept_message_the_case_cannot_take_stops_nobody_and_is_told_once(office: Opened) -> None:
    county = office(WEIGHED)
    case = county.begin("weighed")
    for number in range(MOST):
        tell(county, case, f"m{number}")
    tell(county, case, "m_odd", "odd")
    county.complete("write")
    for _ in range(3):
        county.turn()
    [incident] = county.incidents()
    assert (incident.what, incident.error) == ("message", "condition_not_boolean")
    assert county.kinds(case).count("message") == MOST
    county.act(lambda: retry_incident(db.session(), county.around, incident.id, by="x", reason="再试", now=county.now))
    county.turn()
    assert [one.error for one in county.incidents()] == ["condition_not_boolean"]
