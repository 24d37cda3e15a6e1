"""What an auditor oversees: the divisions of the grants as auditor, and those alone."""

from app.errors import not_found
from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.roles import AUDITOR


def mandate_of(by: Actor) -> tuple[str, ...]:
    """Division prefixes.

    Raises:
        Refusal: `not_found` (404) for who is no auditor.
    """
    found = widest(grant.division for grant in by.grants if grant.role == AUDITOR)
    if not found:
        raise not_found()
    return found
