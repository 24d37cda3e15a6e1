"""Finding cases by number, name, initials or the end of a telephone number: by blind index, inside the own scope only.

Names are never stored in clear; what is compared are keyed digests of the whole word (abuse cases 23, 24).
"""

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import Session

from app.dossiers.index_subject import find_cases
from app.identity.actor import Actor
from app.identity.roles import ROLES
from app.identity.see import visible_prefixes
from app.instances.models import Instance
from app.vault import Vault

SHORTEST = 2


def matching_cases(session: Session, vault: Vault, actor: Actor, text: str) -> ColumnElement[bool]:
    """The SQL condition: visible to this person, and the number, a name, initials or telephone end match."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return false()
    found = find_cases(session, wanted, index=vault.blind_index)
    number = Instance.number.endswith(wanted.upper(), autoescape=True)
    return and_(visible(actor), or_(number, Instance.id.in_(found)))


def visible(actor: Actor) -> ColumnElement[bool]:
    """Cases the person answers for, or of their post's divisions and procedures."""
    choices: list[ColumnElement[bool]] = [Instance.owner_id == actor.id]
    for prefix in visible_prefixes(actor, ROLES.keys()):
        choices.append(and_(Instance.division >= prefix, Instance.division < prefix + ":"))
    return or_(*choices)
