"""Days, times, durations and ages (DMN 1.5 §10.3.2.3, §10.3.4.7; 民法典 第一编第十章)."""

import pytest

from tests.dmn.asking import ask, said


def test_today_is_the_day_in_china_and_comes_from_the_event() -> None:
    assert said("today()") == "2026-11-24"
    assert said("now()") == "2026-11-24T01:00:00+08:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-02-29")', "null"),
        ('date("2028-02-29")', "2028-02-29"),
        ("date(2026, 11, 31)", "null"),
        ('date("999999999-12-31")', "999999999-12-31"),
        ('date("-0044-03-15").year', "-44"),
        ('@"10000-01-01" - @"9999-12-31"', "P1D"),
        ('date("26-1-1")', "null"),
        ('@"2026-01-31" + @"P1M"', "2026-02-28"),
        ('@"2026-03-31" - @"P1M"', "2026-02-28"),
        ('@"2026-01-01" + @"P30D"', "2026-01-31"),
        ('@"2026-01-01" + @"PT36H"', "2026-01-02"),
        ('@"2026-03-01" - @"2026-02-01"', "P28D"),
        ('@"2026-11-24" < @"2026-11-25"', "true"),
        ('@"2026-11-24".weekday', "2"),
        ('day of week(@"2026-11-24")', "Tuesday"),
        ('week of year(@"2027-01-01")', "53"),
        ('day of year(@"2028-12-31")', "366"),
        ('month of year(@"2026-11-24")', "November"),
    ],
)
def test_days(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2026-01-01T08:00:00+08:00" = @"2026-01-01T00:00:00Z"', "true"),
        ('@"2026-01-01T08:00:00@Asia/Shanghai" = @"2026-01-01T00:00:00Z"', "true"),
        ('is(@"2026-01-01T08:00:00+08:00", @"2026-01-01T00:00:00Z")', "false"),
        ('@"2026-01-01T08:00:00" = @"2026-01-01T08:00:00Z"', "false"),
        ('@"2026-01-01T08:00:00" < @"2026-01-01T08:00:00Z"', "null"),
        ('date and time(@"2026-01-01", @"08:30:00")', "2026-01-01T08:30:00"),
        ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('@"08:30:00.25+08:00"', "08:30:00.25+08:00"),
        ('time("24:00:00")', "null"),
        ('time("08:30:00+19:00")', "null"),
        ('date and time("2026-01-01T08:00:00@Nowhere/Atall")', "null"),
        ('time(8, 30, 15.5, duration("-PT5H"))', "08:30:15.5-05:00"),
        ('@"2026-01-01T08:00:00+08:00".time offset', "PT8H"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('duration("P1Y14M")', "P2Y2M"),
        ('duration("PT90M")', "PT1H30M"),
        ('duration("P1Y2D")', "null"),
        ('duration("P")', "null"),
        ('@"P1D" = @"PT24H"', "true"),
        ('@"P1M" = @"P30D"', "null"),
        ('@"P1D" * 1.5', "P1DT12H"),
        ('@"P1Y" / @"P1M"', "12"),
        ('-@"-P1D"', "P1D"),
        ('@"-P1DT2H".hours', "-2"),
        ('years and months duration(@"2026-01-31", @"2026-02-28")', "P0M"),
        ('years and months duration(@"2028-02-29", @"2026-02-28")', "-P2Y"),
        ('sum([@"PT1H", @"PT30M"])', "PT1H30M"),
        ('abs(@"-P3M")', "P3M"),
    ],
)
def test_durations(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2018-11-24", "2026-11-23", 7),
        ("2018-11-24", "2026-11-24", 8),
        ("2008-02-29", "2026-02-27", 17),
        ("2008-02-29", "2026-02-28", 18),
        ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20),
        ("2026-11-24", "2026-11-24", 0),
    ],
)
def test_an_age_is_in_completed_years(born: str, on: str, years: int) -> None:
    assert ask(f'age(date("{born}"), date("{on}"))') == years


def test_nobody_has_an_age_before_birth() -> None:
    assert ask('age(@"2026-11-25", today())') is None


def test_years_and_months_may_be_added() -> None:
    assert said('add years(@"2024-02-29", 1)') == "2025-02-28"
    assert said('add months(date: @"2026-01-31", n: 1)') == "2026-02-28"
    assert said('add days(@"2026-12-31", 1)') == "2027-01-01"
    assert ask('add years(@"2024-02-29", 1.5)') is None
