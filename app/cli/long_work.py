"""Long work by name: what a worker does in chunks, each case in a transaction of its own."""

import logging
from collections.abc import Mapping
from uuid import UUID

from app import clock
from app.calendar.models import WorkingDaysVersion
from app.cli.move_cases import move_or_stay
from app.cli.night_check import NIGHT_CHECK, check_by_night
from app.db import db, in_transaction
from app.errors import Refusal
from app.instances.migrations import RUN_MIGRATION, TRY_MIGRATION
from app.instances.recompute_due_dates import open_cases, recompute_due_dates
from app.instances.run_migration import cases_of_plan
from app.instances.surroundings import Surroundings
from app.instances.try_migration import cases_to_try, keep_trials, try_one
from app.instances.wording import UNITS
from app.jobs.work import Chunk
from app.parameters.models import ParameterVersion

AT_ONCE = 50
"""Cases of a plan in one chunk."""
RECKON_DATES = "reckon_dates"

log = logging.getLogger(__name__)


def long_work(around: Surroundings) -> Mapping[str, Chunk]:
    return {
        RECKON_DATES: lambda change, after: _reckon_dates(around, change, after or ""),
        TRY_MIGRATION: lambda plan, after: _try_migration(around, plan, after or ""),
        RUN_MIGRATION: lambda plan, after: _run_migration(around, plan, after or ""),
        NIGHT_CHECK: lambda day, after: check_by_night(around, day, after or ""),
    }


def _reckon_dates(around: Surroundings, change: str, after: str) -> str | None:
    """The next open cases; done again after a crash it moves nothing twice, since a date that stands is not moved."""
    cases, because = open_cases(db.session(), after=after), _named(change)
    for case in cases:
        try:
            in_transaction(
                lambda case=case: recompute_due_dates(  # type: ignore[misc]
                    db.session(), around, case, now=clock.now(), because=because
                )
            )
        except Refusal as problem:
            # A case whose own dates cannot be reckoned keeps them; the others must not wait for it.
            log.error("dates of case %s: %s", case, problem.code)
    return cases[-1] if cases else None


def _named(change: str) -> str | None:
    """The change of a register, as the record of a case names it: what, and on which paper."""
    table = db.session().get(WorkingDaysVersion, UUID(change))
    if table is not None:
        return f"{table.year} 年放假安排：{table.source}（工作日历第 {table.version} 版）"
    row = db.session().get(ParameterVersion, UUID(change))
    return (
        f"{row.title} {row.value}{UNITS.get(row.unit, row.unit)}，自 {row.valid_from} 起：{row.source}" if row else None
    )


def _try_migration(around: Surroundings, plan: str, after: str) -> str | None:
    """The next cases of a plan, carried over in memory."""
    cases = cases_to_try(db.session(), plan, after=after, most=AT_ONCE)
    found = {}
    for case in cases:
        found[case] = try_one(db.session(), around, plan, case, now=clock.now())
        db.session.rollback()
    in_transaction(lambda: keep_trials(db.session(), plan, found, now=clock.now()))
    return cases[-1] if cases else None


def _run_migration(around: Surroundings, plan: str, after: str) -> str | None:
    """The next cases of a plan go over; done again after a crash, those that went are not asked again."""
    cases = cases_of_plan(db.session(), plan, after=after, most=AT_ONCE)
    db.session.rollback()
    for case in cases:
        move_or_stay(around, plan, case)
    return cases[-1] if cases else None
