"""What auditors type to narrow a page: divisions, days, processes. Said wrong, it is said at its field."""

from datetime import date

from sqlalchemy import select

from app.catalogue.models import Definition
from app.db import db

LONGEST = 60
"""Characters of a field."""
EARLIEST, LATEST = 1900, 2999
"""Years a day may lie in."""


def code(text: str, wrong: dict[str, str]) -> str:
    if text and not (text.isascii() and text.isdigit() and 2 <= len(text) <= 12):
        wrong["division"] = "区划请写 2 至 12 位数字代码，如 450123。"
        return ""
    return text


def day(name: str, text: str, wrong: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
        if found is None or EARLIEST <= found.year <= LATEST:
            return found
    except ValueError:
        pass
    wrong[name] = "日期请写成 2026-03-02 的样子。"
    return None


def processes() -> list[tuple[str, str]]:
    """Key and latest title of everything ever published."""
    rows = db.session.execute(select(Definition.key, Definition.title).order_by(Definition.key, Definition.version))
    return list({row.key: row.title for row in rows}.items())
