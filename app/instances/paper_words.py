"""How answers of certain kinds are written for a reader: identity numbers and telephone numbers are masked as everywhere."""

from sqlalchemy.orm import Session

from app.forms.filled import Words
from app.identity.division_lookup import full_name
from app.identity.names import names_by_login


def words(session: Session) -> Words:
    return {
        "cn-id": mask_number,
        "mobile": mask_phone,
        "division": lambda code: full_name(session, code),
        "person": lambda login: names_by_login(session, {login}).get(login, login),
    }


def mask_number(number: str) -> str:
    """45012319860501123X → 450123********123X"""
    return f"{number[:6]}{'*' * 8}{number[-4:]}" if len(number) > 10 else "*" * len(number)


def mask_phone(number: str) -> str:
    """13878812345 → 138****2345"""
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "*" * len(number)
