"""紧急查看 (break-glass, abuse case 22): who may ask for it, who approves, who watches over it. Pure.

An administrator has no case role and sees no case. Where a fault cannot be found without the case itself, one may ask
to read one case for hours; another person approves, and the auditors are told.
"""

from datetime import timedelta

from app.identity.actor import Actor
from app.identity.divisions import covers, widest
from app.identity.office import holds_over
from app.identity.roles import AUDITOR
from app.identity.two_operators import OPERATORS

DECIDING = frozenset({"security_admin"})
"""安全管理员, which excludes every other role (三员分立)."""
MOST_HOURS = 4
"""Design value: the longest an administrator may read one case. The register (`emergency_hours`, H) may only shorten it."""
ASK_LASTS = timedelta(hours=24)
"""Design value: what nobody has decided by then lapses; an emergency of yesterday is none."""


def asks(by: Actor, division: str) -> bool:
    return holds_over(by, OPERATORS, division)


def decides(by: Actor, division: str) -> bool:
    return holds_over(by, DECIDING, division)


def watches(by: Actor, division: str) -> bool:
    return any(grant.role == AUDITOR and covers(grant.division, division) for grant in by.grants)


def asking_places(by: Actor) -> tuple[str, ...]:
    """Division prefixes in which the person may ask; empty: nowhere."""
    return _places(by, OPERATORS)


def overseeing_places(by: Actor) -> tuple[str, ...]:
    """Where the person approves requests, or watches over them."""
    return _places(by, DECIDING | {AUDITOR})


def has_to_do_with_emergencies(by: Actor) -> bool:
    return bool(asking_places(by) or overseeing_places(by))


def _places(by: Actor, roles: frozenset[str]) -> tuple[str, ...]:
    return widest(grant.division for grant in by.grants if grant.role in roles and grant.on_behalf_of is None)
