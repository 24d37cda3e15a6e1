"""Four eyes on publishing: one policy officer brings a version, another human being approves it (abuse case 20)."""

from app.errors import Refusal
from app.identity.actor import Actor

POST = "policy_officer"


def check_two_publishers(by: Actor, approver: Actor) -> None:
    """Both hold the post themselves, and they are two people, whatever accounts they use.

    Raises:
        Refusal: `publish_not_policy` (403), `publish_same_person` (403).
    """
    for person in (by, approver):
        if not any(grant.role == POST and grant.on_behalf_of is None for grant in person.grants):
            raise Refusal("publish_not_policy", 403, {"name": person.name})
    if by.natural_person == approver.natural_person:
        raise Refusal("publish_same_person", 403)
