"""What is known of one clock on one day, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Line:
    """One line of 为什么: what was reckoned, on which text, and how sure that is (certain, check, design)."""

    text: str
    source: str = ""
    mark: str = "certain"


@dataclass(frozen=True)
class Reckoning:
    """One clock on one day.

    `used`, `limit`, `remaining` and `over_by` are in `unit`: CD calendar days (months become the days they come to),
    WD working days, H hours. `due_on` is the last legal day, None while the clock has not started or an open stop
    hides it; `due_at` is the UTC instant at which it is over. `over_by` counts from the day after `due_on`.
    """

    code: str
    title: str
    limit: int
    unit: str
    limit_text: str
    source: str
    reference: bool
    """The limit is not certain law: 参考时限."""
    started_on: date | None = None
    first_day: date | None = None
    """The first day that counts."""
    used_up_on: date | None = None
    """The day on which the limit is used up, before it rolls over rest days."""
    due_on: date | None = None
    due_at: datetime | None = None
    firm_due_on: date | None = None
    """The last day if only the stops with a legal basis (mark certain) are taken off."""
    used: int = 0
    remaining: int = 0
    stopped_now: bool = False
    stopped: int = 0
    """Calendar days that stops have taken so far."""
    provisional: bool = False
    """暂定: the arrangement of a year that decides the last day is not known."""
    over_by: int = 0
    ended_on: date | None = None
    waits: bool = False
    """A period that has to pass: over, it has ended and nobody is late."""
    lines: tuple[Line, ...] = ()

    @property
    def running(self) -> bool:
        return self.started_on is not None and self.ended_on is None and not self.stopped_now


@dataclass(frozen=True)
class Due:
    """When a timer rule falls due: the UTC instant, its legal day in China, whether it is 暂定, and why."""

    due_at: datetime
    last_day: date
    provisional: bool = False
    lines: tuple[Line, ...] = ()
