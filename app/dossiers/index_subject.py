"""Blind tokens of whom a case is about: full name, initials, last four digits of the telephone (abuse case 24)."""

from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.dossiers.models import SearchToken
from app.vault import Vault

COLUMN = "search_token.token"


def index_subject(session: Session, vault: Vault, case: str, *, names: Iterable[str], phone: str = "") -> None:
    """Replace the tokens of a case."""
    words = {word for name in names if name for word in (name, initials(name))}
    if len(phone) >= 4:
        words.add(phone[-4:])
    session.execute(delete(SearchToken).where(SearchToken.case == case))
    rows = [{"case": case, "token": token} for token in sorted({tokens_of(vault, word)[0] for word in words})]
    if rows:
        session.execute(insert(SearchToken), rows)


def tokens_of(vault: Vault, text: str) -> list[str]:
    """The token of a search text: names exactly, initials in any case, four digits as they are."""
    return [vault.blind_index(COLUMN, text.strip().lower())]


def initials(name: str) -> str:
    """李桂芳 → lgf"""
    return "".join(part[0].lower() for part in lazy_pinyin(name, style=Style.FIRST_LETTER) if part)
