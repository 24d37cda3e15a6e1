"""Long work by name: what a worker does in chunks, each case in a transaction of its own."""

import logging
from collections.abc import Mapping

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.instances.recompute_due_dates import open_cases, recompute_due_dates
from app.instances.surroundings import Surroundings
from app.jobs.work import Chunk

RECKON_DATES = "reckon_dates"

log = logging.getLogger(__name__)


def long_work(around: Surroundings) -> Mapping[str, Chunk]:
    return {RECKON_DATES: lambda _version, after: _reckon_dates(around, after or "")}


def _reckon_dates(around: Surroundings, after: str) -> str | None:
    """The next open cases; done again after a crash it moves nothing twice, since a date that stands is not moved."""
    cases = open_cases(db.session(), after=after)
    for case in cases:
        try:
            in_transaction(lambda case=case: recompute_due_dates(db.session(), around, case, now=clock.now()))  # type: ignore[misc]
        except Refusal as problem:
            # A case whose own dates cannot be reckoned keeps them; the others must not wait for it.
            log.error("dates of case %s: %s", case, problem.code)
    return cases[-1] if cases else None
