"""Change the working days of a year: one person drafts, another approves, and the past stays as it was.

The table of a year already known changes only on days to come. A year without a table may be entered whole at any
time: its days were provisional (暂定). Due dates that follow are moved by the shell, case by case, on the record.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.calendar.models import WorkingDaysVersion
from app.calendar.versions import load_seed
from app.calendar.working_days import DAY, DayKind, SpecialDay, Table, WorkingDays, days_of
from app.errors import Refusal, not_found


def draft_working_days(
    session: Session, *, year: int, table: Table, editor: str, reason: str, source: str, today: date, at: datetime
) -> WorkingDaysVersion:
    """Write down what the notice says of `year`; nothing is in force before another person approves.

    Args:
        table: the special days of the whole year, replacing what is known of it.
        editor: who writes it.
        source: the notice, with its number (国办发明电〔2025〕7号).
        today: the legal day; only later days may change.

    Raises:
        Refusal: codes `calendar_*`.
    """
    if not reason.strip() or not source.strip():
        raise Refusal("calendar_grounds_missing")
    _refuse_bad_table(year, table)
    base = load_seed(session, at)
    before = WorkingDays.from_wire(base.content)
    after = before.with_year(year, table)
    _refuse_no_change(before, after, year)
    _refuse_past(before, after, year, today)
    draft = WorkingDaysVersion(
        year=year,
        content=after.to_wire(),
        digest=after.digest,
        base=base.digest,
        reason=reason.strip(),
        source=source.strip(),
        edited_by=editor,
        edited_at=at,
    )
    session.add(draft)
    session.flush()
    return draft


def approve_working_days(
    session: Session, draft_id: UUID, *, approver: str, today: date, at: datetime
) -> WorkingDaysVersion:
    """Put a draft into force as the next version.

    Raises:
        Refusal: `calendar_same_person`, `calendar_not_pending`, `calendar_changed_meanwhile`, `calendar_past_day`.
    """
    draft = _pending(session, draft_id)
    if approver == draft.edited_by:
        raise Refusal("calendar_same_person", 403)
    base = load_seed(session, at)
    if draft.base != base.digest or base.version is None or draft.year is None:
        raise Refusal("calendar_changed_meanwhile", 409)
    after = WorkingDays.from_wire(draft.content)
    _refuse_past(WorkingDays.from_wire(base.content), after, draft.year, today)
    draft.version, draft.approved_by, draft.approved_at = base.version + 1, approver, at
    try:
        session.flush()
    except IntegrityError as conflict:  # two approvals at once ask for the same version number
        raise Refusal("calendar_changed_meanwhile", 409) from conflict
    return draft


def decline_working_days(session: Session, draft_id: UUID, *, by: str, reason: str, at: datetime) -> None:
    """Lay a draft aside for good; its writer may do so too.

    Raises:
        Refusal: `calendar_grounds_missing`, `calendar_not_pending`.
    """
    if not reason.strip():
        raise Refusal("calendar_grounds_missing")
    draft = _pending(session, draft_id)
    draft.declined_by, draft.declined_at, draft.declined_because = by, at, reason.strip()
    session.flush()


def moved_days(before: WorkingDays, after: WorkingDays, year: int) -> tuple[date, ...]:
    """The days of `year` that are worked in one and not in the other."""
    whole = days_of(date(year, 1, 1) - DAY, date(year, 12, 31))
    return tuple(day for day in whole if before.is_workday(day) != after.is_workday(day))


def _pending(session: Session, draft_id: UUID) -> WorkingDaysVersion:
    draft = session.get(WorkingDaysVersion, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise not_found()
    if not draft.pending:
        raise Refusal("calendar_not_pending", 409)
    return draft


def _refuse_bad_table(year: int, table: Table) -> None:
    if not table:
        raise Refusal("calendar_table_empty", params={"year": year})
    for day, special in table.items():
        if day.year != year:
            raise Refusal("calendar_day_outside_year", params={"day": day, "year": year})
        if not special.name.strip():
            raise Refusal("calendar_name_missing", params={"day": day})
        _refuse_odd_day(day, special)


def _refuse_odd_day(day: date, special: SpecialDay) -> None:
    weekend = day.weekday() >= 5
    if special.kind is DayKind.LIEU_WORK and not weekend:
        raise Refusal("calendar_lieu_work_on_weekday", params={"day": day})
    if special.kind is DayKind.LIEU_REST and weekend:
        raise Refusal("calendar_lieu_rest_on_weekend", params={"day": day})
    if special.kind in (DayKind.WORKDAY, DayKind.REST):
        raise Refusal("calendar_ordinary_day", params={"day": day})


def _refuse_no_change(before: WorkingDays, after: WorkingDays, year: int) -> None:
    if before.digest == after.digest:
        raise Refusal("calendar_unchanged", params={"year": year})


def _refuse_past(before: WorkingDays, after: WorkingDays, year: int, today: date) -> None:
    if year not in before.years:
        return
    past = [day.isoformat() for day in moved_days(before, after, year) if day <= today]
    if past:
        raise Refusal("calendar_past_day", params={"days": "、".join(past)})
