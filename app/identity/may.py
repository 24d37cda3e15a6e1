"""The one answer to "may this person do this here?": role × division × assignment × separation of duties. Pure.

Statutory rules hold everywhere and have no switch: two assessors are two persons (收养评估办法（试行）), a declared
interest keeps a person away (回避), nobody approves their own act. The local rule 登记 ≠ 审查 ≠ 审批 may be relaxed for
one county with an approval; whoever then uses it leaves a mark for the auditor. Separation is judged on the natural
person (all accounts of one human being), for the one who acts and the one acted for alike (abuse case 16).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import Refusal
from app.identity.actor import Actor, Grant
from app.identity.divisions import covers, widest
from app.identity.roles import APPROVAL, APPROVING, NOTHING, POST, PURPOSE, ROLES, TASK, group_name, role_name

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

    `natural_person` and `behalf` (of the delegator) are UUIDs as text. `role` is the one acted in (`Verdict.role`).
    The start counts with the role it was allowed by.
    """

    natural_person: str
    behalf: str | None = None
    group: str | None = None
    node: str = ""
    distinct: str | None = None
    role: str | None = None

    @property
    def people(self) -> frozenset[str]:
        return frozenset({self.natural_person} | ({self.behalf} if self.behalf else set()))


@dataclass(frozen=True)
class SeparationRules:
    """The rules of the authority the case belongs to; `local` False only with an approval in force (`mark` names it)."""

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
