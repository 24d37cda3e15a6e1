"""The clock of the program: UTC instants, and the legal day in China. Tests and the demo set it by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_source: Callable[[], datetime] | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source() if _source else machine()


def machine() -> datetime:
    """What this machine's own clock says, which may be wrong; `now` unless that was set by hand."""
    return datetime.now(UTC)


def legal_day(instant: datetime) -> date:
    """The day on which `instant` falls in China (GB/T 7408: civil date, UTC+8)."""
    return instant.astimezone(SHANGHAI).date()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace the clock; None gives the real one back."""
    global _source
    _source = source
