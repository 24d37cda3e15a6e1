"""When a timer that a diagram names falls due (docs/process-format.md §1 Timers).

| rule | last day |
|---|---|
| `P30D`, `P2W`, `P1M`, `P1Y` | that long after the opening day, rolled over rest days (handbook 0.2) |
| `PT36H`, `PT90M` | the instant that long after the opening instant, nothing rolls |
| `R/P7D`, `R3/PT2H` | the n-th multiple after the opening; a reminder, so nothing rolls |
| `limit:<code>` | as the limit's unit says, rolled over rest days |
| `clock:<code>` | the clock's last legal day |
| `clock:<code>@<n>` | the day on which n net days (hours) are used; a warning, so nothing rolls |
| `date:YYYY-MM-DD` | that very day: whoever set the fact has chosen it, so nothing rolls |

A due day is over at 24:00 in China.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from app.calendar import why
from app.calendar.counting import HOUR
from app.calendar.limits import LONGEST, ClockRefused, LimitLike, add_months, as_day, end_of, limit_text, nominal_day
from app.calendar.reckon import end_of_hours, limit_of, open_days, open_hours
from app.calendar.reckoning import Due, Line
from app.calendar.specs import ClockSpec
from app.calendar.working_days import DAY, WorkingDays
from app.clock import SHANGHAI, legal_day

DURATION = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)
TIME = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,7})M)?", re.ASCII)
CYCLE = re.compile(r"R(\d{0,6})/(P.+)", re.ASCII)
CLOCK = re.compile(r"clock:([^@\s]+)(?:@(\d{1,6}))?", re.ASCII)
Known = TypeVar("Known")


@dataclass(frozen=True)
class _Span:
    """An ISO 8601 duration: calendar months and days, or a time; never both."""

    months: int = 0
    days: int = 0
    time: timedelta = timedelta()

    def times(self, count: int) -> "_Span":
        return _Span(self.months * count, self.days * count, self.time * count)

    def after(self, day: date) -> date:
        return add_months(day, self.months) + self.days * DAY


def due_for_rule(
    rule: str,
    opened: date | datetime,
    facts: Mapping[str, Any],
    clocks: Mapping[str, ClockSpec],
    limits: Mapping[str, LimitLike],
    days: WorkingDays,
    *,
    firing: int = 1,
) -> Due | None:
    """When `rule` of a timer opened then falls due.

    Args:
        opened: the instant at which the timer opened (aware), or its legal day where no hours are asked.
        firing: which firing of a cycle, from 1, always counted from the opening.

    Returns:
        None while it cannot be known (the clock has not started or is stopped), when the clock ended before the
        day came, and after the last firing of a cycle.

    Raises:
        ClockRefused: a rule nobody understands, an unknown clock or limit, a fact that is not a date.
    """
    head, _, rest = rule.partition(":")
    if head == "date":
        return _on_date(rest)
    if head == "limit":
        return _within(_known(limits, rest, "时限"), opened, days)
    if head == "clock":
        return _by_clock(rule, facts, clocks, limits, days)
    cycle = CYCLE.fullmatch(rule)
    if cycle:
        return _nth_firing(cycle, opened, firing)
    return _after(_span(rule), rule, opened, days)


def firings_due(rule: str, opened: date | datetime, firing: int, at: datetime) -> int:
    """How many firings of a cycle, from number `firing` on, are due at `at`: after downtime they coalesce into one.

    The one firing then says `missed = result - 1`, and the next to wait for is number `firing + result`.
    """
    cycle = CYCLE.fullmatch(rule)
    if cycle is None:
        raise ClockRefused(f"“{rule}”不是循环规则，应写成如 R/P7D 或 R3/P7D")

    def is_due(count: int) -> bool:
        due = _nth_firing(cycle, opened, firing + count - 1)
        return due is not None and due.due_at <= at

    low, high = 0, 1
    while is_due(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_due(middle) else (low, middle)
    return low


def _on_date(text: str) -> Due:
    day = as_day(text, "计时规则 date:")
    if day is None:
        raise ClockRefused("计时规则“date:”后面没有日期：请确认所用的日期事实已经填写")
    return Due(end_of(day), day, False, (Line(f"{day.isoformat()} 当日结束时到期（指定日期，不顺延）"),))


def _within(limit: LimitLike, opened: date | datetime, days: WorkingDays) -> Due:
    if limit.unit == "H":
        return _at(_instant(opened) + limit.value * HOUR, f"＋{limit_text(limit)}", limit.source, limit.mark)
    start = _day(opened)
    last = nominal_day(start, limit, days)
    first = start + DAY if limit.unit == "WD" else last
    return _rolled(start, first, last, f"＋{limit_text(limit)}", days, limit.source, limit.mark)


def _by_clock(
    rule: str,
    facts: Mapping[str, Any],
    clocks: Mapping[str, ClockSpec],
    limits: Mapping[str, LimitLike],
    days: WorkingDays,
) -> Due | None:
    match = CLOCK.fullmatch(rule)
    if match is None:
        raise ClockRefused(f"计时规则“{rule}”写法不对，应为 clock:代码 或 clock:代码@天数")
    spec, count = _known(clocks, match[1], "时钟"), int(match[2]) if match[2] else None
    limit = limit_of(spec, limits)
    if count is not None and not 1 <= count <= LONGEST[limit.unit]:
        raise ClockRefused(f"计时规则“{rule}”的数目应为 1 至 {LONGEST[limit.unit]}")
    if limit.unit == "H":
        return _by_hours(spec, limit, count, facts)
    return _by_days(spec, limit, count, facts, days)


def _by_days(
    spec: ClockSpec, limit: LimitLike, count: int | None, facts: Mapping[str, Any], days: WorkingDays
) -> Due | None:
    opened = open_days(spec, facts, limit, days)
    if opened is None:
        return None
    net, due = opened.net, opened.last.due if opened.last else None
    last = due if count is None else net.day(count)
    if last is None or (opened.ended is not None and last > opened.ended):
        return None
    if count is None:
        lines = why.days(spec, limit, net, opened.total, opened.last, opened.firm, opened.doubtful)
        return Due(end_of(last), last, bool(opened.doubtful), tuple(lines))
    doubtful = days.uncovered(net.start + DAY, last) if net.working else ()
    return Due(end_of(last), last, bool(doubtful), tuple(why.count_lines(spec, net, count, last, doubtful)))


def _by_hours(spec: ClockSpec, limit: LimitLike, count: int | None, facts: Mapping[str, Any]) -> Due | None:
    opened = open_hours(spec, facts)
    due = opened and opened[0].instant(count or limit.value)
    ended = end_of_hours(spec, facts)
    if opened is None or due is None or (ended is not None and due > ended):
        return None
    net, exact = opened
    return Due(due, legal_day(due), False, tuple(why.hours(spec, limit, net, exact, due, count)))


def _after(span: _Span, rule: str, opened: date | datetime, days: WorkingDays) -> Due:
    if span.time:
        return _at(_instant(opened) + span.time, f"＋{rule}", "民法典 201")
    start = _day(opened)
    last = span.after(start)
    return _rolled(start, last, last, f"＋{rule}", days, "民法典 201–203")


def _nth_firing(cycle: re.Match[str], opened: date | datetime, firing: int) -> Due | None:
    rule, times = cycle[0], int(cycle[1]) if cycle[1] else None
    if times is not None and firing > times:
        return None
    span = _span(cycle[2]).times(firing)
    if span.time:
        return _at(_instant(opened) + span.time, f"{rule} 第 {firing} 次")
    start = _day(opened)
    last = span.after(start)
    text = f"{start.isoformat()} {rule} 第 {firing} 次 = {last.isoformat()}（提醒，不顺延）"
    return Due(end_of(last), last, False, (Line(text, "", "design"),))


def _rolled(
    start: date, first: date, last: date, span: str, days: WorkingDays, source: str, mark: str = "certain"
) -> Due:
    """`first` to the rolled day are the days on whose arrangement the answer depends."""
    due = days.roll_over(last)
    doubtful = days.uncovered(min(first, due), due)
    rolled = "不顺延" if due == last else f"顺延至 {why.day_text(due, start)}"
    text = f"{start.isoformat()} {span} = {why.day_text(last, start)}，{days.describe(last)}，{rolled}"
    notes = (why.provisional_line(doubtful),) if doubtful else ()
    return Due(end_of(due), due, bool(doubtful), (Line(text, source, mark), *notes))


def _at(due: datetime, text: str, source: str = "", mark: str = "design") -> Due:
    return Due(due, legal_day(due), False, (Line(f"{text} = {due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", source, mark),))


def _span(text: str) -> _Span:
    """Raises ClockRefused for anything but whole years, months, weeks and days, or hours and minutes."""
    match = TIME.fullmatch(text)
    if match:
        span = _Span(time=timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)))
    else:
        match = DURATION.fullmatch(text)
        years, months, weeks, days = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
        span = _Span(years * 12 + months, weeks * 7 + days)
    if span == _Span():
        known = "P30D、P1M、PT36H、R/P7D、limit:代码、clock:代码@天数、date:日期"
        raise ClockRefused(f"看不懂计时规则“{text}”，可写的有：{known}")
    if span.months > LONGEST["M"] or span.days > LONGEST["CD"] or span.time > LONGEST["H"] * HOUR:
        raise ClockRefused(f"计时规则“{text}”超过一百年，请核对")
    return span


def _day(opened: date | datetime) -> date:
    return legal_day(opened) if isinstance(opened, datetime) else opened


def _instant(opened: date | datetime) -> datetime:
    if not isinstance(opened, datetime):
        raise ClockRefused("按小时计的规则需要计时开始的时刻，只有日期算不出")
    return opened


def _known(table: Mapping[str, Known], code: str, what: str) -> Known:
    if code not in table:
        raise ClockRefused(f"计时规则用到的{what}“{code}”没有登记，请先登记或改正代码")
    return table[code]
