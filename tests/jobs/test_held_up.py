"""Behind a timer in trouble the later automatic events of its case wait, in order; people go on, and so do other cases."""

from collections.abc import Callable
from datetime import timedelta

from app.catalogue.bundle import Bundle
from app.db import db
from app.instances.models import Call, Message
from app.instances.receive_message import receive_message
from app.instances.retry_incident import retry_incident
from tests.cast import LI_GUIFANG, actor
from tests.engine import drawing as d
from tests.jobs.office import Office, settings
from tests.jobs.test_failing_work import correct

KEY = "held"
DRAWING = d.bpmn(
    d.start(), d.parallel("fork"), d.user("work"), d.user("later"), d.node("exclusiveGateway", "weigh"), d.user("told"),
    d.boundary("first", "work", d.timer('"P1D"'), interrupting=False),
    d.boundary("second", "work", d.timer('"P2D"'), interrupting=False), d.user("reminded"), d.user("urged"),
    d.catch("paper", d.on_message("paper")), d.user("ready"),
    d.node("serviceTask", "ask", name="核验", call="remote:police.criminal_record", input='{relation: "general"}',
           output="{receipt: answer.receipt}"),
    d.end(), d.end("e1"), d.end("e2"), d.end("e3"), d.end("e4"),
    d.chain("start", "fork", "work", "later", "end"), d.chain("fork", "paper", "told", "e3"),
    d.chain("fork", "ready", "ask", "e4"), d.chain("first", "weigh"), d.chain("second", "urged", "e2"),
    d.flow("weigh", "reminded", 'if result = null then null else result = "clear"'),
    d.flow("weigh", "e1", 'if result = null then null else result != "clear"'), d.flow("reminded", "e1"),
    id=KEY, messages=("paper",),
)  # fmt: skip
HELD = Bundle(KEY, {f"{KEY}/process.bpmn": DRAWING.decode(), f"{KEY}/process.toml": settings(KEY)})
AUTOMATIC = {"timer_due", "message", "answered"}


def failing(office: Callable[..., Office]) -> tuple[Office, str]:
    """A case whose first reminder cannot be decided, with a second one due, a letter come and an answer come."""
    county = office(HELD)
    case = county.begin(KEY)
    county.later(days=3)
    county.turn()
    send(county, case, "m-1")
    county.complete("ready")
    county.turn()
    return county, case


def send(county: Office, case: str, dedupe: str, **by: object) -> bool:
    return bool(
        county.act(lambda: receive_message(
            db.session(), county.around, case, "paper", dedupe=dedupe, now=county.now, **by,
        ))
    )  # fmt: skip


def until_incident(county: Office) -> None:
    for _ in range(6):
        county.later(minutes=61)
        county.turn()


def test_a_later_timer_a_message_and_an_answer_wait(office: Callable[..., Office]) -> None:
    county, case = failing(office)
    assert not AUTOMATIC & set(county.kinds(case))
    [letter] = county.rows(Message)
    [call] = county.rows(Call)
    assert letter.consumed_at is None and call.status == "waiting" and call.answer is not None
    assert len(county.asked) == 1
    until_incident(county)
    [incident] = county.incidents()
    assert incident.node == "first", "what only waits makes no incident of its own"
    assert not AUTOMATIC & set(county.kinds(case)) and len(county.asked) == 1


def test_people_go_on_beside_it(office: Callable[..., Office]) -> None:
    county, _ = failing(office)
    until_incident(county)
    county.complete("work")
    assert "later" in county.open_tasks()


def test_what_a_person_enters_does_not_wait(office: Callable[..., Office]) -> None:
    county = office(HELD)
    case = county.begin(KEY)
    county.later(days=3)
    county.turn()
    assert send(county, case, "m-2", by=actor(LI_GUIFANG))
    assert "told" in county.open_tasks()


def test_put_right_they_follow_in_order(office: Callable[..., Office]) -> None:
    county, case = failing(office)
    until_incident(county)
    correct(county, case, result="clear")
    [incident] = county.incidents()
    county.act(
        lambda: retry_incident(db.session(), county.around, incident.id, by="cli", reason="已更正", now=county.now)
    )
    county.now += timedelta(minutes=2)
    county.turn()
    kinds = [kind for kind in county.kinds(case) if kind in AUTOMATIC]
    assert kinds == ["timer_due", "timer_due", "message", "answered"]
    assert len(county.asked) == 1 and county.call().status == "answered"
    assert county.incidents() == []


def test_another_case_does_not_wait(office: Callable[..., Office]) -> None:
    county, case = failing(office)
    other = county.begin(KEY)
    assert send(county, other, "m-9")
    assert "message" in county.kinds(other) and "message" not in county.kinds(case)
