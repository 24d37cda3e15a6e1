"""The clocks of an adoption in Long'an county, day by day (handbook §12, corrections 1–5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from adoption_clocks import CHINA, CLOCKS, LIMITS, on, texts

from app.calendar.clocks import ClockRefused, Limit, is_over, last_day, reckon
from app.calendar.limits import parse_limits
from app.calendar.specs import parse_clocks
from app.calendar.working_days import DayKind, SpecialDay, seed


def test_the_review_runs_from_the_day_after_the_materials_were_received():
    review = on("T1", "2026-10-30", materials_received_on="2026-10-29")
    assert (review.started_on, review.first_day, review.used) == (date(2026, 10, 29), date(2026, 10, 30), 1)
    assert on("T1", "2026-10-29", materials_received_on="2026-10-29").used == 0


def test_the_page_says_why_as_the_caseworker_would():
    review = on("T1", "2026-11-23", materials_received_on="2026-10-29", correction_periods=["2026-11-02/2026-11-05"])
    assert (review.used, review.limit, review.remaining, review.due_on) == (22, 30, 8, date(2026, 12, 1))
    assert texts(review) == [
        "收到材料 10-29（登记办法 8：自次日起）第1日 10-30",
        "停表 (11-02,11-05] 补正 3 日（参考，非法定）",
        "10-29 + 30 = 11-28；＋停表 3 = 12-01，周二，工作日，不顺延",
        "若不计无法定依据的停表，到期 11-30（参考停表不改变法定期限）",
        "11-23 当日止：已用 22/30 日，余 8 日",
    ]
    assert [line.mark for line in review.lines] == ["certain", "design", "certain", "check", "certain"]


def test_a_stop_for_correction_has_no_text_and_leaves_the_statutory_day_visible():
    review = on("T1", "2026-11-23", materials_received_on="2026-10-29", correction_periods=["2026-11-02/2026-11-05"])
    assert review.firm_due_on == date(2026, 11, 30), "11-28 is a Saturday"
    assert review.started_on == date(2026, 10, 29), "the first receipt stays"


def test_the_deadline_is_the_end_of_its_last_day_in_china():
    review = on("T1", "2026-11-01", materials_received_on="2026-10-30")
    assert (review.used_up_on, review.due_on) == (date(2026, 11, 29), date(2026, 11, 30))
    assert review.due_at == datetime(2026, 11, 30, 16, tzinfo=UTC)


def test_a_last_day_in_the_national_holiday_rolls_to_the_eighth():
    review = on("T1", "2026-09-21", materials_received_on="2026-09-01")
    assert (review.used_up_on, review.due_on) == (date(2026, 10, 1), date(2026, 10, 8))
    assert "09-01 + 30 = 10-01，周四，国庆节放假，顺延至 10-08" in texts(review)
    assert on("T1", "2026-10-08", materials_received_on="2026-09-01").over_by == 0
    assert on("T1", "2026-10-09", materials_received_on="2026-09-01").over_by == 1


def test_a_last_day_on_a_saturday_worked_in_lieu_does_not_roll():
    review = on("T1", "2026-02-01", materials_received_on="2026-01-15")
    assert review.due_on == date(2026, 2, 14)
    assert "01-15 + 30 = 02-14，周六，调休上班，不顺延" in texts(review)


def test_notice_and_assessment_that_overlap_forty_days_are_taken_off_once():
    review = on(
        "T1",
        "2026-07-01",
        materials_received_on="2026-03-02",
        assessment_consent_on="2026-03-10",
        assessment_report_on="2026-05-09",
        notice_from="2026-03-30",
        notice_to="2026-05-29",
    )
    assert "停表合计 80 日（重叠 40 日只扣一次）" in texts(review)
    assert review.stopped == 80
    assert review.used_up_on == date(2026, 3, 2) + timedelta(30 + 80)
    assert review.due_on == date(2026, 6, 22), "06-20 is the Saturday of the Dragon Boat holiday"
    assert review.firm_due_on == review.due_on, "both stops have a legal basis"


def test_a_last_day_does_not_roll_onto_a_day_on_which_the_clock_stands():
    review = on("T1", "2026-11-23", materials_received_on="2026-10-29", correction_periods=["2026-11-29/2026-12-02"])
    assert (review.used_up_on, review.due_on) == (date(2026, 11, 28), date(2026, 12, 3))


def test_two_corrections_are_two_stops():
    review = on(
        "T1",
        "2026-11-30",
        materials_received_on="2026-11-02",
        correction_periods=["2026-11-04/2026-11-06", "2026-11-10/2026-11-11"],
    )
    assert (review.stopped, review.used) == (3, 25)
    assert not any("重叠" in text for text in texts(review))


def test_a_stop_of_no_days_takes_nothing():
    review = on("T1", "2026-11-23", materials_received_on="2026-10-29", correction_periods=["2026-11-02/2026-11-02"])
    assert (review.stopped, review.due_on) == (0, date(2026, 11, 30))


def test_while_a_stop_is_open_nobody_can_name_the_last_day():
    review = on("T1", "2026-11-23", materials_received_on="2026-10-29", assessment_consent_on="2026-11-02")
    assert review.stopped_now and not review.running
    assert (review.due_on, review.due_at, review.used, review.remaining) == (None, None, 4, 26)
    assert "停表 (11-02, …) 收养评估 未结束（收养评估办法 10）" in texts(review)
    assert any(text.startswith("停表中：已用 4 日，余 26 日") for text in texts(review))


def test_a_clock_stops_on_the_day_its_stop_begins_and_that_day_still_counts():
    review = on("T1", "2026-11-02", materials_received_on="2026-10-29", assessment_consent_on="2026-11-02")
    assert review.stopped_now and review.used == 4


def test_a_limit_used_up_before_the_stop_stays_overdue():
    review = on("T1", "2026-12-10", materials_received_on="2026-10-29", assessment_consent_on="2026-12-03")
    assert (review.due_on, review.over_by) == (date(2026, 11, 30), 3)


def test_dates_the_wrong_way_round_stop_nothing_and_are_shown():
    review = on(
        "T1",
        "2026-11-23",
        materials_received_on="2026-10-29",
        assessment_consent_on="2026-11-10",
        assessment_report_on="2026-11-05",
    )
    assert review.stopped == 0
    assert "收养评估 11-10 至 11-05 止日早于起日，不停表，请核对日期" in texts(review)


def test_a_report_on_day_sixty_is_in_time_and_on_day_sixty_one_over_by_one():
    in_time = on("T2", "2026-11-23", assessment_consent_on="2026-09-17", assessment_report_on="2026-11-16")
    late = on("T2", "2026-11-23", assessment_consent_on="2026-09-17", assessment_report_on="2026-11-17")
    assert (in_time.used, in_time.over_by, in_time.due_on) == (60, 0, date(2026, 11, 16))
    assert (late.used, late.over_by, late.ended_on) == (61, 1, date(2026, 11, 17))
    assert texts(late)[-1] == "11-17 办结：已用 61/60 日，超 1 日"


def test_the_four_days_over_of_the_audited_case():
    late = on("T2", "2026-11-23", assessment_consent_on="2026-09-17", assessment_report_on="2026-11-20")
    assert (late.over_by, late.running) == (4, False)


def test_a_decision_stops_the_counting():
    review = on("T1", "2026-12-31", materials_received_on="2026-11-02", decided_on="2026-11-20")
    assert (review.used, review.over_by, review.ended_on) == (18, 0, date(2026, 11, 20))


def test_the_notice_must_be_over_day_sixty_is_refused_and_day_sixty_one_passes():
    notice_from = date(2026, 9, 3)
    notice_to = last_day(notice_from, LIMITS["adoption.notice"], CHINA)
    assert notice_to == notice_from + timedelta(60) == date(2026, 11, 2)
    assert not is_over(notice_to, notice_from + timedelta(59)), "a claim on day 59 is heard"
    assert not is_over(notice_to, notice_from + timedelta(60))
    assert is_over(notice_to, notice_from + timedelta(61))


def test_the_last_day_of_a_notice_rolls_over_the_national_holiday():
    notice_to = last_day(date(2026, 8, 2), LIMITS["adoption.notice"], CHINA)
    assert notice_to == date(2026, 10, 8), "60 days end on 10-01"
    assert not is_over(notice_to, date(2026, 10, 8))
    assert is_over(notice_to, date(2026, 10, 9))


def test_a_last_day_in_a_year_without_a_table_is_provisional():
    review = on("T1", "2026-12-20", materials_received_on="2026-12-02")
    assert (review.due_on, review.provisional) == (date(2027, 1, 1), True)
    assert any(text.startswith("暂定：2027 年放假安排未录入") for text in texts(review))
    known = CHINA.with_year(2027, {date(2027, 1, 1): SpecialDay(DayKind.HOLIDAY, "元旦")})
    settled = reckon(CLOCKS["T1"], {"materials_received_on": "2026-12-02"}, LIMITS, known, date(2026, 12, 20))
    assert (settled.due_on, settled.provisional) == (date(2027, 1, 4), False)


def test_the_day_shown_while_an_open_stop_hides_the_last_one_is_provisional_as_well():
    facts = {"materials_received_on": "2026-12-05", "correction_periods": ["2026-12-10/"]}
    stopped = on("T1", "2026-12-20", **facts)
    assert (stopped.due_on, stopped.firm_due_on, stopped.provisional) == (None, date(2027, 1, 4), True)
    assert any(text.startswith("暂定：2027 年") for text in texts(stopped))


def test_of_calendar_days_only_the_last_matters():
    assert not on("T1", "2026-12-20", materials_received_on="2026-12-01").provisional, "12-31 is a known Thursday"
    assert not on("T1", "2004-01-10", materials_received_on="2003-12-20").provisional, "2003 has no table, 2004 has"


def test_of_working_days_every_year_on_the_way_matters():
    wait = on("K", "2026-12-20", materials_received_on="2026-12-20")
    assert (wait.due_on, wait.provisional) == (date(2027, 1, 8), True)


def test_fifteen_working_days_over_spring_festival_with_both_in_lieu_days():
    wait = on("K", "2026-02-10", materials_received_on="2026-02-06")
    assert (wait.due_on, wait.unit, wait.limit) == (date(2026, 3, 5), "WD", 15)
    assert "02-06 后第 15 个工作日 = 03-05，周四，工作日，不顺延" in texts(wait)
    assert wait.reference and any(text.startswith("参考时限 15 个工作日") for text in texts(wait))


def test_a_stop_of_a_working_day_clock_takes_its_working_days():
    wait = on("K", "2026-11-30", materials_received_on="2026-11-02", correction_periods=["2026-11-05/2026-11-09"])
    assert wait.due_on == date(2026, 11, 25), "Friday and Monday taken off, the weekend not twice"
    assert "11-02 后第 15 个工作日 = 11-23；＋停表 2 个工作日 = 11-25，周三，工作日，不顺延" in texts(wait)


@pytest.mark.parametrize(
    ("start", "corresponding", "due"),
    [
        ("2026-01-31", date(2026, 2, 28), date(2026, 2, 28)),
        ("2024-01-31", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-29", date(2024, 3, 29), date(2024, 3, 29)),
        ("2026-03-31", date(2026, 4, 30), date(2026, 4, 30)),
        ("2026-05-20", date(2026, 6, 20), date(2026, 6, 22)),
        ("2025-12-15", date(2026, 1, 15), date(2026, 1, 15)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(start, corresponding, due):
    visit = on("M", start, decided_on=start)
    assert (visit.used_up_on, visit.due_on) == (corresponding, due)


def test_a_stopped_month_is_longer_by_the_stop():
    visit = on("M", "2026-11-20", decided_on="2026-11-02", correction_periods=["2026-11-10/2026-11-13"])
    assert (visit.limit, visit.unit, visit.limit_text, visit.due_on) == (30, "CD", "1 个月", date(2026, 12, 7))
    assert "11-02 + 1 个月 = 12-02；＋停表 3 = 12-05，周六，休息日，顺延至 12-07" in texts(visit)


def test_a_leap_day_is_a_day_of_the_thirty():
    assert on("T1", "2024-02-20", materials_received_on="2024-02-20").due_on == date(2024, 3, 21)
    assert on("T1", "2026-02-23", materials_received_on="2026-02-23").due_on == date(2026, 3, 25)


def test_hours_run_at_once_and_roll_over_nothing():
    facts = {"reported_on": "2026-10-01T21:30"}
    at = datetime(2026, 10, 2, 2, tzinfo=UTC)
    urgent = reckon(CLOCKS["H"], facts, LIMITS, CHINA, date(2026, 10, 2), now=at)
    assert urgent.due_at == datetime(2026, 10, 2, 13, 30, tzinfo=UTC)
    assert (urgent.used, urgent.remaining, urgent.unit, urgent.due_on) == (12, 12, "H", date(2026, 10, 2))


def test_hours_over_are_whole_hours_begun():
    facts = {"reported_on": "2026-11-01T08:00", "handled_on": "2026-11-02T09:10"}
    urgent = reckon(CLOCKS["H"], facts, LIMITS, CHINA, date(2026, 11, 5))
    assert (urgent.over_by, urgent.ended_on) == (2, date(2026, 11, 2))


def test_a_report_without_an_hour_counts_from_midnight_and_says_so():
    urgent = on("H", "2026-11-01", reported_on="2026-11-01")
    assert urgent.due_at == datetime(2026, 11, 1, 16, tzinfo=UTC)
    assert "未填时刻，按当日 0 时" in texts(urgent)[0]


def test_a_stopped_day_takes_all_its_hours_out():
    urgent = on("H", "2026-11-05", reported_on="2026-11-01T20:00", correction_periods=["2026-11-01/2026-11-03"])
    assert urgent.due_at == datetime(2026, 11, 4, 12, tzinfo=UTC)


def test_a_clock_that_has_not_started_waits_for_its_fact():
    review = on("T1", "2026-11-23")
    assert (review.started_on, review.due_on, review.remaining) == (None, None, 30)
    assert texts(review) == ["未起算：等“收到材料”的日期"]


@pytest.mark.parametrize("wrong", ["29.10.2026", "2026-13-01", "0026-10-29", "三月一日", "2026-02-30"])
def test_a_date_nobody_can_reckon_with_is_refused_by_name(wrong):
    with pytest.raises(ClockRefused, match="收到材料"):
        on("T1", "2026-11-23", materials_received_on=wrong)


@pytest.mark.parametrize("wrong", ["2026-11-02", "/2026-11-05", ""])
def test_a_period_without_both_ends_is_refused(wrong):
    with pytest.raises(ClockRefused, match="补正"):
        on("T1", "2026-11-23", materials_received_on="2026-10-29", correction_periods=[wrong])


def test_an_unknown_limit_is_refused():
    with pytest.raises(ClockRefused, match="请先登记该时限"):
        reckon(CLOCKS["T1"], {}, {}, CHINA, date(2026, 11, 23))


def test_a_limit_in_hours_has_no_last_day():
    with pytest.raises(ClockRefused, match="按小时计"):
        last_day(date(2026, 11, 1), Limit("x", 24, "H"), CHINA)


def test_a_period_that_only_has_to_pass_makes_nobody_late():
    table = {
        "T3": {"title": "寻亲公告", "limit": "notice", "start": "notice_from", "source": "登记办法 8", "waits": True}
    }
    spec = parse_clocks(table)["T3"]
    limits = parse_limits(
        {"notice": {"title": "公告", "value": 60, "unit": "CD", "source": "登记办法 8", "mark": "certain"}}
    )
    begun = {"notice_from": "2026-03-02"}
    running = reckon(spec, begun, limits, seed(), date(2026, 5, 6))
    assert running.running and running.due_on == date(2026, 5, 6) and running.over_by == 0
    over = reckon(spec, begun, limits, seed(), date(2026, 6, 1))
    assert over.ended_on == date(2026, 5, 6) and over.over_by == 0 and over.lines[-1].text == "05-06 期满"
