"""A list in one statement: numbers that stand once, how many rows there are of each kind, and the rows of one page.

The rows may be thousands: what they are ordered by is reckoned once for each, and only those of the page are read whole.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Subquery, and_, func, select, true

from app.inbox.urgency import in_order, urgency_in_sql

SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """Which rows, and which of their pages. `urgencies` empty means all; `kinds` narrows other columns of the list."""

    urgencies: Collection[str] = ()
    kinds: Sequence[tuple[str, str]] = ()
    page: int = 1
    size: int = SIZE


@dataclass(frozen=True)
class Listing:
    """`totals` has `urgency`, the further kinds and `n`; `rows` has `id`. A kind without a row on the page comes once
    with a row of nothing, and a list of nothing once with `once` alone."""

    once: Subquery
    totals: Subquery
    rows: Subquery

    @property
    def joined(self) -> FromClause:
        alike = (self.totals.c[name] == self.rows.c[name] for name in self.rows.c.keys() if name in self.totals.c)
        return self.once.outerjoin(self.totals, true()).outerjoin(self.rows, and_(*alike))

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        return self.rows.c.place, self.rows.c.day, self.rows.c.since, self.rows.c.id


def listing(
    every: CTE, wanted: Wanted, today: date, *, once: Mapping[str, ColumnElement[Any]], by: Sequence[str] = ()
) -> Listing:
    """The list of the rows of `every`.

    Args:
        every: all that the reader may see; `id`, `day` as text, `stopped`, `since`, and the columns of `by`.
        once: columns that have one value.
        by: what is counted besides the urgency.
    """
    urgency = urgency_in_sql(every.c.day, every.c.stopped, today)
    kinds = [urgency.label("urgency"), *(every.c[name] for name in by)]
    totals = select(*kinds, func.count().label("n")).group_by("urgency", *(every.c[name] for name in by))
    narrowed = [every.c[name] == value for name, value in wanted.kinds]
    if wanted.urgencies:
        narrowed.append(urgency.in_(sorted(wanted.urgencies)))
    rows = (
        select(every.c.id, every.c.day, every.c.since, in_order(urgency).label("place"), *kinds)
        .where(*narrowed)
        .order_by("place", every.c.day, every.c.since, every.c.id)
        .limit(wanted.size)
        .offset((wanted.page - 1) * wanted.size)
    )
    standing = select(*(column.label(name) for name, column in once.items()))
    return Listing(standing.subquery("once"), totals.subquery("totals"), rows.subquery("page"))
