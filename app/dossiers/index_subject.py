"""Make a case findable by its subject: full name, initials, last four digits of the telephone, numbers.

Only HMAC values under the index key are stored, each kind in a column of its own (abuse case 24). A search sees
every case whose token agrees; the caller leaves only those the person may see before counting (abuse case 2).
"""

import re
from collections.abc import Iterable
from itertools import product
from typing import Protocol

from pypinyin import Style, pinyin
from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from app.dossiers.models import SearchToken
from app.errors import Refusal

MOST_READINGS = 8
ALONE = "alone"
_MARKS = re.compile(r"[\s·•.．・\-]+")
_INITIALS = re.compile(r"[a-z]{2,12}\Z")
_DIGITS = re.compile(r"[0-9]{4}\Z")


class BlindIndex(Protocol):
    """`Vault.blind_index`: 64 hex digits by which an exact value is found again."""

    def __call__(self, column: str, value: str) -> str: ...


def index_subject(
    session: Session,
    case: str,
    *,
    index: BlindIndex,
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    numbers: Iterable[str] = (),
    alone: str = "",
) -> None:
    """Replace the tokens of a case by those of these names, telephones and numbers.

    Args:
        alone: an identifier that `cases_about` finds again and no search does.
    """
    tokens = subject_tokens(index=index, names=names, phones=phones, numbers=numbers)
    tokens += [(ALONE, _blind(index, ALONE, alone))] if alone else []
    session.execute(delete(SearchToken).filter_by(case=case))
    session.add_all(SearchToken(case=case, kind=kind, token=token) for kind, token in tokens)
    session.flush()


def subject_tokens(
    *, index: BlindIndex, names: Iterable[str] = (), phones: Iterable[str] = (), numbers: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Kind and token of each way to find a case, sorted, none twice."""
    return sorted({(kind, _blind(index, kind, value)) for kind, value in _values(names, phones, numbers)})


def cases_named(text: str, *, index: BlindIndex) -> Select[str]:
    """Ids of cases whose subject agrees with what was typed, whatever kind it is: a query, for the caller to narrow.

    Cutting it short here would lose cases: of three initials there are thousands in a region, and a handful here.

    Raises:
        Refusal: `search_too_short` (422).
    """
    asked = [
        and_(SearchToken.kind == kind, SearchToken.token == _blind(index, kind, value)) for kind, value in _asked(text)
    ]
    if not asked:
        raise Refusal("search_too_short", 422)
    return select(SearchToken.case).where(or_(*asked))


def cases_called(name: str, *, index: BlindIndex) -> Select[str]:
    """Ids of cases whose subject has exactly this name; initials and telephones do not count here.

    Raises:
        Refusal: `search_too_short` (422).
    """
    plain = _plain(name.strip())
    if not plain:
        raise Refusal("search_too_short", 422)
    return select(SearchToken.case).where(SearchToken.kind == "name", SearchToken.token == _blind(index, "name", plain))


def cases_about(session: Session, alone: str, *, index: BlindIndex) -> list[str]:
    """Ids of the cases indexed under this identifier. Whoever else indexes it waits until this transaction is over."""
    token = _blind(index, ALONE, alone)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(token[:15], 16))))
    return list(session.scalars(select(SearchToken.case).filter_by(kind=ALONE, token=token)))


def identity_token(index: BlindIndex, id_no: str) -> str | None:
    """The blind index of an identity number; None for an empty one."""
    number = id_no.replace(" ", "").upper()
    return index("dossier.identity_index", number) if number else None


def initials(name: str) -> set[str]:
    """Initials in pinyin, lower case; every reading of a character that has several, at most eight in all."""
    readings = pinyin(_plain(name), style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    letters = [sorted({each[:1].lower() for each in options if each[:1].isascii()}) for options in readings]
    combined = product(*(each for each in letters if each))
    return {"".join(each) for each, _ in zip(combined, range(MOST_READINGS), strict=False) if each}


def _values(names: Iterable[str], phones: Iterable[str], numbers: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in filter(None, map(_plain, names)):
        yield "name", name
        yield from (("initials", each) for each in initials(name))
    for phone in phones:
        digits = "".join(c for c in phone if c in "0123456789")
        if len(digits) >= 7:
            yield "phone4", digits[-4:]
    for number in filter(None, (each.strip().upper() for each in numbers)):
        yield "number", number


def _asked(text: str) -> Iterable[tuple[str, str]]:
    typed = text.strip()
    plain = _plain(typed)
    if _DIGITS.match(typed):
        yield "phone4", typed
    elif _INITIALS.match(typed.lower()):
        yield "initials", typed.lower()
    if len(plain) >= 2 and not plain.isascii():
        yield "name", plain
    if len(typed) >= 6 and typed.isascii():
        yield "number", typed.upper()


def _plain(name: str) -> str:
    return _MARKS.sub("", name)


def _blind(index: BlindIndex, kind: str, value: str) -> str:
    return index(f"search_token.{kind}", value)
