"""预警 of the adoption as it is shipped: 20/25/28 net days of the review, 40/50/55 of the assessment, through the shell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.cast import CAST, HUANG_JIANGUO, LI_GUIFANG, NONG_XIAOLAN
from tests.scenarios.adoption.steps import HARDSHIP, accepted, ready_to_assess
from tests.scenarios.bureau import Bureau

Opened = Callable[..., Bureau]
LADDER = [LI_GUIFANG, NONG_XIAOLAN, HUANG_JIANGUO]


def told(case: Bureau) -> list[tuple[str, int, int]]:
    """Clock, net days used, and how far up the ladder it was told."""
    said = []
    for event in case.chain(case.case):
        if event.kind in ("warned", "escalated"):
            fields: Any = case.of(event)
            people = fields["payload/~told"]
            assert people == [str(CAST[login].id) for login in LADDER[: len(people)]]
            said.append((fields["effects"]["clock"], fields["effects"]["count"], len(people)))
    return said


def test_the_review_warns_at_20_25_and_28_days_and_when_it_is_over(bureau: Opened) -> None:
    case = accepted(bureau(), HARDSHIP)
    for day in ("2026-03-22", "2026-03-23", "2026-03-27", "2026-03-28", "2026-03-31", "2026-04-01", "2026-04-02"):
        case.on(day)
    assert told(case) == [("T1", 20, 1), ("T1", 25, 2), ("T1", 28, 3), ("T1", 30, 3)]
    assert case.row.ended_at is None and "超期督办" in case.tasks


def test_while_the_assessment_stops_the_review_it_warns_by_its_own_days(bureau: Opened) -> None:
    case = ready_to_assess(bureau())
    consent = case.day
    assert case.facts["assessment_consent_on"] == consent.isoformat()
    for days in (40, 41, 50, 51, 55, 56, 75):
        case.on(consent + timedelta(days=days))
    assert told(case) == [("T2", 40, 1), ("T2", 50, 2), ("T2", 55, 3), ("T2", 60, 3)]
