"""What a diagram's timer rule comes to: the same day that the page shows, over at midnight in China."""

from datetime import UTC, date, datetime, timedelta

import pytest
from adoption_clocks import CHINA, CLOCKS, LIMITS, on

from app.calendar.clocks import ClockRefused, due_for_rule, firings_due

OPENED = datetime(2026, 10, 29, 2, 30, tzinfo=UTC)
RECEIVED = {"materials_received_on": "2026-10-29"}


def due(rule, facts=RECEIVED, opened=OPENED, firing=1):
    return due_for_rule(rule, opened, facts, CLOCKS, LIMITS, CHINA, firing=firing)


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("P10D", date(2026, 11, 9)),
        ("P30D", date(2026, 11, 30)),
        ("P2W", date(2026, 11, 12)),
        ("P1M", date(2026, 11, 30)),
        ("P1Y", date(2027, 10, 29)),
        ("P1Y2M3D", date(2028, 1, 3)),
        ("limit:adoption.review", date(2026, 11, 30)),
        ("limit:correction.tell", date(2026, 11, 5)),
        ("limit:visit.month", date(2026, 11, 30)),
        ("date:2026-11-28", date(2026, 11, 28)),
        ("clock:T1", date(2026, 11, 30)),
        ("clock:T1@20", date(2026, 11, 18)),
        ("clock:K@3", date(2026, 11, 3)),
    ],
)
def test_a_rule_names_a_last_day(rule, day):
    found = due(rule)
    assert found.last_day == day
    assert found.due_at == datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
    assert found.lines


def test_the_legal_day_of_opening_is_the_day_in_china():
    late_evening_utc = datetime(2026, 11, 1, 17, tzinfo=UTC)
    assert due("P1D", opened=late_evening_utc).last_day == date(2026, 11, 3)
    assert due("P1D", opened=date(2026, 11, 2)).last_day == date(2026, 11, 3)


def test_a_chosen_date_does_not_roll_but_a_period_does():
    assert due("date:2026-10-01").last_day == date(2026, 10, 1)
    assert due("P30D", opened=date(2026, 9, 1)).last_day == date(2026, 10, 8)


def test_page_and_timer_agree():
    facts = {**RECEIVED, "correction_periods": ["2026-11-02/2026-11-05"]}
    page = on("T1", "2026-11-23", **facts)
    timer = due("clock:T1", facts)
    assert (timer.due_at, timer.last_day, timer.lines) == (page.due_at, page.due_on, page.lines[:-1])


def test_a_warning_moves_with_the_stop():
    stopped = {**RECEIVED, "correction_periods": ["2026-11-02/2026-11-05"]}
    assert due("clock:T1@20", stopped).last_day == date(2026, 11, 21), "a Saturday: a warning does not roll"


def test_nothing_is_due_while_the_clock_has_not_started_or_stands():
    assert due("clock:T1", {}) is None
    standing = {**RECEIVED, "assessment_consent_on": "2026-11-02"}
    assert due("clock:T1", standing) is None
    assert due("clock:T1@20", standing) is None
    assert due("clock:T1@4", standing).last_day == date(2026, 11, 2), "used up before the stop"


def test_a_clock_that_ended_early_warns_nobody():
    decided = {**RECEIVED, "decided_on": "2026-11-18"}
    assert due("clock:T1", decided) is None
    assert due("clock:T1@21", decided) is None
    assert due("clock:T1@20", decided).last_day == date(2026, 11, 18)


def test_a_provisional_day_is_marked():
    assert due("P70D", opened=date(2026, 10, 30)).provisional
    assert due("limit:correction.wait", opened=date(2026, 12, 25)).provisional
    assert due("clock:K@14", {"materials_received_on": "2026-12-20"}).provisional
    assert not due("P30D").provisional


def test_hours_are_instants():
    assert due("PT36H").due_at == OPENED + timedelta(hours=36)
    assert due("PT1H30M").due_at == OPENED + timedelta(minutes=90)
    assert due("limit:report.urgent").due_at == OPENED + timedelta(hours=24)
    reported = {"reported_on": "2026-10-29T10:30"}
    assert due("clock:H", reported).due_at == OPENED + timedelta(hours=24)
    assert due("clock:H@2", reported).due_at == OPENED + timedelta(hours=2)
    assert due("clock:H", {**reported, "handled_on": "2026-10-29T20:00"}) is None


def test_cycles_count_from_the_opening_and_do_not_drift():
    month_end = datetime(2026, 1, 31, 1, tzinfo=UTC)
    firings = [due("R/P1M", opened=month_end, firing=n).last_day for n in (1, 2, 3)]
    assert firings == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert due("R/P7D", firing=3).last_day == date(2026, 11, 19)
    assert due("R3/P7D", firing=4) is None


def test_firings_missed_in_a_long_pause_come_as_one():
    assert firings_due("R/P7D", OPENED, 1, OPENED + timedelta(days=6)) == 0
    assert firings_due("R/P7D", OPENED, 1, datetime(2026, 11, 5, 16, tzinfo=UTC)) == 1, "due exactly now is due"
    assert firings_due("R/P7D", OPENED, 2, OPENED + timedelta(days=50)) == 6
    assert firings_due("R3/P7D", OPENED, 2, OPENED + timedelta(days=500)) == 2
    assert firings_due("R/PT1M", OPENED, 1, OPENED + timedelta(days=3650)) == 3650 * 24 * 60


@pytest.mark.parametrize(
    "rule",
    [
        "", "P", "PT", "P0D", "R/P0D", "P-3D", "3 天", "P1DT2H", "P1.5D", "P١D", "P99999D", "P30D ", "date:",
        "date:明天", "clock:", "clock:T9", "clock:T1@", "clock:T1@0", "clock:T1@x", "limit:unknown", "sum:1",
    ],
)  # fmt: skip
def test_a_rule_nobody_understands_is_refused_in_chinese(rule):
    with pytest.raises(ClockRefused, match=r"[\u4e00-\u9fff]"):
        due(rule)


def test_hours_need_the_instant_of_opening():
    with pytest.raises(ClockRefused, match="时刻"):
        due("PT2H", opened=date(2026, 10, 29))
