"""Who may see and change processes here: policy officers, by a post of their own; to all others nothing is here."""

from app.catalogue.two_publishers import POST
from app.errors import not_found
from app.identity.actor import Actor


def is_policy_officer(person: Actor) -> bool:
    """Whether the person holds the post; one who stands in for an officer does not."""
    return any(grant.role == POST and grant.on_behalf_of is None for grant in person.grants)


def check_policy_officer(person: Actor) -> None:
    """Raises Refusal: `not_found` (404)."""
    if not is_policy_officer(person):
        raise not_found()
