"""How answers of certain kinds are written for a reader: identity numbers and telephone numbers are masked as everywhere.

Of either no more than the last four digits stay: the birthday, the sex and the county stand beside an identity number,
and its first six digits with them would give the whole (abuse case 23).

Where the birthday itself is on the same page, not even those stay. Birthday and county leave a thousand numbers, the sex
five hundred; each digit of the tail that is shown leaves a tenth of them, and the check digit an eleventh. Who decides has to
read the birthday to the day (the ages in 民法典 1093, 1098 are reached on one); nobody decides by the tail of a number, and
who compares it with a card has it shown whole (`show_number.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.forms.filled import Words
from app.forms.kinds import birth_date
from app.identity.division_lookup import full_name
from app.identity.names import names_by_login


def words(session: Session, *beside: Any) -> Words:
    """Args:
    beside: the answers that stand on the same page.
    """
    told = frozenset(_texts(beside))
    return {
        "cn-id": lambda number: mask_identity(number, told),
        "mobile": mask,
        "phone": mask,
        "division": lambda code: full_name(session, code),
        "person": lambda login: names_by_login(session, {login}).get(login, login),
    }


def mask(number: str) -> str:
    """45012319860501123X → **************123X, 13878812345 → *******2345"""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 7 else "*" * len(number)


def mask_identity(number: str, told: Iterable[str]) -> str:
    """As `mask`; nothing of it where one of the texts `told` beside it is, or begins with, the birthday in it."""
    try:
        born = birth_date(number)
    except ValueError:
        return mask(number)
    written = (born.isoformat(), f"{born.year}年{born.month}月{born.day}日")
    return "*" * len(number) if any(text.startswith(written) for text in told) else mask(number)


def _texts(value: Any) -> Iterator[str]:
    """Every text inside, however deep: a birthday in another part of the form is beside the number as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(tuple(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
