"""Long work by name: what a worker does in chunks, each case in a transaction of its own."""

import logging
from collections.abc import Mapping
from uuid import UUID

from app import clock
from app.calendar.models import WorkingDaysVersion
from app.db import db, in_transaction
from app.errors import Refusal
from app.instances.recompute_due_dates import open_cases, recompute_due_dates
from app.instances.surroundings import Surroundings
from app.instances.wording import UNITS
from app.jobs.work import Chunk
from app.parameters.models import ParameterVersion

RECKON_DATES = "reckon_dates"

log = logging.getLogger(__name__)


def long_work(around: Surroundings) -> Mapping[str, Chunk]:
    return {RECKON_DATES: lambda change, after: _reckon_dates(around, change, after or "")}


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
