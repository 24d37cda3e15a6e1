"""The values of FEEL: Decimal, str, bool, None, list, dict (a context), and the types below.

Text positions are code points; numbers live in `NUMBERS` (IEEE 754 decimal128: 34 digits, half even).
"""

import decimal
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from app.dmn.feel.chronology import DAY, NANOS, civil_of, days_of, month_length, offset_at

if TYPE_CHECKING:
    from app.dmn.feel.limits import Meter

NUMBERS = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""Used through its methods only, so that no thread's own decimal context is touched."""

Value: TypeAlias = Any
"""A FEEL value. What it may be is said above; Python's type system cannot say it of nested lists usefully."""


@dataclass(frozen=True, slots=True)
class FeelDate:
    """A civil day of any year, without a zone."""

    year: int
    month: int
    day: int

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return days_of(self.year, self.month, self.day)

    @classmethod
    def from_days(cls, days: int) -> "FeelDate":
        """The day so many days after 1970-01-01."""
        return cls(*civil_of(days))

    def plus_months(self, months: int) -> "FeelDate":
        """So many months on; a day the month lacks becomes its last day."""
        total = self.year * 12 + self.month - 1 + months
        year, month = total // 12, total % 12 + 1
        return FeelDate(year, month, min(self.day, month_length(year, month)))

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class FeelTime:
    """A time of day; `zone` is seconds east of UTC, the name of an IANA zone, or None for local."""

    hour: int
    minute: int
    second: int
    nanos: int = 0
    zone: int | str | None = None

    @property
    def of_day(self) -> int:
        """Nanoseconds since midnight, local."""
        return ((self.hour * 60 + self.minute) * 60 + self.second) * NANOS + self.nanos

    @classmethod
    def from_nanos(cls, nanos: int, zone: int | str | None = None) -> "FeelTime":
        """The time so many nanoseconds after midnight, which must be less than a day."""
        seconds, rest = divmod(nanos, NANOS)
        return cls(seconds // 3600, seconds // 60 % 60, seconds % 60, rest, zone)

    def __str__(self) -> str:
        fraction = f".{self.nanos:09d}".rstrip("0") if self.nanos else ""
        return f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{fraction}{zone_text(self.zone)}"


@dataclass(frozen=True, slots=True)
class FeelDateTime:
    """A day and a time of day; an instant when the time has a zone."""

    date: FeelDate
    time: FeelTime

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00 on the local clock."""
        return self.date.days * DAY + self.time.of_day

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, None without a zone."""
        return offset_at(self.time.zone, self.date.days, self.time.of_day)

    @property
    def instant(self) -> int:
        """Nanoseconds since the epoch in UTC; a local moment is read as UTC."""
        return self.local - (self.offset or 0) * NANOS

    @classmethod
    def from_local(cls, nanos: int, zone: int | str | None = None) -> "FeelDateTime":
        """The moment so many nanoseconds after 1970-01-01T00:00 on the local clock."""
        days, rest = divmod(nanos, DAY)
        return cls(FeelDate.from_days(days), FeelTime.from_nanos(rest, zone))

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A days and time duration, in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        sign = "-" if self.nanos < 0 else ""
        seconds, rest = divmod(abs(self.nanos), NANOS)
        days, seconds = divmod(seconds, 86_400)
        fraction = f".{rest:09d}".rstrip("0") if rest else ""
        parts = [(seconds // 3600, "H"), (seconds // 60 % 60, "M")]
        clock = "".join(f"{amount}{unit}" for amount, unit in parts if amount)
        if seconds % 60 or rest:
            clock += f"{seconds % 60}{fraction}S"
        day = f"{days}D" if days else ""
        return f"{sign}P{day}T{clock}" if clock else f"{sign}P{day}" if day else "PT0S"


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A years and months duration, in months."""

    months: int

    def __str__(self) -> str:
        sign = "-" if self.months < 0 else ""
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{sign}P{text}" if text else "P0M"


@dataclass(frozen=True, slots=True)
class Range:
    """A range; a bound that is None is open towards infinity."""

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value: its own name, the names of its parameters, and what runs it."""

    name: str
    params: tuple[str, ...]
    run: Callable[[list[Value], "Meter"], Value]
    kinds: tuple[Any, ...] = ()
    result: Any = None
    named: Callable[[dict[str, Value], "Meter"], Value] | None = None


def number(text: str | int) -> Decimal:
    """A FEEL number of a numeral, rounded to 34 digits; raises decimal.InvalidOperation or Overflow."""
    return NUMBERS.create_decimal(text)


def zone_text(zone: int | str | None) -> str:
    """How a zone is written after a time: nothing, `Z`, `+08:00`, `@Asia/Shanghai`."""
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if zone == 0:
        return "Z"
    seconds = abs(zone)
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{'-' if zone < 0 else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}{tail}"
