"""By when the file is due, and why.

The three statutory periods were read in the text of the law; a value in the register of parameters goes before them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.calendar import versions as calendars
from app.calendar.limits import Limit
from app.calendar.reckon import reckon
from app.calendar.reckoning import Line
from app.calendar.specs import ClockSpec
from app.clock import legal_day
from app.errors import Refusal
from app.parameters import register

REVIEW, SIMPLE_REVIEW, COURT, OTHER = "review", "simple_review", "court", "other"
KINDS = {
    REVIEW: "行政复议答复（普通程序）",
    SIMPLE_REVIEW: "行政复议答复（简易程序）",
    COURT: "行政诉讼应诉举证",
    OTHER: "其他机关调取",
}
LIMITS = {
    REVIEW: Limit("file.review", 10, "WD", "行政复议法（2023）48、88", "certain"),
    SIMPLE_REVIEW: Limit("file.simple_review", 5, "WD", "行政复议法（2023）54、88", "certain"),
    COURT: Limit("file.court", 15, "CD", "行政诉讼法 67", "certain"),
}
"""From the day the copy was received. For other requests no text is known to set a period: the paper's own day counts."""


@dataclass(frozen=True)
class DueDay:
    """`reference`: the period is not certain law (参考时限)."""

    day: date
    lines: tuple[Line, ...]
    reference: bool = False


def due_day(
    session: Session, kind: str, received_on: date, asked_for: date | None, *, division: str, now: datetime
) -> DueDay:
    """The last day, as reckoned with what is in force at `now`.

    Raises:
        Refusal: `file_request_due` (422): another authority's paper must name its day.
    """
    if kind == OTHER:
        if asked_for is None or asked_for < received_on:
            raise Refusal("file_request_due", 422)
        return DueDay(
            asked_for, (Line(f"来文要求 {asked_for.isoformat()} 前提供（没有查到法定期限，以来文为准）", "来文"),)
        )
    law, today = LIMITS[kind], legal_day(now)
    known = register.current(session, today).limits(division)
    spec = ClockSpec("file", "提交期限", law.code, "received_on", source=law.source, start_title="收到副本")
    standing = reckon(
        spec, {"received_on": received_on.isoformat()}, {law.code: law, **known}, calendars.current(session), today
    )
    assert standing.due_on is not None, "a clock without stops has a last day"
    return DueDay(standing.due_on, standing.lines, standing.reference)
