"""What the analysis finds, on steps made up for it: no database, nothing but times, people and inputs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.calendar.working_days import seed
from app.replay.analysis.both_ends import both_ends
from app.replay.analysis.decided import NAMED, Decided, same_facts
from app.replay.analysis.findings import PROVES_NOT, TITLES
from app.replay.analysis.hours import MANY, bursts, odd_hours
from app.replay.analysis.outliers import FEWEST, fence, outliers
from app.replay.analysis.steps import Step

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""09:00 in China, a working day."""
LI, NONG, HUANG = frozenset({"li"}), frozenset({"nong"}), frozenset({"huang"})
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def step(seq: int = 2, group: str = "", people: frozenset[str] = LI, **more: object) -> Step:
    known = Step(
        case="c1", number="JY-1", process="care", title="照料", node="n", name=f"第{seq}步", seq=seq, group=group,
        by="-".join(sorted(people)), people=people, opened_at=MONDAY, closed_at=MONDAY + HOUR, starters=frozenset(),
        case_ended=False,
    )  # fmt: skip
    return replace(known, **more)


def test_who_entered_and_approves_is_found_at_both_steps() -> None:
    found = list(both_ends([step(2, "registration"), step(3, "review", NONG), step(4, "approval")]))
    assert [place.seq for place in found[0].places] == [2, 4] and "登记“第2步”，又审批“第4步”" in found[0].said
    assert len(found) == 1


def test_who_enters_and_reviews_is_found_too() -> None:
    found = list(both_ends([step(2, "registration"), step(3, "review"), step(4, "approval", HUANG)]))
    assert [one.said for one in found] == ["同一人登记“第2步”，又审查“第3步”"]


def test_deputy_and_principal_count_as_the_one_they_act_for() -> None:
    behalf = step(4, "approval", HUANG | LI)
    assert len(list(both_ends([step(2, "review"), behalf]))) == 1


@pytest.mark.parametrize(
    "steps",
    [
        [step(2, "registration"), step(4, "approval", HUANG)],
        [step(4, "approval", HUANG), step(5, "registration", HUANG)],
        [step(2, "registration"), step(3, "", LI)],
        [],
    ],
)
def test_different_people_or_another_order_are_no_finding(steps: list[Step]) -> None:
    assert list(both_ends(steps)) == []


def test_who_started_and_approves_or_ends_it_is_found() -> None:
    mine = {"starters": LI}
    assert "发起，又审批" in next(both_ends([step(2, "", NONG, **mine), step(3, "approval", **mine)])).said
    three = [step(seq, "", people, starters=LI, case_ended=True) for seq, people in ((2, LI), (3, NONG), (4, LI))]
    assert "办结最后一步" in next(both_ends(three)).said
    assert list(both_ends(three[1:])) == [], "of two steps it says nothing"
    assert list(both_ends([replace(one, case_ended=False) for one in three])) == []


def spread(count: int, gap: timedelta, *, start: datetime = MONDAY) -> list[Step]:
    return [step(seq, case=f"c{seq}", closed_at=start + seq * gap) for seq in range(count)]


def test_many_within_minutes_are_one_finding() -> None:
    found = list(bursts(spread(MANY + 5, MINUTE)))
    assert len(found) == 1 and f"办结 {MANY + 5} 步" in found[0].said and found[0].places[0].case == "c0"


def test_two_runs_apart_are_two_findings_and_few_or_slow_ones_none() -> None:
    twice = spread(MANY, MINUTE) + spread(MANY, MINUTE, start=MONDAY + 5 * HOUR)
    assert len(list(bursts(twice))) == 2
    assert list(bursts(spread(MANY - 1, MINUTE))) == []
    assert list(bursts(spread(100, 2 * MINUTE))) == []
    others = [replace(one, by=f"p{seq}") for seq, one in enumerate(spread(20, MINUTE))]
    assert list(bursts(others)) == [], "twenty people at once are an office at work"


