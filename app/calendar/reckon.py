"""Facts in, reckoning out: where a clock stands on a day, when it is due, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.calendar import why
from app.calendar.counting import HOUR, Last, NetDays, NetHours, days_in
from app.calendar.limits import ClockRefused, LimitLike, as_day, as_instant, end_of, limit_text
from app.calendar.reckoning import Reckoning
from app.calendar.specs import ClockSpec
from app.calendar.working_days import DAY, WorkingDays, days_of
from app.clock import legal_day


@dataclass(frozen=True)
class Opened:
    """A clock of days that has started: its net days, and how many of them the limit comes to."""

    net: NetDays
    total: int
    ended: date | None
    last: Last | None
    firm: Last | None

    @property
    def doubtful(self) -> tuple[int, ...]:
        """Years without a table on which the last day depends: of a limit of calendar days only its last day. While an
        open stop hides it, of the day that is shown instead, without the stops that have no law behind them."""
        shown = self.last or self.firm
        if self.net.working:
            return self.net.days.uncovered(self.net.start + DAY, shown.due if shown else self.net.start + DAY)
        return self.net.days.uncovered(shown.used_up, shown.due) if shown else ()


def limit_of(spec: ClockSpec, limits: Mapping[str, LimitLike]) -> LimitLike:
    """Raises ClockRefused when the register holds no such limit."""
    try:
        return limits[spec.limit]
    except KeyError:
        raise ClockRefused(f"时钟“{spec.code}”的时限“{spec.limit}”不在参数登记中，请先登记该时限") from None


def open_days(spec: ClockSpec, facts: Mapping[str, Any], limit: LimitLike, days: WorkingDays) -> Opened | None:
    """None while the starting fact is not there."""
    start = as_day(facts.get(spec.start), spec.start_title or spec.start)
    if start is None:
        return None
    stops, total, working = spec.stopped(facts), days_in(start, limit), limit.unit == "WD"
    net = NetDays(start, working, stops, days)
    firm = NetDays(start, working, stops.only("certain"), days)
    ended = as_day(facts.get(spec.end or ""), spec.end_title or spec.end or "")
    return Opened(net, total, ended, net.last(total), firm.last(total))


def open_hours(spec: ClockSpec, facts: Mapping[str, Any]) -> tuple[NetHours, bool] | None:
    """With whether the starting fact names the hour; a bare date starts at 00:00 of that day."""
    begun = as_instant(facts.get(spec.start), spec.start_title or spec.start)
    return (NetHours(begun[0], spec.stopped(facts)), begun[1]) if begun else None


def end_of_hours(spec: ClockSpec, facts: Mapping[str, Any], now: datetime | None = None) -> datetime | None:
    """When the clock ended; a bare date ends it at the end of that day, or `now` if that has not come."""
    end = as_instant(facts.get(spec.end or ""), spec.end_title or spec.end or "")
    if end is None:
        return None
    if end[1]:
        return end[0]
    evening = end_of(legal_day(end[0]))
    return evening if now is None else min(evening, max(now, end[0]))


def reckon(
    spec: ClockSpec,
    facts: Mapping[str, Any],
    limits: Mapping[str, LimitLike],
    days: WorkingDays,
    today: date,
    *,
    now: datetime | None = None,
) -> Reckoning:
    """Where the clock stands on the legal day `today`, which counts; a clock of hours is read at `now`, if given.

    Raises:
        ClockRefused: a fact is not a date, or the limit is unknown.
    """
    limit = limit_of(spec, limits)
    if limit.unit == "H":
        return _reckon_hours(spec, facts, limit, end_of(today) if now is None else now)
    opened = open_days(spec, facts, limit, days)
    return _reckon_days(spec, limit, opened, today) if opened else _not_started(spec, limit)


def _not_started(spec: ClockSpec, limit: LimitLike) -> Reckoning:
    unit = "CD" if limit.unit == "M" else limit.unit
    return Reckoning(
        code=spec.code,
        title=spec.title,
        limit=limit.value,
        unit=unit,
        limit_text=limit_text(limit),
        source=spec.source,
        reference=limit.mark != "certain",
        remaining=limit.value,
        lines=why.not_started(spec),
    )


def _reckon_days(spec: ClockSpec, limit: LimitLike, opened: Opened, today: date) -> Reckoning:
    net, last = opened.net, opened.last
    passed = spec.waits and opened.ended is None and last is not None and last.due < today
    ended = last.due if passed and last else opened.ended
    until = ended or today
    used, over = net.used(until), net.between(last.due, until) if last else 0
    return Reckoning(
        code=spec.code,
        title=spec.title,
        limit=opened.total,
        unit="WD" if net.working else "CD",
        limit_text=limit_text(limit),
        source=spec.source,
        reference=limit.mark != "certain",
        started_on=net.start,
        first_day=net.day(1),
        used_up_on=last.used_up if last else None,
        due_on=last.due if last else None,
        due_at=end_of(last.due) if last else None,
        firm_due_on=opened.firm.due if opened.firm else None,
        used=used,
        remaining=max(opened.total - used, 0),
        stopped_now=ended is None and net.start <= today and net.stops.stands_still(today),
        stopped=_stopped(net.stops.holds, net.start, until),
        provisional=bool(opened.doubtful),
        over_by=over,
        ended_on=ended,
        waits=spec.waits,
        lines=(
            *why.days(spec, limit, net, opened.total, last, opened.firm, opened.doubtful),
            why.passed_line(net.start, until) if passed else why.use_line(net, opened.total, until, over, bool(ended)),
        ),
    )


def _reckon_hours(spec: ClockSpec, facts: Mapping[str, Any], limit: LimitLike, now: datetime) -> Reckoning:
    opened = open_hours(spec, facts)
    if opened is None:
        return _not_started(spec, limit)
    net, exact = opened
    ended = end_of_hours(spec, facts, now)
    until, due = ended or now, net.instant(limit.value)
    firm = NetHours(net.start, net.stops.only("certain")).instant(limit.value)
    used = net.run(net.start, until) // HOUR
    return Reckoning(
        code=spec.code,
        title=spec.title,
        limit=limit.value,
        unit="H",
        limit_text=limit_text(limit),
        source=spec.source,
        reference=limit.mark != "certain",
        started_on=legal_day(net.start),
        first_day=legal_day(net.start),
        used_up_on=legal_day(due) if due else None,
        due_on=legal_day(due) if due else None,
        due_at=due,
        firm_due_on=legal_day(firm) if firm else None,
        used=used,
        remaining=max(limit.value - used, 0),
        stopped_now=ended is None and net.start <= now and net.stops.stands_still(legal_day(now)),
        stopped=_stopped(net.stops.holds, legal_day(net.start), legal_day(until)),
        over_by=-(-net.run(due, until) // HOUR) if due else 0,
        ended_on=legal_day(ended) if ended else None,
        lines=tuple(why.hours(spec, limit, net, exact, due)),
    )


def _stopped(holds: Callable[[date], bool], after: date, through: date) -> int:
    return sum(holds(day) for day in days_of(after, through))
