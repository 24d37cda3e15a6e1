"""为什么: the arithmetic of a due date, line by line in Chinese, each line with its source."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from app.calendar.counting import Last, NetDays, NetHours
from app.calendar.limits import MARKS, LimitLike, limit_text, nominal_day
from app.calendar.reckoning import Line
from app.calendar.specs import ClockSpec
from app.calendar.stops import Stop, Stops
from app.calendar.working_days import WorkingDays, days_of
from app.clock import SHANGHAI

OPENING_DAY = "民法典 201"
CORRESPONDING_DAY = "民法典 202"
ROLL_OVER = "民法典 203"


def day_text(day: date, near: date) -> str:
    """`11-28` in the year of `near`, else `2027-01-05`."""
    return f"{day:%m-%d}" if day.year == near.year else day.isoformat()


def not_started(spec: ClockSpec) -> tuple[Line, ...]:
    return (Line(f"未起算：等“{spec.start_title or spec.start}”的日期", spec.source),)


def start_line(spec: ClockSpec, start: date, first: date | None) -> Line:
    basis = f"{spec.source}：自次日起" if spec.source else "自次日起"
    counted = f"第1日 {day_text(first, start)}" if first else "第1日未到"
    return Line(f"{spec.start_title or spec.title} {day_text(start, start)}（{basis}）{counted}", spec.source)


def stop_lines(stops: Stops, near: date) -> Iterator[Line]:
    """Each stop, then what the union takes off where stops overlap."""
    for stop in stops.stops:
        yield Line(_stop_text(stop, near), stop.source, stop.mark)
    for stop in stops.turned:
        span = f"{day_text(stop.after, near)} 至 {day_text(stop.through or stop.after, near)}"
        yield Line(f"{stop.title} {span} 止日早于起日，不停表，请核对日期", stop.source, "check")
    if stops.open_after is None:
        single = sum((stop.through - stop.after).days for stop in stops.stops if stop.through)
        union = sum((through - after).days for after, through in stops.union if through)
        if single > union:
            yield Line(f"停表合计 {union} 日（重叠 {single - union} 日只扣一次）")


def _stop_text(stop: Stop, near: date) -> str:
    basis = stop.source if stop.mark == "certain" else MARKS[stop.mark]
    note = f"（{basis}）" if basis else ""
    after = day_text(stop.after, near)
    if stop.through is None:
        return f"停表 ({after}, …) {stop.title} 未结束{note}"
    return f"停表 ({after},{day_text(stop.through, near)}] {stop.title} {(stop.through - stop.after).days} 日{note}"


def sum_line(net: NetDays, limit: LimitLike, last: Last) -> Line:
    """`10-29 + 30 = 11-28；＋停表 3 = 12-01，周二，工作日，不顺延`"""
    start, plain = net.start, nominal_day(net.start, limit, net.days)
    text = f"{day_text(start, start)}{_span(limit)} = {day_text(plain, start)}"
    taken = _taken(net, last)
    if taken:
        unit = " 个工作日" if net.working else ""
        text += f"；＋停表 {taken}{unit} = {day_text(last.used_up, start)}"
    source = CORRESPONDING_DAY if limit.unit == "M" else OPENING_DAY
    return Line(f"{text}，{_rolled(net.days, last, start)}", f"{source}、203", limit.mark)


def _span(limit: LimitLike) -> str:
    if limit.unit == "WD":
        return f" 后第 {limit.value} 个工作日"
    return f" + {limit.value} 个月" if limit.unit == "M" else f" + {limit.value}"


def _taken(net: NetDays, last: Last) -> int:
    """What stops took, in the clock's own days."""
    whole = days_of(net.start, last.used_up)
    return sum(net.stops.holds(day) and (not net.working or net.days.is_workday(day)) for day in whole)


def _rolled(days: WorkingDays, last: Last, near: date) -> str:
    described = days.describe(last.used_up)
    if last.due == last.used_up:
        return f"{described}，不顺延"
    return f"{described}，顺延至 {day_text(last.due, near)}"


def provisional_line(years: Sequence[int]) -> Line:
    named = "、".join(str(year) for year in years)
    return Line(f"暂定：{named} 年放假安排未录入，按周一至周五推算，录入后另行更正", "国务院放假安排通知", "check")


def standing_line(net: NetDays, total: int) -> Line:
    """While an open stop hides the last day."""
    used = net.used(net.stops.open_after or net.start)
    unit = "个工作日" if net.working else "日"
    return Line(f"停表中：已用 {used} {unit}，余 {max(total - used, 0)} {unit}，停表结束的次日起续算，到期日届时算出")


def firm_line(last: Last | None, firm: Last | None, near: date) -> Iterator[Line]:
    if firm and (last is None or firm.due != last.due):
        yield Line(f"若不计无法定依据的停表，到期 {day_text(firm.due, near)}（参考停表不改变法定期限）", "", "check")


def reference_line(limit: LimitLike) -> Iterator[Line]:
    if limit.mark != "certain":
        yield Line(f"参考时限 {limit_text(limit)}（{MARKS[limit.mark]}）", limit.source, limit.mark)


def use_line(net: NetDays, total: int, until: date, over: int, ended: bool) -> Line:
    unit = "个工作日" if net.working else "日"
    used = net.used(until)
    rest = f"超 {over} {unit}" if over else f"余 {max(total - used, 0)} {unit}"
    when = f"{day_text(until, net.start)} {'办结' if ended else '当日止'}"
    return Line(f"{when}：已用 {used}/{total} {unit}，{rest}")


def passed_line(start: date, over: date) -> Line:
    """The last line of a period that only had to pass."""
    return Line(f"{day_text(over, start)} 期满")


def days(
    spec: ClockSpec,
    limit: LimitLike,
    net: NetDays,
    total: int,
    last: Last | None,
    firm: Last | None,
    years: Sequence[int],
) -> Iterator[Line]:
    """All but the last line of a clock counted in days."""
    near = net.start
    yield start_line(spec, near, net.day(1))
    yield from stop_lines(net.stops, near)
    yield sum_line(net, limit, last) if last else standing_line(net, total)
    yield from firm_line(last, firm, near)
    if years:
        yield provisional_line(years)
    yield from reference_line(limit)


def count_lines(spec: ClockSpec, net: NetDays, count: int, day: date, years: Sequence[int]) -> Iterator[Line]:
    """Why the `count`-th net day is the day it is."""
    yield start_line(spec, net.start, net.day(1))
    yield from stop_lines(net.stops, net.start)
    unit = "个工作日" if net.working else "日"
    yield Line(f"第 {count} {unit} = {day_text(day, net.start)}（提醒，不顺延）", OPENING_DAY, "design")
    if years:
        yield provisional_line(years)


def hours(
    spec: ClockSpec, limit: LimitLike, net: NetHours, exact: bool, due: datetime | None, count: int | None = None
) -> Iterator[Line]:
    """All lines of a clock counted in hours, or why its `count`-th hour is when it is."""
    begun = net.start.astimezone(SHANGHAI)
    note = "" if exact else "，未填时刻，按当日 0 时"
    yield Line(f"{spec.start_title or spec.title} {begun:%m-%d %H:%M}（按小时计，即时起算{note}）", OPENING_DAY)
    yield from stop_lines(net.stops, begun.date())
    if due is None:
        yield Line("停表中：停表结束后续算，到期时刻届时算出")
    else:
        text = f"＋{count or limit.value} 小时 = {due.astimezone(SHANGHAI):%m-%d %H:%M}，不顺延"
        yield Line(text, OPENING_DAY, limit.mark)
    yield from reference_line(limit)
