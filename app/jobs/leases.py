"""Leases: how workers share rows without a broker, and how a dead worker's rows come to the others (rules 5, 17).

A lease is an instant in the row; until then nobody else takes it. Taking is one UPDATE on rows that nobody has locked,
committed at once; a worker that dies simply never comes back, and the row is ripe again after its lease. The same
instant serves as "not before" after a failure. Nothing relies on it for "once": that is the dedupe key's (rule 15).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.fixed import Fixed

LEASE = timedelta(minutes=2)
"""Longer than any piece of work may take."""

TRIES = 5
"""After so many failures a person must look (rule 18)."""

NOW: BindParameter[Any] = bindparam("now")
"""The instant of a taking, in the conditions of a `Lease`."""

PAUSES = (timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=15), timedelta(hours=1))


def pause_after(failures: int) -> timedelta:
    """How long to wait after the n-th failure (n ≥ 1): 1 min … 1 h."""
    return PAUSES[min(failures, len(PAUSES)) - 1]


class Lease:
    """How rows of one kind are taken; put together once, since an idle worker asks every second."""

    def __init__(
        self,
        model: Any,
        ripe: ColumnElement[bool],
        *,
        order: Sequence[InstrumentedAttribute[Any]],
        returning: Sequence[InstrumentedAttribute[Any]],
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """
        Args:
            model: it has `id` and `lease_until`.
            ripe: which rows may be taken, besides that no lease holds them; the instant it is about is `NOW`.
            values: what else is written while taking, as SQL expressions.
        """
        table = model.__table__
        free = (
            select(table.c.id)
            .where(ripe, or_(table.c.lease_until.is_(None), table.c.lease_until <= NOW))
            .order_by(*order)
            .limit(bindparam("most", type_=Integer()))
            .with_for_update(skip_locked=True, of=table)
        )
        self._taken = Fixed(
            update(table)
            .where(table.c.id.in_(free.cte("ripe").select()))
            .values(lease_until=bindparam("until", type_=table.c.lease_until.type), **(values or {}))
            .returning(*returning)
        )

    def take(self, session: Session, *, now: datetime, most: int, until: datetime | None = None) -> list[Any]:
        """Lease up to `most` ripe rows, the first by their order, and give what was asked of them in no order; the caller
        commits at once."""
        return self._taken.rows(session, {"now": now, "most": most, "until": until or now + LEASE})
