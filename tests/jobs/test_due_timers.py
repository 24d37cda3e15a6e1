"""When timers fall due: exactly then, oldest first, in the same transaction as the act that comes after them (rules 1–4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.catalogue.bundle import Bundle
from tests.engine.drawing import boundary, bpmn, chain, end, start, timer, user
from tests.jobs.office import MORNING, Office, settings, timed

Opened = Callable[..., Office]
INSTANT = timedelta(microseconds=1)


def _reminded(rule: str) -> Bundle:
    drawing = bpmn(
        start(), user("work"), user("beside"), user("urged"), end(), end("e2"),
        boundary("remind", "work", timer(rule, "timeCycle"), interrupting=False),
        chain("start", "work", "beside", "end"), chain("remind", "urged", "e2"), id="reminded",
    )  # fmt: skip
    files = {"reminded/process.bpmn": drawing.decode(), "reminded/process.toml": settings("reminded")}
    return Bundle("reminded", files)


def _three() -> Bundle:
    """Three timers drawn in another order than they fall due; two of them on one day."""
    drawing = bpmn(
        start(), user("work"), *(user(f"u{n}") for n in (1, 2, 3)), end(), *(end(f"e{n}") for n in (1, 2, 3)),
        boundary("late", "work", timer('"P5D"'), interrupting=False),
        boundary("b_same", "work", timer('"P2D"'), interrupting=False),
        boundary("a_same", "work", timer('"P2D"'), interrupting=False),
        chain("start", "work", "end"), chain("late", "u1", "e1"), chain("b_same", "u2", "e2"),
        chain("a_same", "u3", "e3"), id="three",
    )  # fmt: skip
    return Bundle("three", {"three/process.bpmn": drawing.decode(), "three/process.toml": settings("three")})


def fired(county: Office, case: str) -> list[str]:
    return [str(county.of(one)["task"]).partition("#")[0] for one in county.chain(case) if one.kind == "timer_due"]


@pytest.mark.parametrize(("early", "due"), [(INSTANT, False), (timedelta(0), True)], ids=["before", "at"])
@pytest.mark.parametrize("who", ["worker", "colleague"])
def test_due_means_that_its_instant_has_come_and_not_later(
    office: Opened, early: timedelta, due: bool, who: str
) -> None:
    county = office(_three())
    case = county.begin("three")
    county.now = county.timers()["a_same"].due_at - early
    if who == "worker":
        county.turn()
    else:
        county.complete("work")
    assert fired(county, case) == (["a_same", "b_same"] if due else [])


@pytest.mark.parametrize("who", ["worker", "colleague"])
def test_older_ones_first_and_each_is_an_event_that_says_when_it_was_due(office: Opened, who: str) -> None:
    county = office(_three())
    case = county.begin("three")
    dues = {name: one.due_at for name, one in county.timers().items()}
    county.later(days=9)
    if who == "worker":
        county.turn()
    else:
        county.complete("work")
    assert fired(county, case) == ["a_same", "b_same", "late"]
    for event in (one for one in county.chain(case) if one.kind == "timer_due"):
        fields = county.of(event)
        assert event.at == county.now
        said = datetime.fromisoformat(str(fields["payload/~due_at"]))
        assert said == dues[str(fields["task"]).partition("#")[0]]


def test_a_worker_that_lags_changes_nothing_of_where_the_case_stands(office: Opened) -> None:
    county = office(_three())
    prompt, lagging = county.begin("three"), county.begin("three")
    states = []
    for case in (prompt, lagging):
        county.now = MORNING
        if case == prompt:
            for _ in range(9):
                county.later(days=1)
                county.turn()
        county.now = MORNING + timedelta(days=9)
    county.turn()
    for case in (prompt, lagging):
        states.append([(one.kind, county.of(one).get("task")) for one in county.chain(case)])
    assert states[0] == states[1]


def test_after_a_long_pause_a_cycle_fires_once_and_counts_the_rest(office: Opened) -> None:
    county = office(_reminded('"R/P7D"'))
    case = county.begin("reminded")
    county.later(days=7 * 6 + 3)
    county.turn()
    [event] = [one for one in county.chain(case) if one.kind == "timer_due"]
    assert county.of(event)["payload/~missed"] == 5
    assert county.open_tasks() == ["urged", "work"]
    timer_row = county.timers()["remind"]
    assert (timer_row.fired, timer_row.due_at) == (6, MORNING.replace(hour=16) + timedelta(days=49))
    county.turn()
    assert fired(county, case) == ["remind"]
    county.now = timer_row.due_at
    county.turn()
    assert fired(county, case) == ["remind", "remind"]
    assert "payload/~missed" not in county.of(county.chain(case)[-1])


def test_rounds_that_were_missed_are_used_up_all_the_same(office: Opened) -> None:
    county = office(_reminded('"R3/P7D"'))
    case = county.begin("reminded")
    county.later(days=400)
    county.turn()
    [event] = [one for one in county.chain(case) if one.kind == "timer_due"]
    assert county.of(event)["payload/~missed"] == 2 and county.timers() == {}


def test_a_colleague_far_away_wakes_no_timer(office: Opened) -> None:
    county = office(_reminded('"R3/P7D"'))
    case = county.begin("reminded")
    county.begin("reminded")
    county.later(days=6)
    county.turn()
    assert fired(county, case) == [] and county.timers()["remind"].fired == 0


def test_a_clock_set_back_moves_no_case_back(office: Opened) -> None:
    county = office(timed())
    case = county.begin("timed")
    before = county.now
    county.later(minutes=-30)
    county.complete("work")
    completed = county.chain(case)[-1]
    assert (completed.kind, completed.at) == ("completed", before)
    assert county.kinds(case) == ["started", "clock_behind", "completed"]


@pytest.mark.parametrize(("behind", "told"), [(60, False), (61, True)])
def test_two_machines_may_differ_by_a_minute(office: Opened, behind: int, told: bool) -> None:
    county = office(timed())
    case = county.begin("timed")
    county.later(seconds=-behind)
    county.complete("work")
    assert ("clock_behind" in county.kinds(case)) is told
