"""What an actor may see: prefixes for the lists, and how far one case is open. Pure."""

from collections.abc import Collection
from enum import StrEnum

from app.identity.actor import Actor
from app.identity.divisions import covers, widest, within_any
from app.identity.roles import APPROVAL, CASE_ROLES, POST, PURPOSE, ROLES, named_roles


class Sight(StrEnum):
    """OPEN: the post or an assignment is the standing approval. PURPOSE: with a stated purpose, recorded.
    EMERGENCY: for reading, for some hours, as an administrator asked and a second person approved (`look_at_case` alone
    gives it). APPROVAL: with a second person's approval. HIDDEN: answers as if it did not exist."""

    OPEN = "open"
    PURPOSE = "purpose"
    EMERGENCY = "emergency"
    APPROVAL = "approval"
    HIDDEN = "hidden"


def visible_prefixes(actor: Actor, roles: Collection[str]) -> tuple[str, ...]:
    """Division prefixes in which the actor sees all cases of a procedure worked by `roles`; empty means none.

    For `column LIKE prefix || '%'` in lists and counts. Roles that see only their own tasks add nothing here.
    """
    return widest(g.division for g in actor.grants if g.role in roles and ROLES[g.role].sees == POST)


def oversight_prefixes(actor: Actor) -> tuple[str, ...]:
    """Where the actor may look with a purpose or an approval: auditors, city and region."""
    return widest(g.division for g in actor.grants if ROLES[g.role].sees in {PURPOSE, APPROVAL})


def work_prefixes(actor: Actor) -> dict[str, tuple[str, ...]]:
    """By role, the prefixes in which unassigned tasks of that role may be taken: the filter of the inbox."""
    by_role: dict[str, list[str]] = {}
    for grant in actor.grants:
        if grant.role in CASE_ROLES:
            by_role.setdefault(grant.role, []).append(grant.division)
    return {role: widest(codes) for role, codes in by_role.items()}


def work_divisions(actor: Actor) -> tuple[str, ...]:
    """Where the actor works on cases at all, in their own right or for somebody else.

    Having begun a case, answering for it or holding a task opens nothing elsewhere: who has left an office leaves
    its files behind.
    """
    return widest(g.division for g in actor.grants if g.role in CASE_ROLES)


def works_as(actor: Actor, role: str, division: str) -> bool:
    """Whether the actor has the post that a task of this role there asks for. Who held it for somebody whose 代理 is over,
    or in a post since left, has it in hand still and sees it no more."""
    return any(grant.role in named_roles([role]) and covers(grant.division, division) for grant in actor.grants)


def works_in(actor: Actor, division: str) -> bool:
    return within_any(work_divisions(actor), division)


def may_see_case(
    actor: Actor,
    division: str,
    roles: Collection[str],
    involved: Collection[str] = (),
    waiting: Collection[tuple[str, str]] = (),
) -> Sight:
    """How far a case is open to the actor.

    Args:
        division: of the case.
        roles: those that work in its procedure (lanes, element roles, starters).
        involved: logins of assignees of its open tasks where the actor works.
        waiting: role and division of its open tasks that nobody has taken and that name nobody.
    """
    if actor.logins & set(involved) and work_divisions(actor):
        return Sight.OPEN
    seen = {Sight.HIDDEN}
    for grant in actor.grants:
        if any(grant.role == role and covers(grant.division, place) for role, place in waiting):
            seen.add(Sight.OPEN if grant.role in CASE_ROLES else Sight.HIDDEN)
        if covers(grant.division, division):
            seen.add(_by_role(grant.role, roles))
    return next(sight for sight in Sight if sight in seen)


def _by_role(role: str, roles: Collection[str]) -> Sight:
    sees = ROLES[role].sees
    if sees == POST and role in roles:
        return Sight.OPEN
    return {PURPOSE: Sight.PURPOSE, APPROVAL: Sight.APPROVAL}.get(sees, Sight.HIDDEN)
