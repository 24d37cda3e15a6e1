"""Four eyes on putting a case right by command: an administrator acts, a second human being approves (engine rule 18)."""

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.office import must_hold

OPERATORS = frozenset({"sysadmin"})
MOVERS = OPERATORS | {"policy_officer"}
"""Who may plan that running cases go over to a newer version: who administers them, or publishes versions."""
SECONDS = frozenset({"county_approver", "city_civil", "region_civil", "security_admin"})


def check_two_operators(by: Actor, second: Actor, division: str) -> None:
    """Both hold their post themselves over the division of the case, and they are two people.

    Raises:
        Refusal: `operator_not_yours`, `operator_second_not_yours`, `operator_same_person` (403).
    """
    must_hold(by, OPERATORS, division, code="operator_not_yours")
    must_hold(second, SECONDS, division, code="operator_second_not_yours")
    if by.natural_person == second.natural_person:
        raise Refusal("operator_same_person", 403)
