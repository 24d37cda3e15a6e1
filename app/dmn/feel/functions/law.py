"""What Chinese law reckons with and FEEL has no word for. These functions are ours, not the standard's.

An age is counted in completed years (周岁) by the calendar (《民法典》200 条). The birthday itself completes the year:
practice of the civil registers, still to be confirmed by counsel, as criminal law counts from the day after.
"""

from decimal import Decimal

from app.dmn.feel.chronology import month_length
from app.dmn.feel.functions.dates import day_part, whole
from app.dmn.feel.functions.signature import row
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import FeelDate, Value


def age(meter: Meter, date_of_birth: Value, on_day: Value) -> Value:
    """Completed years on a day; null before birth. Who was born on 29 February completes the year on 28 February of
    a common year (设计: the law is silent; the last day of the month, as in 民法典 202 for periods)."""
    born, day = day_part(date_of_birth), day_part(on_day)
    if day.days < born.days:
        return meter.note("出生日期晚于计算年龄的那一天")
    birthday = min(born.day, month_length(day.year, born.month))
    return Decimal(day.year - born.year - ((day.month, day.day) < (born.month, birthday)))


def add_years(meter: Meter, date: Value, n: Decimal) -> Value:
    """The same day so many years later; 29 February becomes 28 February in a common year."""
    years = whole(n)
    if years is None or abs(years[0]) > 10_000:
        return meter.note("add years 的年数应当是整数")
    return day_part(date).plus_months(12 * years[0])


def add_months(meter: Meter, date: Value, n: Decimal) -> Value:
    """The same day so many months later, or the last day of a shorter month (民法典 202)."""
    months = whole(n)
    if months is None or abs(months[0]) > 120_000:
        return meter.note("add months 的月数应当是整数")
    return day_part(date).plus_months(months[0])


def add_days(meter: Meter, date: Value, n: Decimal) -> Value:
    """So many calendar days later."""
    days = whole(n)
    if days is None or abs(days[0]) > 4_000_000:
        return meter.note("add days 的天数应当是整数")
    return FeelDate.from_days(day_part(date).days + days[0])


ROWS = (
    row("age", "date of birth: day, on day: day", age),
    row("add years", "date: day, n: number", add_years),
    row("add months", "date: day, n: number", add_months),
    row("add days", "date: day, n: number", add_days),
)
