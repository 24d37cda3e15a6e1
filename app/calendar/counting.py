"""Net time of one clock: which days and hours count once stops, rest days and the opening day are taken out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.calendar.limits import LimitLike, add_months, end_of, start_of
from app.calendar.stops import Stops
from app.calendar.working_days import DAY, WorkingDays, days_of
from app.clock import legal_day

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Last:
    """`used_up` is the day on which the limit is used up, `due` the last legal day after roll-over."""

    used_up: date
    due: date


@dataclass(frozen=True)
class NetDays:
    """A clock counted in days: in calendar days, or in working days where `working` says so.

    A stop takes from a working-day clock the working days in it (a matter of design: no text says it).
    """

    start: date
    working: bool
    stops: Stops
    days: WorkingDays

    def counts(self, day: date) -> bool:
        return not self.stops.holds(day) and (not self.working or self.days.is_workday(day))

    def used(self, through: date) -> int:
        """Days counted in (start, through]."""
        return self.between(self.start, through)

    def between(self, after: date, through: date) -> int:
        return sum(self.counts(day) for day in days_of(after, through))

    def day(self, count: int) -> date | None:
        """The day on which `count` days are used; None while an open stop comes first."""
        day, left = self.start, count
        while left > 0:
            day += DAY
            if self._beyond_knowledge(day):
                return None
            left -= self.counts(day)
        return day

    def last(self, count: int) -> Last | None:
        """The day `count` is used up, moved to the first working day on which the clock runs (民法典 203)."""
        used_up = self.day(count)
        if used_up is None:
            return None
        due = used_up
        while not self.days.is_workday(due) or self.stops.holds(due):
            due += DAY
            if self._beyond_knowledge(due):
                return None
        return Last(used_up, due)

    def _beyond_knowledge(self, day: date) -> bool:
        return self.stops.open_after is not None and day > self.stops.open_after


def days_in(start: date, limit: LimitLike) -> int:
    """How many counted days a limit of days or months comes to; months by the corresponding day (民法典 202)."""
    return (add_months(start, limit.value) - start).days if limit.unit == "M" else limit.value


@dataclass(frozen=True)
class NetHours:
    """A clock counted in hours from its instant (民法典 201); a stopped day takes all its hours out, nothing rolls."""

    start: datetime
    stops: Stops

    def instant(self, hours: int) -> datetime | None:
        """When `hours` have run; None while an open stop comes first."""
        cursor, left = self.start, hours * HOUR
        while True:
            day = legal_day(cursor)
            if self.stops.open_after is not None and day > self.stops.open_after:
                return None
            if not self.stops.holds(day):
                here = end_of(day) - cursor
                if left <= here:
                    return cursor + left
                left -= here
            cursor = end_of(day)

    def run(self, since: datetime, until: datetime) -> timedelta:
        """Time that ran from `since` to `until`."""
        total = max(until - since, timedelta())
        for after, through in self.stops.union:
            begins = max(start_of(after + DAY), since)
            ends = until if through is None else min(end_of(through), until)
            total -= max(ends - begins, timedelta())
        return total
