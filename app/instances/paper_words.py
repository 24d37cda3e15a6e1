"""How answers of certain kinds are written for a reader: identity numbers and telephone numbers are masked as everywhere.

Of either no more than the last four digits stay: the birthday, the sex and the county stand beside an identity number,
and its first six digits with them would give the whole (abuse case 23).
"""

from sqlalchemy.orm import Session

from app.forms.filled import Words
from app.identity.division_lookup import full_name
from app.identity.names import names_by_login


def words(session: Session) -> Words:
    return {
        "cn-id": mask,
        "mobile": mask,
        "phone": mask,
        "division": lambda code: full_name(session, code),
        "person": lambda login: names_by_login(session, {login}).get(login, login),
    }


def mask(number: str) -> str:
    """45012319860501123X → **************123X, 13878812345 → *******2345"""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 7 else "*" * len(number)
