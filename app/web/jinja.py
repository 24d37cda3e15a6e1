"""What the templates can do beyond plain Jinja: write days and times as officials do, draw diagrams, find assets."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from app.clock import SHANGHAI
from app.inbox.views import DiagramView
from app.web.assets import Assets
from app.web.diagram import DiagramUnreadable, draw
from app.web.diagram.remarks import Marks

_WEEKDAYS = "一二三四五六日"


def day(value: date | None, today: date | None = None) -> str:
    """11-27, or 2027-01-03 when it is another year than `today`'s; — for none."""
    if value is None:
        return "—"
    return value.strftime("%m-%d") if today and today.year == value.year else value.isoformat()


def weekday(value: date) -> str:
    return f"周{_WEEKDAYS[value.weekday()]}"


def at(value: datetime | None, today: date | None = None) -> str:
    """10:42 when it was today in China, else 11-23 10:42, or with the year when it was another one."""
    if value is None:
        return "—"
    local = value.astimezone(SHANGHAI)
    time = local.strftime("%H:%M")
    return time if today == local.date() else f"{day(local.date(), today)} {time}"


def stamp(value: datetime, today: date | None = None) -> str:
    """As `at`, for a column of times: 今天 08:40 under 11-20 16:52."""
    written = at(value, today)
    return written if " " in written else f"今天 {written}"


def chinese_day(value: date) -> str:
    """2026年11月23日, as an official paper is dated (GB/T 9704 7.3.5.4)."""
    return f"{value.year}年{value.month}月{value.day}日"


def drawn(
    view: DiagramView,
    *,
    window: tuple[float, float] | None = None,
    listing: bool = True,
    remarks: Marks | None = None,
) -> Markup:
    """The picture of a diagram; a sentence in its place when it cannot be drawn, for the page is worth more."""
    try:
        return draw(view.bpmn, active=view.active, done=view.done, flows=view.flows, counts=view.counts,
                    title=view.title, window=window, listing=listing, focus=view.focus, remarks=remarks)  # fmt: skip
    except DiagramUnreadable as unreadable:
        return Markup('<p class="note warning">{}</p>').format(str(unreadable))


def checked(bpmn: bytes, title: str, marks: Marks) -> Markup:
    """The picture of a diagram with what was found on it; a sentence in its place when it cannot be drawn."""
    try:
        return draw(bpmn, title=title, remarks=marks)
    except DiagramUnreadable as unreadable:
        return Markup('<p class="note warning">{}</p>').format(str(unreadable))


def csrf_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)


def equip(environment: Environment, assets: Assets, csrf_token: Callable[[], str]) -> None:
    """Give the environment its filters and functions. `csrf_token` makes the token of this session."""
    environment.filters.update(
        day=day, weekday=weekday, at=at, stamp=stamp, chinese_day=chinese_day, drawn=drawn, checked=checked
    )
    functions: dict[str, Any] = {
        "sheet": assets.sheet,
        "bundle": assets.bundle,
        "csrf_field": lambda: csrf_field(csrf_token()),
    }
    environment.globals.update(functions)
