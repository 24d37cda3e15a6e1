"""Whom an office holder may administer: people whose organisation lies in a division the role is held over."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import covers
from app.identity.models import Organisation, Person
from app.identity.plain_text import plain


def held_over(session: Session, by: Actor, roles: Collection[str], login: str) -> Person:
    """The person with this login, locked for the transaction, if `by` holds one of the roles over them.

    Raises:
        Refusal: `not_found` (404): absent, or of a division that is not theirs.
    """
    row = session.execute(
        select(Person, Organisation.division)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.login == plain(login, 64))
        .with_for_update(of=Person)
    ).one_or_none()
    if row is None or not holds_over(by, roles, row.division):
        raise not_found()
    person: Person = row.Person
    return person


def holds_over(by: Actor, roles: Collection[str], division: str) -> bool:
    """Whether `by` holds one of the roles in their own right over the division; a delegate does not administer."""
    return any(g.role in roles and g.on_behalf_of is None and covers(g.division, division) for g in by.grants)


def must_hold(by: Actor, roles: Collection[str], division: str, *, code: str) -> None:
    """Raise `code` (403) unless `holds_over`."""
    if not holds_over(by, roles, division):
        raise Refusal(code, 403)
