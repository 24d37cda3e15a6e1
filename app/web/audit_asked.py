"""What auditors type to narrow a page: divisions, days, processes. Said wrong, it is said at its field."""

from datetime import date

from sqlalchemy import select

from app.catalogue.models import Definition
from app.db import db
from app.identity.division_lookup import codes_named
from app.identity.divisions import written

LONGEST = 60
"""Characters of a field."""
MOST = 5
"""Codes named where several divisions are called alike."""
EARLIEST, LATEST = 1900, 2999
"""Years a day may lie in."""


def code(text: str, wrong: dict[str, str]) -> str:
    """The code of a division, typed as a code or by its name."""
    if not text or (text.isascii() and text.isdigit() and 2 <= len(text) <= 12):
        return text
    called = codes_named(db.session(), text)
    if len(called) == 1:
        return called[0]
    wrong["division"] = (
        f"有 {len(called)} 个区划叫“{text}”，请写代码：{'、'.join(written(one) for one in called[:MOST])}。"
        if called
        else f"区划库里没有“{text}”。请写全名（如 隆安县），或 2 至 12 位数字代码（如 450123）。"
    )
    return ""


def turned(since: date | None, until: date | None, wrong: dict[str, str]) -> None:
    """Say it at the later field where the last day lies before the first."""
    if since and until and until < since:
        wrong["until"] = f"止日早于起日 {since}，一件也查不到。请改正其中一个。"


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
