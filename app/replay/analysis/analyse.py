"""One analysis: a period inside the mandate of an auditor, bounded for a request, whole for the command."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.calendar import versions
from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings
from app.replay.analysis.both_ends import SIDES, both_ends
from app.replay.analysis.decided import Closed, closed_in, same_facts
from app.replay.analysis.findings import Finding
from app.replay.analysis.hours import bursts, odd_hours
from app.replay.analysis.outliers import outliers
from app.replay.analysis.steps import Period, Step, all_of, done_in
from app.replay.mandate import mandate_of

MOST_STEPS = 20_000
"""Completed steps that one request compares."""
MOST_ENTRIES = 3_000
"""Entries of closed cases that one request opens: some two seconds of one core."""
LONGEST = 366
"""Days of a period."""


@dataclass(frozen=True)
class Analysis:
    """`findings` by kind, the heaviest first."""

    findings: dict[str, tuple[Finding, ...]]
    steps: int
    closed: Closed


def analyse(session: Session, around: Surroundings, period: Period, *, by: Actor, bounded: bool = True) -> Analysis:
    """Compare what was done in the period.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `analysis_period`, `analysis_too_many` (422).
    """
    mandate = mandate_of(by)
    if not 0 <= (period.until - period.since).days < LONGEST:
        raise Refusal("analysis_period", 422, {"days": LONGEST})
    steps = done_in(session, period, mandate, most=MOST_STEPS if bounded else None)
    if bounded and len(steps) > MOST_STEPS:
        raise Refusal("analysis_too_many", 422, {"most": MOST_STEPS})
    closed = closed_in(session, around.vault, period, mandate, most=MOST_ENTRIES if bounded else None)
    found: dict[str, list[Finding]] = {}
    for one in _found(session, steps, closed):
        found.setdefault(one.kind, []).append(one)
    ordered = {kind: tuple(sorted(ones, key=lambda one: (-one.weight, one.at))) for kind, ones in found.items()}
    return Analysis(ordered, len(steps), closed)


def _found(session: Session, steps: Sequence[Step], closed: Closed) -> Iterator[Finding]:
    yield from same_facts(closed.cases)
    touched = {one.case for one in steps if one.group in SIDES or one.case_ended}
    for _case, mine in all_of(session, sorted(touched)):
        yield from both_ends(mine)
    yield from bursts(steps)
    yield from odd_hours(steps, versions.current(session))
    yield from outliers(steps)
