"""Days and times of day as forms carry them, strict and ASCII; a time without zone is the clock in China."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from app.clock import SHANGHAI

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?\Z")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)
FIRST_YEAR, LAST_YEAR = 1902, 2200


def read_date(text: str) -> str:
    """YYYY-MM-DD. Raises ValueError."""
    if not _DATE.match(text):
        raise ValueError(text)
    return _sane(date.fromisoformat(text)).isoformat()


def read_time(text: str) -> str:
    """HH:MM or HH:MM:SS → HH:MM:SS. Raises ValueError."""
    if not _TIME.match(text):
        raise ValueError(text)
    return time.fromisoformat(text).isoformat("seconds")


def read_datetime(text: str) -> str:
    """A local or zoned moment → the clock in China with its offset, to the second. Raises ValueError."""
    if not _DATETIME.match(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    _sane(moment.date())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    elif abs(moment.utcoffset() or timedelta(0)) > timedelta(hours=14):
        raise ValueError(text)
    return moment.astimezone(SHANGHAI).replace(microsecond=0).isoformat()


def _sane(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day


READ_MOMENT: dict[str, Callable[[str], str]] = {"date": read_date, "time": read_time, "datetime": read_datetime}
"""By the subtype of a datetime field."""
