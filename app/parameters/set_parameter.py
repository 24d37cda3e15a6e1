"""Set a parameter: one person enters it, another approves, and it takes effect on a day to come."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.parameters.models import ParameterVersion
from app.parameters.register import MARKS, TIME_UNITS, link

CODE = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*", re.ASCII)
DIVISION = re.compile(r"(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?", re.ASCII)
LONGEST = {"CD": 36500, "WD": 26000, "M": 1200, "H": 876000}
"""About a century in each unit."""


def enter_parameter(
    session: Session,
    *,
    code: str,
    value: str,
    unit: str,
    source: str,
    mark: str,
    valid_from: date,
    editor: str,
    reason: str,
    today: date,
    at: datetime,
    title: str = "",
    division: str = "",
) -> ParameterVersion:
    """Write down a new value; nothing is in force before another person approves and `valid_from` has come.

    Args:
        unit: CD, WD, M, H for limits; `text` for words; else what the number measures (分, 元, %).
        title: may stay empty for a parameter that exists.
        division: GB/T 2260 code in which it applies, empty for everywhere.
        today: the legal day; `valid_from` lies after it.

    Raises:
        Refusal: codes `parameter_*`.
    """
    known = _latest(session, code, division) or _latest(session, code, "")
    if not title.strip() and known is None:
        raise Refusal("parameter_unknown", params={"code": code})
    row = ParameterVersion(
        code=code,
        division=division,
        value=value.strip(),
        unit=unit,
        title=title.strip() or (known.title if known else ""),
        source=source.strip(),
        mark=mark,
        valid_from=valid_from,
        reason=reason.strip(),
        entered_by=editor,
        entered_at=at,
        seeded=False,
    )
    refuse_malformed(row)
    _refuse_past(row, today)
    if not row.reason:
        raise Refusal("parameter_reason_missing")
    session.add(row)
    session.flush()
    return row


def approve_parameter(session: Session, row_id: UUID, *, approver: str, today: date, at: datetime) -> ParameterVersion:
    """Put an entered value into the register; it applies from its `valid_from` on.

    Raises:
        Refusal: `parameter_same_person`, `parameter_not_pending`, `parameter_not_forward`,
            `parameter_changed_meanwhile`.
    """
    row = _pending(session, row_id)
    if approver == row.entered_by:
        raise Refusal("parameter_same_person", 403)
    _refuse_past(row, today)
    row.approved_by, row.approved_at = approver, at
    append(session, row)
    return row


def decline_parameter(session: Session, row_id: UUID, *, by: str, reason: str, at: datetime) -> None:
    """Lay an entered value aside for good; the one who entered it may do so too.

    Raises:
        Refusal: `parameter_reason_missing`, `parameter_not_pending`.
    """
    if not reason.strip():
        raise Refusal("parameter_reason_missing")
    row = _pending(session, row_id)
    row.declined_by, row.declined_at, row.declined_because = by, at, reason.strip()
    session.flush()


def append(session: Session, row: ParameterVersion) -> None:
    """Give an approved row the next version and link it to the chain."""
    newest = select(ParameterVersion.version, ParameterVersion.head).where(ParameterVersion.version.is_not(None))
    last = session.execute(newest.order_by(ParameterVersion.version.desc()).limit(1)).first()
    row.version = (last[0] or 0) + 1 if last else 1
    row.head = link(str(last[1]) if last else "", row)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as conflict:  # two approvals at once ask for the same version number
        raise Refusal("parameter_changed_meanwhile", 409) from conflict


def refuse_malformed(row: ParameterVersion) -> None:
    """Raises Refusal `parameter_malformed` with a sentence for each field that is wrong."""
    fields = {}
    if not CODE.fullmatch(row.code):
        fields["code"] = "代码用小写字母、数字、下划线，以点分段，例如 adoption.review"
    if not DIVISION.fullmatch(row.division):
        fields["division"] = "适用区划应为 2、4、6、9 或 12 位区划代码，全部适用时留空"
    if row.mark not in MARKS:
        fields["mark"] = "依据程度应为 certain（法定）、check（待核）、design（设计）之一"
    if not row.source:
        fields["source"] = "请写明依据的条文；没有条文的写“设计值”"
    if not row.unit or len(row.unit) > 16:
        fields["unit"] = "请填写单位，不超过 16 个字"
    elif not _fits(row.value, row.unit):
        fields["value"] = _expected(row.unit)
    if fields:
        raise Refusal("parameter_malformed", params={"code": row.code}, fields=fields)


def _fits(value: str, unit: str) -> bool:
    if unit == "text":
        return 0 < len(value) <= 500
    if unit in TIME_UNITS:
        return value.isascii() and value.isdigit() and len(value) <= 6 and 1 <= int(value) <= LONGEST[unit]
    try:
        return len(value) <= 40 and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _expected(unit: str) -> str:
    if unit == "text":
        return "请填写文字，不超过 500 字"
    if unit in TIME_UNITS:
        return f"时限应为 1 至 {LONGEST[unit]} 的整数"
    return "请填写数字，例如 85 或 0.5"


def _refuse_past(row: ParameterVersion, today: date) -> None:
    if row.valid_from <= today:
        raise Refusal("parameter_not_forward", params={"day": row.valid_from, "today": today})


def _pending(session: Session, row_id: UUID) -> ParameterVersion:
    row = session.get(ParameterVersion, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise not_found()
    if not row.pending:
        raise Refusal("parameter_not_pending", 409)
    return row


def _latest(session: Session, code: str, division: str) -> ParameterVersion | None:
    same = select(ParameterVersion).where(
        ParameterVersion.code == code, ParameterVersion.division == division, ParameterVersion.version.is_not(None)
    )
    return session.scalars(same.order_by(ParameterVersion.version.desc()).limit(1)).first()
