"""Who may register that an outside authority asks for the file of a case, and extract it: its archivist, in person."""

from app.identity.actor import Actor
from app.identity.office import holds_over

EXTRACTING = frozenset({"archivist"})


def may_extract(by: Actor, division: str) -> bool:
    """Whether the person holds the post in their own right over the division."""
    return holds_over(by, EXTRACTING, division)