@pytest.mark.parametrize(
    ("at", "word"),
    [
        ("2026-03-02T21:59", ""), ("2026-03-02T22:00", "夜间"), ("2026-03-03T05:59", "夜间"), ("2026-03-03T06:00", ""),
        ("2026-03-07T10:00", "周六"), ("2026-02-17T10:00", "春节"), ("2026-02-28T10:00", ""),
    ],
)  # fmt: skip
def test_night_and_days_that_are_not_worked(at: str, word: str) -> None:
    moment = datetime.fromisoformat(f"{at}:00+08:00").astimezone(UTC)
    found = list(odd_hours([step(closed_at=moment)], seed()))
    assert bool(found) is bool(word) and (not found or word in found[0].said), [one.said for one in found]


def test_one_night_of_one_person_is_one_finding() -> None:
    night = datetime(2026, 3, 2, 15, tzinfo=UTC)
    found = list(odd_hours(spread(9, MINUTE, start=night), seed()))
    assert len(found) == 1 and "办结 9 步" in found[0].said and len(found[0].places) == 5


def lasting(hours: Sequence[float]) -> list[Step]:
    return [step(seq, case=f"c{seq}", closed_at=MONDAY + timedelta(hours=one)) for seq, one in enumerate(hours)]


def test_what_took_far_longer_than_the_same_step_elsewhere() -> None:
    usual = [8, 9, 10, 11, 12] * 4
    found = list(outliers(lasting([*usual, 100])))
    assert [one.places[0].seq for one in found] == [20] and "4 日" in found[0].said and "10 小时" in found[0].said
    assert list(outliers(lasting(usual))) == []


def test_few_cases_are_not_compared_and_equal_ones_have_no_outlier() -> None:
    assert list(outliers(lasting([10] * (FEWEST - 2) + [1000]))) == []
    assert list(outliers(lasting([24] * 30 + [25, 47]))) == [], "hardly longer, though all others take alike"
    assert len(list(outliers(lasting([24] * 30 + [49])))) == 1


def test_the_bound_is_that_of_the_quartiles_or_five_medians() -> None:
    assert fence([8, 9, 10, 11, 12]) == 20 and fence([1, 10, 10, 40, 100]) == 50
    assert fence([8, 10, 12, 14, 40]) == 24


def decided(case: str, came_to: str, saw: str = "x", definition: str = "d") -> Decided:
    return Decided(case, f"JY-{case}", "照料", definition, MONDAY, saw, 7, (came_to,))


def test_the_same_inputs_and_other_ends_are_told_together() -> None:
    found = list(same_facts([decided("1", "予以认定"), decided("2", "不予认定"), decided("3", "予以认定")]))
    assert len(found) == 1 and "不予认定；予以认定" in found[0].said
    assert [(place.case, place.seq, place.said) for place in found[0].places] == [
        ("1", 7, "予以认定"), ("2", 7, "不予认定"), ("3", 7, "予以认定"),
    ]  # fmt: skip


def test_of_thousands_alike_the_latest_of_each_result_are_named_and_all_are_counted() -> None:
    alike = [decided(f"{number:04}", "予以认定") for number in range(3000)]
    odd = decided("odd", "不予认定")
    [found] = same_facts([*alike[:2000], odd, *alike[2000:]])
    assert [place.case for place in found.places] == [one.case for one in (*alike[:NAMED], odd)]
    assert found.said.startswith("3001 件") and found.weight == 3001 and len(found.cases) == 3001


@pytest.mark.parametrize(
    "other",
    [decided("2", "予以认定"), decided("2", "不予认定", saw="y"), decided("2", "不予认定", definition="e")],
    ids=["same end", "other inputs", "other version"],
)
def test_what_does_not_compare_is_not_compared(other: Decided) -> None:
    assert list(same_facts([decided("1", "予以认定"), other])) == []


def test_cases_without_a_table_say_nothing() -> None:
    assert list(same_facts([decided("1", "甲", saw=""), decided("2", "乙", saw="")])) == []


def test_every_kind_says_what_it_does_not_prove() -> None:
    assert TITLES.keys() == PROVES_NOT.keys() and all(len(one) > 20 for one in PROVES_NOT.values())
    assert seed().is_workday(date(2026, 2, 28)), "an in-lieu Saturday is worked"
