"""A case that listens as long as it runs: event sub-processes, signals and forks without a gateway, with rows, timers,
a worker and the record around them."""

from collections.abc import Callable

from app.catalogue.bundle import Bundle
from app.db import db
from app.inbox.standing import Standing, standings
from app.instances.receive_message import receive_message
from tests.engine.drawing import (
    bpmn,
    catch,
    chain,
    end,
    handler,
    on_message,
    on_signal,
    parallel,
    start,
    throw,
    timer,
    user,
    users,
)
from tests.jobs.office import Office, settings

Opened = Callable[..., Office]

LISTENING = Bundle(
    "listening",
    {
        "listening/process.bpmn": bpmn(
            start(), user("begin"), users("one", "two"), parallel("both"), throw("done", on_signal("done")),
            catch("hear", on_message("told")), end(), chain("start", "begin", "one", "both", "done", "hear", "end"),
            chain("begin", "two", "both"),
            handler("a_late", timer('"P1D"'), user("urge"), end("urged"), chain("a_late_on", "urge", "urged"),
                    interrupting=False),
            handler("a_stop", on_message("withdraw"), user("close"), end("closed"), chain("a_stop_on", "close",
                    "closed")),
            handler("a_note", on_signal("done"), user("note"), end("noted"), chain("a_note_on", "note", "noted"),
                    interrupting=False),
            id="listening", messages=("told", "withdraw"), signals=("done",),
        ).decode(),
        "listening/process.toml": settings("listening"),
    },
)  # fmt: skip


def tell(county: Office, case: str, name: str) -> bool:
    return bool(
        county.act(
            lambda: receive_message(db.session(), county.around, case, name, dedupe=name, now=county.now, facts={})
        )
    )


def standing(county: Office, case: str) -> Standing | None:
    return county.act(lambda: standings(db.session(), [county.instance(case)]).get(case))


def test_what_a_case_listens_for_begins_beside_or_instead(office: Opened) -> None:
    county = office(LISTENING)
    case = county.begin("listening")
    assert set(county.timers()) == {"a_late_on"}
    county.complete("begin")
    assert county.open_tasks() == ["one", "two"]
    county.later(days=3)
    county.turn()
    assert county.open_tasks() == ["one", "two", "urge"]
    for name in ("urge", "one", "two"):
        county.complete(name)
    assert county.open_tasks() == ["note"]
    assert tell(county, case, "withdraw")
    assert county.open_tasks() == ["close"]
    county.complete("close")
    assert county.instance(case).ended_at is not None
    assert county.kinds(case) == ["started", "completed", "timer_due", *["completed"] * 3, "message", "completed"]


def test_a_case_stands_at_the_step_it_waits_at_not_at_what_it_listens_for(office: Opened) -> None:
    county = office(LISTENING)
    case = county.begin("listening")
    for name in ("begin", "one", "two", "note"):
        county.complete(name)
    found = standing(county, case)
    assert found is not None and (found.step, found.message) == ("hear", "told")
    assert tell(county, case, "told")
    assert county.instance(case).ended_at is not None
    assert county.timers() == {}
