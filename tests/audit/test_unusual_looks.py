"""What is unusual among looks, on looks made up for it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.calendar.working_days import seed
from app.replay.access.search_looks import WORDS, shown
from app.replay.access.unusual import AT_LEAST, PROVES_NOT, TITLES, Post, Seen, elsewhere, many, odd_hours
from app.replay.analysis.findings import TITLES as ANALYSED
from app.replay.mining.export_log import MINED

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""09:00 in China, a working day."""
DAY = timedelta(days=1)
HERE = [Post("450123", date(2026, 1, 1), None)]


def seen(case: int = 1, *, day: int = 0, person: str = "li", division: str = "450123", hours: float = 0) -> Seen:
    return Seen(person, f"c{case}", f"JY-{case}", division, MONDAY + day * DAY + timedelta(hours=hours))


def usual(days: int, a_day: int) -> list[Seen]:
    return [seen(case, day=day) for day in range(days) for case in range(a_day)]


def test_many_cases_in_a_day_against_the_own_median() -> None:
    found = list(many(usual(6, 3) + [seen(case, day=7) for case in range(12)]))
    assert [(one.day, one.said) for one in found] == [(date(2026, 3, 9), "看了 12 件，自己平常一天 3 件")]


@pytest.mark.parametrize(
    "looks",
    [
        usual(6, 3) + [seen(case, day=7) for case in range(AT_LEAST - 1)], usual(6, 30), usual(1, 300),
        usual(6, 3) + [seen(1, day=7)] * 50, usual(6, 6) + [seen(case, day=7) for case in range(12)],
    ],
    ids=["few", "always many", "one day only", "one case again and again", "twice as many"],
)  # fmt: skip
def test_what_is_usual_for_a_person_is_not_flagged(looks: list[Seen]) -> None:
    assert list(many(looks)) == []


def test_cases_that_no_post_of_that_day_covered() -> None:
    looks = [seen(1), seen(2, division="450124"), seen(3, division="450124001")]
    found = list(elsewhere(looks, {"li": HERE}))
    assert [one.said for one in found] == ["2 件：JY-2、JY-3"]
    assert list(elsewhere(looks, {"li": [*HERE, Post("4501", date(2026, 3, 2), date(2026, 3, 2))]})) == []
    over = Post("4501", date(2026, 1, 1), date(2026, 3, 1))
    assert list(elsewhere(looks, {"li": [*HERE, over]})) == found, "a post that was over the day before"
    assert len(list(elsewhere(looks, {}))) == 1, "who holds nothing at all"


@pytest.mark.parametrize(
    ("hours", "word"), [(12.9, ""), (13, "夜间"), (20.9, "夜间"), (21, ""), (5 * 24, "周六"), (-3 * 24, "")]
)
def test_looks_at_night_and_on_days_not_worked(hours: float, word: str) -> None:
    found = list(odd_hours([seen(hours=hours), seen(2, hours=hours)], seed()))
    assert bool(found) is bool(word), found
    assert not found or (word in found[0].said and "查看 2 次，2 件" in found[0].said)


def test_each_kind_says_what_it_does_not_prove_and_each_group_has_a_word() -> None:
    assert TITLES.keys() == PROVES_NOT.keys() and not TITLES.keys() & (ANALYSED.keys() - {"odd_hours"})
    assert (
        shown("export:whole") == "导出（含个人信息）"
        and shown("file:1f2e") == "材料"
        and shown(f"{MINED}:xes") == "事件日志"
    )
    assert shown("new") == "new" and len(WORDS) > 14
