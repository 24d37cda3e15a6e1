"""2026 as the State Council arranged it: who works when, and what nobody knows yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendar.working_days import DayKind, SpecialDay, WorkingDays, seed

CHINA = seed()


def test_national_day_2026_is_seven_days_off_and_two_weekend_days_worked():
    off = [date(2026, 10, day) for day in range(1, 8)]
    assert not any(CHINA.is_workday(day) for day in off)
    assert {CHINA.holiday(day) for day in off} == {"国庆节"}
    assert CHINA.is_workday(date(2026, 9, 20)) and date(2026, 9, 20).weekday() == 6
    assert CHINA.is_workday(date(2026, 10, 10)) and date(2026, 10, 10).weekday() == 5
    assert CHINA.kind(date(2026, 10, 6)) is DayKind.LIEU_REST


def test_an_in_lieu_day_is_worked_and_is_no_holiday():
    saturday = date(2026, 2, 14)
    assert CHINA.kind(saturday) is DayKind.LIEU_WORK
    assert CHINA.holiday(saturday) is None
    assert CHINA.describe(saturday) == "周六，调休上班"


def test_the_working_day_after_spring_festival_is_the_tuesday():
    assert CHINA.next_workday(date(2026, 2, 14)) == date(2026, 2, 24)
    assert CHINA.add_workdays(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_rolling_over_leaves_a_working_day_where_it_is():
    assert CHINA.roll_over(date(2026, 2, 28)) == date(2026, 2, 28), "a Saturday worked in lieu"
    assert CHINA.roll_over(date(2026, 10, 1)) == date(2026, 10, 8)


def test_days_are_described_for_people():
    assert CHINA.describe(date(2026, 10, 1)) == "周四，国庆节放假"
    assert CHINA.describe(date(2026, 11, 28)) == "周六，休息日"
    assert CHINA.describe(date(2026, 12, 1)) == "周二，工作日"


def test_a_year_without_a_table_is_monday_to_friday_and_said_to_be_unknown():
    assert CHINA.years == frozenset(range(2004, 2027))
    assert CHINA.is_workday(date(2027, 10, 1)), "a Friday that nobody has declared off yet"
    assert CHINA.uncovered(date(2026, 12, 31), date(2027, 1, 1)) == (2027,)
    assert CHINA.uncovered(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_counting_backward_is_refused():
    with pytest.raises(ValueError, match="forward"):
        CHINA.add_workdays(date(2026, 1, 1), -1)


def test_storage_gives_the_same_value_back():
    again = WorkingDays.from_wire(CHINA.to_wire())
    assert again == CHINA and again.digest == CHINA.digest and len(CHINA.digest) == 64


def test_the_order_of_writing_does_not_change_the_digest_but_one_day_does():
    new_year = SpecialDay(DayKind.HOLIDAY, "元旦")
    first, second = date(2027, 1, 1), date(2027, 1, 2)
    forward = WorkingDays({2027: {first: new_year, second: new_year}})
    backward = WorkingDays({2027: {second: new_year, first: new_year}})
    assert forward.digest == backward.digest
    assert forward.digest != WorkingDays({2027: {first: new_year}}).digest


def test_the_value_cannot_be_altered():
    with pytest.raises(TypeError):
        CHINA.tables[2026][date(2026, 11, 23)] = SpecialDay(DayKind.HOLIDAY, "自定")


@pytest.mark.parametrize(
    ("year", "day", "kind"),
    [(2027, date(2026, 1, 1), DayKind.HOLIDAY), (2027, date(2027, 1, 4), DayKind.WORKDAY)],
)
def test_a_table_holds_only_special_days_of_its_year(year, day, kind):
    with pytest.raises(ValueError, match="cannot stand"):
        WorkingDays({year: {day: SpecialDay(kind, "元旦")}})


@given(st.dates(date(2004, 1, 1), date(2028, 12, 31)), st.integers(0, 40))
@settings(deadline=None)
def test_adding_and_counting_working_days_agree(start, count):
    end = CHINA.add_workdays(start, count)
    assert CHINA.count_workdays(start, end) == count
    assert count == 0 or CHINA.is_workday(end)
    assert CHINA.count_workdays(start, end - timedelta(1)) < count or count == 0
