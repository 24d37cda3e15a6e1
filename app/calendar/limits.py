"""How long something may take, and the last day of it (民法典 201–203).

The opening day does not count; a period of months ends on the corresponding day, else on the last day of the month;
a last day that is a rest day or a holiday moves to the next working day.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Protocol

from app.calendar.working_days import DAY, WorkingDays
from app.clock import SHANGHAI

UNITS = {"CD": "日", "WD": "个工作日", "M": "个月", "H": "小时"}
MARKS = {"certain": "法定", "check": "待核", "design": "参考，非法定"}
LONGEST = {"CD": 36500, "WD": 26000, "M": 1200, "H": 876000}
"""About a century in each unit."""

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Days outside are typing errors, and would make the counting long."""


class ClockRefused(Exception):
    """A clock, limit, rule or date that cannot be reckoned with; `findings` say what and where, in Chinese."""

    def __init__(self, *findings: str) -> None:
        super().__init__("；".join(findings))
        self.findings = findings


class LimitLike(Protocol):
    """What a limit must say; the register of parameters gives rows of this shape."""

    @property
    def code(self) -> str: ...
    @property
    def value(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def mark(self) -> str: ...


@dataclass(frozen=True)
class Limit:
    """`unit` is CD calendar days, WD working days, M months or H hours; `mark` certain, check or design."""

    code: str
    value: int
    unit: str
    source: str = ""
    mark: str = "design"


def parse_limits(table: Mapping[str, Any]) -> dict[str, Limit]:
    """`[limits]` of process.toml.

    Raises:
        ClockRefused: with one finding for each thing wrong.
    """
    findings: list[str] = []
    limits = {}
    for code, row in table.items():
        wrong = _limit_findings(code, row)
        findings += wrong
        if not wrong:
            limits[code] = Limit(code, row["value"], row["unit"], str(row["source"]), row["mark"])
    if findings:
        raise ClockRefused(*findings)
    return limits


def _limit_findings(code: str, row: Any) -> list[str]:
    if not isinstance(row, Mapping):
        return [f"时限“{code}”应写成一张表，含 value、unit、source、mark"]
    wrong = []
    value, unit = row.get("value"), row.get("unit")
    if unit not in UNITS:
        wrong.append(f"时限“{code}”的 unit 应为 CD（日）、WD（工作日）、M（月）、H（小时）之一，现为“{unit}”")
    elif type(value) is not int or not 1 <= value <= LONGEST[unit]:
        wrong.append(f"时限“{code}”的 value 应为 1 至 {LONGEST[unit]} 的整数，现为“{value}”")
    if row.get("mark") not in MARKS:
        wrong.append(f"时限“{code}”的 mark 应为 certain、check、design 之一，现为“{row.get('mark')}”")
    if not str(row.get("source") or "").strip():
        wrong.append(f"时限“{code}”没有写 source：请写明条文；没有条文的写“设计值”")
    return wrong


def limit_text(limit: LimitLike) -> str:
    """`30 日` · `5 个工作日` · `3 个月` · `24 小时`"""
    return f"{limit.value} {UNITS[limit.unit]}"


def add_months(start: date, months: int) -> date:
    """The corresponding day `months` later, else the last day of that month (民法典 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def nominal_day(start: date, limit: LimitLike, days: WorkingDays) -> date:
    """The last day of a limit of days, working days or months, before any roll-over.

    Raises:
        ClockRefused: the limit is in hours, which have no last day.
    """
    if limit.unit == "WD":
        return days.add_workdays(start, limit.value)
    if limit.unit == "M":
        return add_months(start, limit.value)
    if limit.unit == "CD":
        return start + limit.value * DAY
    raise ClockRefused(f"时限“{limit.code}”按小时计，没有“最后一日”，请改用到期时刻")


def last_day(start: date, limit: LimitLike, days: WorkingDays) -> date:
    """The last legal day of a period opened on `start`: the opening day not counted, rolled over rest days.

    The 60 days of a notice (登记办法 8): `notice_to = last_day(notice_from, limit, days)`.
    """
    return days.roll_over(nominal_day(start, limit, days))


def is_over(last: date, day: date) -> bool:
    """A period is over only on a day after its last day: on day 60 a notice still runs, on day 61 it is over."""
    return day > last


def end_of(day: date) -> datetime:
    """The end of a day in China, 24:00, as a UTC instant (民法典 203: 最后一日的截止时间为二十四时)."""
    return start_of(day + DAY)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def as_day(value: object, name: str) -> date | None:
    """A date fact; absent, null and empty are None.

    Raises:
        ClockRefused: not a date, or outside 1900–2199.
    """
    if value is None or value == "":
        return None
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ClockRefused(f"“{name}”的日期“{value}”写法不对，应为 YYYY-MM-DD") from None
    if not EARLIEST <= day <= LATEST:
        raise ClockRefused(f"“{name}”的日期“{value}”超出可计算的范围（1900 至 2199 年），请核对年份")
    return day


def as_instant(value: object, name: str) -> tuple[datetime, bool] | None:
    """A fact that says a day or an instant, and whether it names the hour; without an offset it is China's time."""
    day = as_day(value, name)
    if day is None:
        return None
    text = str(value)
    if len(text) <= 10:
        return start_of(day), False
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ClockRefused(f"“{name}”的时刻“{value}”写法不对，应为 YYYY-MM-DDThh:mm") from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=SHANGHAI)
    return instant.astimezone(UTC), True
