"""Number series: gap-free per authority, series and year; a number is never issued twice.

A number belongs to the transaction that took it: when that is rolled back, so is the number. The row stays locked
until the commit, so whoever wants the next one waits; a command takes its numbers last (architecture §6).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.parameters.models import NumberSeries, VoidedNumber


def issue(session: Session, authority: str, series: str, year: int) -> int:
    """The next number, from 1. `authority` is a division code or an organisation, `year` the calendar year in China.

    One statement makes the row or raises it: a SELECT … FOR UPDATE would find nothing to lock on first use.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(NumberSeries).values(authority=authority, series=series, year=year, last=1)
    key = [NumberSeries.authority, NumberSeries.series, NumberSeries.year]
    next_one = first.on_conflict_do_update(index_elements=key, set_={"last": NumberSeries.last + 1})
    return session.execute(next_one.returning(NumberSeries.last)).scalar_one()


def last_issued(session: Session, authority: str, series: str, year: int) -> int:
    """The last number issued, 0 before the first."""
    same = select(NumberSeries.last).filter_by(authority=authority, series=series, year=year)
    return session.scalars(same).first() or 0


def void(
    session: Session, authority: str, series: str, year: int, number: int, *, reason: str, by: str, at: datetime
) -> VoidedNumber:
    """Declare an issued number void (作废). It keeps its place: no later document gets it.

    Raises:
        Refusal: `number_reason_missing`, `number_not_issued`, `number_already_void`.
    """
    if not reason.strip():
        raise Refusal("number_reason_missing")
    if not 1 <= number <= last_issued(session, authority, series, year):
        raise Refusal("number_not_issued", params={"number": number})
    if any(row.number == number for row in voided(session, authority, series, year)):
        raise Refusal("number_already_void", 409, params={"number": number})
    key = {"authority": authority, "series": series, "year": year, "number": number}
    row = VoidedNumber(**key, reason=reason.strip(), voided_by=by, voided_at=at)
    session.add(row)
    session.flush()
    return row


def voided(session: Session, authority: str, series: str, year: int) -> list[VoidedNumber]:
    """The void numbers of a series, in order."""
    same = select(VoidedNumber).filter_by(authority=authority, series=series, year=year)
    return list(session.scalars(same.order_by(VoidedNumber.number)))
