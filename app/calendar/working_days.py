"""Which days are worked in China: weekends, holidays and in-lieu days, as one immutable value.

The State Council publishes the arrangement of one year at a time (国务院办公厅关于…年部分节假日安排的通知). A year
whose arrangement is not known is reckoned Monday to Friday, and everything computed from it is provisional.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TypeAlias

DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class DayKind(StrEnum):
    """`HOLIDAY`, `LIEU_REST` (a weekday off in exchange) and `LIEU_WORK` (a weekend worked) stand in a table;
    `WORKDAY` and `REST` follow from the weekday."""

    WORKDAY = "workday"
    REST = "rest"
    HOLIDAY = "holiday"
    LIEU_REST = "lieu_rest"
    LIEU_WORK = "lieu_work"


WORKED = frozenset({DayKind.WORKDAY, DayKind.LIEU_WORK})
SPECIAL = frozenset({DayKind.HOLIDAY, DayKind.LIEU_REST, DayKind.LIEU_WORK})


@dataclass(frozen=True)
class SpecialDay:
    """A day that the notice names; `name` is the holiday it belongs to, such as 国庆节."""

    kind: DayKind
    name: str


Table: TypeAlias = Mapping[date, SpecialDay]
"""The special days of one year."""

Wire: TypeAlias = dict[str, list[list[str]]]
"""Year → [[day, kind, name], …] in order of days, for storage."""


@dataclass(frozen=True, eq=False)
class WorkingDays:
    """Tables by year. Two values are equal when their digests are.

    Raises:
        ValueError: a day outside its year, or a kind that no table holds.
    """

    tables: Mapping[int, Table]

    def __post_init__(self) -> None:
        for year, table in self.tables.items():
            for day, special in table.items():
                if day.year != year or special.kind not in SPECIAL:
                    raise ValueError(f"{day} {special.kind} cannot stand in the table of {year}")
        frozen = {year: MappingProxyType(dict(self.tables[year])) for year in sorted(self.tables)}
        object.__setattr__(self, "tables", MappingProxyType(frozen))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingDays) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """SM3 (GB/T 32905), hex, of the canonical content."""
        canonical = json.dumps(self.to_wire(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return hashlib.new("sm3", canonical.encode()).hexdigest()

    @property
    def years(self) -> frozenset[int]:
        """The years whose arrangement is known."""
        return frozenset(self.tables)

    def kind(self, day: date) -> DayKind:
        special = self._special(day)
        if special:
            return special.kind
        return DayKind.WORKDAY if day.weekday() < 5 else DayKind.REST

    def holiday(self, day: date) -> str | None:
        """The holiday for which `day` is off, None for any other day."""
        special = self._special(day)
        return special.name if special and special.kind is not DayKind.LIEU_WORK else None

    def is_workday(self, day: date) -> bool:
        return self.kind(day) in WORKED

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        return self.roll_over(day + DAY)

    def roll_over(self, day: date) -> date:
        """`day` itself if it is worked, else the working day after the rest (民法典 203)."""
        while not self.is_workday(day):
            day += DAY
        return day

    def add_workdays(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`; the day itself does not count (民法典 201)."""
        if count < 0:
            raise ValueError("working days are counted forward")
        day = start
        for _ in range(count):
            day = self.next_workday(day)
        return day

    def count_workdays(self, after: date, through: date) -> int:
        """How many days of (after, through] are worked."""
        return sum(self.is_workday(day) for day in days_of(after, through))

    def uncovered(self, first: date, last: date) -> tuple[int, ...]:
        """The years from `first` to `last` without a table: what depends on them is provisional (暂定)."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.tables)

    def describe(self, day: date) -> str:
        """`周六，休息日` · `周四，国庆节放假` · `周日，调休上班` · `周一，工作日`"""
        kind, weekday = self.kind(day), WEEKDAYS[day.weekday()]
        words = {DayKind.WORKDAY: "工作日", DayKind.REST: "休息日", DayKind.LIEU_WORK: "调休上班"}
        return f"{weekday}，{words.get(kind) or f'{self.holiday(day)}放假'}"

    def with_year(self, year: int, table: Table) -> "WorkingDays":
        """The same value with the table of one year replaced."""
        return WorkingDays({**self.tables, year: table})

    def to_wire(self) -> Wire:
        return {str(year): table_to_wire(table) for year, table in self.tables.items()}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Iterable[Iterable[str]]]) -> "WorkingDays":
        return cls({int(year): table_from_wire(rows) for year, rows in wire.items()})

    def _special(self, day: date) -> SpecialDay | None:
        table = self.tables.get(day.year)
        return table.get(day) if table else None


def days_of(after: date, through: date) -> Iterator[date]:
    """The days of the half-open interval (after, through]."""
    for ordinal in range(after.toordinal() + 1, through.toordinal() + 1):
        yield date.fromordinal(ordinal)


def table_to_wire(table: Table) -> list[list[str]]:
    return [[day.isoformat(), special.kind.value, special.name] for day, special in sorted(table.items())]


def table_from_wire(rows: Iterable[Iterable[str]]) -> dict[date, SpecialDay]:
    """Raises ValueError for a malformed day or an unknown kind."""
    table = {}
    for row in rows:
        day, kind, name = row
        table[date.fromisoformat(day)] = SpecialDay(DayKind(kind), name)
    return table


@lru_cache(maxsize=1)
def seed() -> WorkingDays:
    """The arrangements of 2004 to 2026 as PyPI `chinesecalendar` (MIT) holds them."""
    from chinese_calendar.constants import Holiday, holidays, in_lieu_days, workdays

    chinese = {holiday.value: str(holiday.chinese) for holiday in Holiday}
    tables: dict[int, dict[date, SpecialDay]] = {}
    for day, name in holidays.items():
        kind = DayKind.LIEU_REST if day in in_lieu_days else DayKind.HOLIDAY
        tables.setdefault(day.year, {})[day] = SpecialDay(kind, chinese[name])
    for day, name in workdays.items():
        tables.setdefault(day.year, {})[day] = SpecialDay(DayKind.LIEU_WORK, chinese[name])
    return WorkingDays(tables)
