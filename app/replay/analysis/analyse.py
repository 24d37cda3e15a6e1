"""One analysis: a period inside the mandate of an auditor, bounded for a request, whole for the command."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar import versions
from app.calendar.working_days import WorkingDays
from app.catalogue.models import Definition
from app.errors import Refusal
from app.history import Json
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings
from app.replay.analysis.both_ends import SIDES, both_ends
from app.replay.analysis.decided import Closed, against_advice, closed_in, same_facts
from app.replay.analysis.findings import Finding
from app.replay.analysis.hours import bursts, odd_hours
from app.replay.analysis.outliers import outliers
from app.replay.analysis.rules import rules
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
    """`findings` by kind, the heaviest first; `scope`: division prefixes that were compared."""

    findings: dict[str, tuple[Finding, ...]]
    steps: int
    closed: Closed
    period: Period
    scope: tuple[str, ...]
    bounded: bool
    rules: dict[str, Json]


def analyse(
    session: Session,
    around: Surroundings,
    period: Period,
    *,
    by: Actor,
    bounded: bool = True,
    within: Sequence[str] | None = None,
    days: WorkingDays | None = None,
) -> Analysis:
    """Compare what was done in the period. It reads for long, so it lets go of the database again and again: nothing that was
    written before in the same transaction stays, and no transaction is open when it is done.

    Args:
        within: division prefixes, where it is not the whole mandate.
        days: the working days to go by, where they are not those in force.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `analysis_scope` (403): `within` is not wholly inside the mandate;
            `analysis_outside`, `analysis_period`, `analysis_process`, `analysis_too_many` (422).
    """
    mandate = mandate_of(by)
    scope = scope_of(mandate, period.division) if within is None else tuple(within)
    if not scope:
        raise Refusal("analysis_outside", 422)
    if not all_inside(scope, mandate):
        raise Refusal("analysis_scope", 403)
    if not 0 <= (period.until - period.since).days < LONGEST:
        raise Refusal("analysis_period", 422, {"days": LONGEST})
    if (
        period.process
        and session.scalar(select(Definition.key).where(Definition.key == period.process).limit(1)) is None
    ):
        raise Refusal("analysis_process", 422)
    steps = done_in(session, period, scope, most=MOST_STEPS if bounded else None)
    if bounded and len(steps) > MOST_STEPS:
        raise Refusal("analysis_too_many", 422, {"most": MOST_STEPS})
    closed = closed_in(session, around.vault, period, scope, most=MOST_ENTRIES if bounded else None)
    days = days or versions.current(session)
    found: dict[str, list[Finding]] = {}
    for one in _found(session, steps, closed, days):
        found.setdefault(one.kind, []).append(one)
    ordered = {kind: tuple(sorted(ones, key=lambda one: (-one.weight, one.at))) for kind, ones in found.items()}
    return Analysis(ordered, len(steps), closed, period, scope, bounded, rules(days))


def scope_of(mandate: Sequence[str], division: str) -> tuple[str, ...]:
    """The parts of a mandate that lie inside a division, which may be a code's beginning; all of it where none is named."""
    inner = {
        one if one.startswith(division) else division
        for one in mandate
        if division.startswith(one) or one.startswith(division)
    }
    return tuple(sorted(inner)) if division else tuple(mandate)


def all_inside(scope: Sequence[str], mandate: Sequence[str]) -> bool:
    return all(any(one.startswith(place) for place in mandate) for one in scope)


def _found(session: Session, steps: Sequence[Step], closed: Closed, days: WorkingDays) -> Iterator[Finding]:
    yield from same_facts(closed.cases)
    yield from against_advice(closed.cases)
    touched = {one.case for one in steps if one.group in SIDES or one.case_ended}
    for _case, mine in all_of(session, sorted(touched)):
        yield from both_ends(mine)
    yield from bursts(steps)
    yield from odd_hours(steps, days)
    yield from outliers(steps)
