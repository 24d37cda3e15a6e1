"""The one answer to "may this person do this here?": role × division × assignment × separation of duties. Pure.

Statutory rules hold everywhere and have no switch: two assessors are two persons (收养评估办法（试行）), a declared
interest keeps a person away (回避), nobody approves their own act. The local rule 登记 ≠ 审查 ≠ 审批 may be relaxed for
one county with an approval; whoever then uses it leaves a mark for the auditor. Separation is judged on the natural
person (all accounts of one human being), for the one who acts and the one acted for alike (abuse case 16).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import Refusal
from app.identity.actor import Actor, Grant
from app.identity.divisions import covers, written
from app.identity.roles import APPROVING, CASE_ROLES, ROLES, group_name, role_name

RELAXED = "local_separation_relaxed"


@dataclass(frozen=True)
class Need:
    """What a task asks of the one who does it.

    `assignees`: logins; empty means anyone with the role. `separation`: the group drawn in the diagram. `distinct`:
    one key for all children of a multi-instance that need different persons (their task keys without the child part).
    `interests`: natural persons who declared an interest in this case. `organisation`: only its own people (福利机构).
    `in_person`: no delegate (会签不得代签).
    """

    roles: tuple[str, ...]
    division: str
    assignees: tuple[str, ...] = ()
    separation: str | None = None
    distinct: str | None = None
    interests: frozenset[str] = frozenset()
    organisation: str | None = None
    in_person: bool = False


@dataclass(frozen=True)
class PriorAct:
    """An act of the same case: the start, each completed task, and, of `distinct` children, those already claimed.

    `natural_person` and `behalf` (of the delegator) are UUIDs as text. `role` is the one acted in (`Verdict.role`),
    `group` and `distinct` are those of the task's `Need`.
    """

    natural_person: str
    behalf: str | None = None
    group: str | None = None
    node: str = ""
    distinct: str | None = None
    role: str | None = None
    start: bool = False

    @property
    def people(self) -> frozenset[str]:
        return frozenset({self.natural_person} | ({self.behalf} if self.behalf else set()))


@dataclass(frozen=True)
class SeparationRules:
    """The rules of the authority the case belongs to; `local` is False only with an approval in force, named `mark`."""

    local: bool = True
    mark: str = ""


@dataclass(frozen=True)
class Verdict:
    """Allowed in `role` (for `on_behalf_of`, the delegator's id), with marks for the record; or refused with a code."""

    allowed: bool
    role: str | None = None
    on_behalf_of: str | None = None
    behalf_natural_person: str | None = None
    marks: tuple[str, ...] = ()
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def refusal(self) -> Refusal | None:
        if self.allowed:
            return None
        return Refusal(self.code, 404 if self.code == "not_found" else 403, self.params)

    def check(self) -> "Verdict":
        """Itself, if allowed.

        Raises:
            Refusal: `not_found` (404) or the reason (403).
        """
        if self.refusal:
            raise self.refusal
        return self


STRICT = SeparationRules()


def may_work(actor: Actor, need: Need, acts: Sequence[PriorAct] = (), rules: SeparationRules = STRICT) -> Verdict:
    """Whether the actor may claim or complete a task with this need, after these acts of the same case.

    Own grants are tried before delegated ones; the first that fits decides in whose name the act is recorded. A role
    that works on no case stays without one, whatever a diagram asks for (abuse case 22).
    """
    refused: Verdict | None = None
    for grant in sorted(actor.grants, key=lambda grant: grant.on_behalf_of is not None):
        if grant.role in CASE_ROLES & set(need.roles) and covers(grant.division, need.division):
            verdict = _by_grant(actor, grant, need, acts, rules)
            if verdict.allowed:
                return verdict
            refused = verdict
    return refused or _no_grant(actor, need)


def may(actor: Actor, need: Need, acts: Sequence[PriorAct] = (), rules: SeparationRules = STRICT) -> Refusal | None:
    """`may_work` as a refusal, or None when allowed."""
    return may_work(actor, need, acts, rules).refusal


def may_start(actor: Actor, roles: Sequence[str], division: str, *, interests: frozenset[str] = frozenset()) -> Verdict:
    """Whether the actor may start a case of this division, or put something into it by hand: role × division, and no
    declared interest."""
    return may_work(actor, Need(tuple(roles), division, interests=interests))


def _no_grant(actor: Actor, need: Need) -> Verdict:
    if not any(grant.role in CASE_ROLES and covers(grant.division, need.division) for grant in actor.grants):
        return Verdict(False, code="not_found")
    roles = "、".join(role_name(role) for role in need.roles)
    return Verdict(False, code="not_your_role", params={"roles": roles, "division": written(need.division)})


def _by_grant(actor: Actor, grant: Grant, need: Need, acts: Sequence[PriorAct], rules: SeparationRules) -> Verdict:
    principal = grant.on_behalf_of
    people = frozenset({actor.natural_person} | ({principal.natural_person} if principal else set()))
    refused = _placed(actor, grant, need) or _statutory(people, grant.role, need, acts)
    if refused:
        return refused
    marks: tuple[str, ...] = ()
    clash = _local_clash(people, grant.role, need, acts)
    if clash and rules.local:
        return Verdict(False, code="separation_local", params={"mine": clash[0], "earlier": clash[1]})
    if clash:
        marks = (f"{RELAXED}:{rules.mark}",)
    return Verdict(
        True,
        role=grant.role,
        on_behalf_of=principal.id if principal else None,
        behalf_natural_person=principal.natural_person if principal else None,
        marks=marks,
    )


def _placed(actor: Actor, grant: Grant, need: Need) -> Verdict | None:
    login = grant.on_behalf_of.login if grant.on_behalf_of else actor.login
    if need.in_person and grant.on_behalf_of:
        return Verdict(False, code="in_person_only")
    if need.organisation and need.organisation != actor.organisation:
        return Verdict(False, code="not_your_organisation")
    if need.assignees and login not in need.assignees:
        return Verdict(False, code="not_assigned")
    return None


def _statutory(people: frozenset[str], role: str, need: Need, acts: Sequence[PriorAct]) -> Verdict | None:
    if people & need.interests:
        return Verdict(False, code="declared_interest")
    own = [act for act in acts if people & act.people]
    if need.distinct and any(act.distinct == need.distinct for act in own):
        return Verdict(False, code="distinct_person")
    if APPROVING in _sides(role, need.separation) and any(not _approval(act) for act in own):
        return Verdict(False, code="own_act")
    return None


def _approval(act: PriorAct) -> bool:
    """Only what every view of it calls an approval: a diagram cannot rename a registration into one."""
    return not act.start and _sides(act.role, act.group) == {APPROVING}


def _sides(role: str | None, group: str | None) -> set[str]:
    return {side for side in (_group_of(role), group) if side}


def _group_of(role: str | None) -> str | None:
    return ROLES[role].group if role in ROLES else None


def _local_clash(people: frozenset[str], role: str, need: Need, acts: Sequence[PriorAct]) -> tuple[str, str] | None:
    """The names of the two groups, judged by role and by drawing separately: the drawing can only add."""
    for act in acts:
        if not people & act.people:
            continue
        for mine, earlier in ((_group_of(role), _group_of(act.role)), (need.separation, act.group)):
            if mine and earlier and mine != earlier:
                return group_name(mine), group_name(earlier)
    return None
