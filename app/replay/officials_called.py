"""Officials by the login or the whole name that an auditor types: only those the mandate has to do with, so that asking tells
nobody who works elsewhere (abuse case 29)."""

from collections.abc import Callable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.divisions import within_any
from app.identity.models import Organisation, Person


def officials_called(session: Session, name: str, mandate: Sequence[str], met: Callable[[str], bool]) -> list[str]:
    """Their ids: of those whose office lies inside the mandate, and of others who were `met` in a case of it.

    Raises:
        Refusal: `find_person` (422): none.
    """
    asked = select(Person.id, Organisation.division).join(Organisation, Organisation.id == Person.organisation_id)
    rows = session.execute(asked.where(or_(Person.login == name, Person.name == name))).all()
    found = [str(row.id) for row in rows if within_any(mandate, row.division) or met(str(row.id))]
    if not found:
        raise Refusal("find_person", 422, {"name": name[:30]})
    return found
