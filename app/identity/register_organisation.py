"""An administrator enters an organisation: an authority, an institution, a partner, a supplier."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from stdnum.cn import uscc as uscc_number

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.divisions import prefix
from app.identity.models import Organisation
from app.identity.office import must_hold
from app.identity.register import checked_name

KINDS = frozenset({"civil", "cwi", "protection_unit", "partner", "supplier", "village"})


def register_organisation(
    session: Session, by: Actor, name: str, division: str, kind: str, *, uscc: str | None = None
) -> Organisation:
    """Enter it.

    Args:
        uscc: 统一社会信用代码 (GB 32100), 18 characters.

    Raises:
        Refusal: `register_not_yours` (403), `name_bad`, `organisation_kind_unknown`, `uscc_bad`, `organisation_taken`.
    """
    code = prefix(division)
    must_hold(by, {"sysadmin"}, code, code="register_not_yours")
    if kind not in KINDS:
        raise Refusal("organisation_kind_unknown")
    if uscc is not None and not uscc_number.is_valid(uscc):
        raise Refusal("uscc_bad")
    title = checked_name(name)
    number = uscc_number.compact(uscc) if uscc else None
    same = [Organisation.name == title, *([Organisation.uscc == number] if number else [])]
    if session.scalar(select(Organisation.id).where(or_(*same))) is not None:
        raise Refusal("organisation_taken", 409)
    organisation = Organisation(name=title, uscc=number, division=code, kind=kind)
    session.add(organisation)
    session.flush()
    return organisation
