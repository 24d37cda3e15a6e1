"""Leases: how workers share rows without a broker, and how a dead worker's rows come to the others (rules 5, 17).

A lease is an instant in the row; until then nobody else takes it. Taking is one UPDATE on rows that nobody has locked,
committed at once; a worker that dies simply never comes back, and the row is ripe again after its lease. The same
instant serves as "not before" after a failure. Nothing relies on it for "once": that is the dedupe key's (rule 15).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

LEASE = timedelta(minutes=2)
"""Longer than any piece of work may take."""

TRIES = 5
"""After so many failures a person must look (rule 18)."""

PAUSES = (timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=15), timedelta(hours=1))


def pause_after(failures: int) -> timedelta:
    """How long to wait after the n-th failure (n ≥ 1): 1 min … 1 h."""
    return PAUSES[min(failures, len(PAUSES)) - 1]


def take(
    session: Session,
    model: Any,
    ripe: ColumnElement[bool],
    *,
    order: Sequence[InstrumentedAttribute[Any]],
    now: datetime,
    most: int,
    values: Mapping[str, Any] | None = None,
    returning: Sequence[InstrumentedAttribute[Any]],
    until: datetime | None = None,
) -> list[Any]:
    """Lease up to `most` ripe rows of `model`, which has `id` and `lease_until`; the caller commits at once.

    Args:
        ripe: which rows may be taken, besides that no lease holds them.
        values: what else is written while taking, as SQL expressions.
    """
    free = (
        select(model.id)
        .where(ripe, or_(model.lease_until.is_(None), model.lease_until <= now))
        .order_by(*order)
        .limit(most)
        .with_for_update(skip_locked=True, of=model)
    )
    taken = session.execute(
        update(model)
        .where(model.id.in_(free.cte("ripe").select()))
        .values(lease_until=until or now + LEASE, **(values or {}))
        .returning(*returning)
        .execution_options(synchronize_session=False)
    )
    return list(taken)
