"""Where a case stands that no person's task holds: what it waits for, and for whom. One statement for a whole list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import Select, String, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from app.catalogue.published import Published, published
from app.clock import legal_day
from app.db import UtcDateTime
from app.engine import Node
from app.identity.roles import named_roles, role_name
from app.instances.answer_call import OPEN
from app.instances.models import Call, Instance, Task, Timer, Wait

OUTSIDE, DEPARTMENTS, TIME = "当事人", "其他部门", "期满"


@dataclass(frozen=True)
class Standing:
    """`since` is known for what was asked of a department."""

    step: str
    whom: str
    since: date | None = None
    message: str = ""
    """Name of the message that ends the waiting."""


@dataclass
class _Open:
    calls: list[tuple[str, date]] = field(default_factory=list)
    """Name, and the day it was asked."""
    waits: dict[str, str] = field(default_factory=dict)
    """Node → message."""
    timers: list[str] = field(default_factory=list)


def standings(
    session: Session, rows: Sequence[Instance], roles: frozenset[str] = frozenset()
) -> Mapping[str, Standing]:
    """By id of the case; of cases that wait for nothing drawn as a step there is none.

    Args:
        roles: the reader's; what they would enter themselves comes from outside.
    """
    opened = {row.id: _Open() for row in rows}
    if not opened:
        return {}
    for one in session.execute(_asked(opened)):
        found = opened[one.case]
        if one.kind == "call":
            found.calls.append((one.name, legal_day(one.at)))
        elif one.kind == "wait":
            found.waits[one.node] = one.name
        else:
            found.timers.append(one.node)
    each = {row.id: _standing(published(session, row.definition), opened[row.id], roles) for row in rows}
    return {id_: one for id_, one in each.items() if one is not None}


def _asked(cases: Collection[str]) -> Select[*tuple[Any, ...]]:
    """Whatever the cases wait for, in the order in which it is named."""
    calls = _waiting(Call, "call", Call.name, Call.asked_at).where(Call.instance_id.in_(cases), Call.status.in_(OPEN))
    waits = _waiting(Wait, "wait", Wait.message, null()).where(Wait.instance_id.in_(cases))
    timers = _waiting(Timer, "timer", null(), Timer.due_at).where(Timer.instance_id.in_(cases))
    every = union_all(calls, waits, timers).subquery()
    return select(every).order_by(every.c.at, every.c.key)


def _waiting(row: type[Call | Wait | Timer], kind: str, name: Any, at: Any) -> Select[*tuple[Any, ...]]:
    named, when = type_coerce(name, String), type_coerce(at, UtcDateTime)
    return select(
        row.instance_id.label("case"),
        literal(kind).label("kind"),
        row.node,
        row.key,
        named.label("name"),
        when.label("at"),
    )


def open_nodes(session: Session, instance_id: str, version: Published) -> set[str]:
    """Nodes where a case stands: its tasks, what departments were asked, and waits drawn as steps; one statement."""
    tasks = select(Task.node).where(Task.instance_id == instance_id, Task.status == "open")
    calls = select(Call.node).where(Call.instance_id == instance_id, Call.status.in_(OPEN))
    waits = select(Wait.node).where(Wait.instance_id == instance_id)
    timers = select(Timer.node).where(Timer.instance_id == instance_id)
    nodes = version.definition.nodes
    found = session.scalars(tasks.union(calls, waits, timers))
    return {name for name in found if name in nodes and _step(nodes[name])}


def _step(node: Node) -> bool:
    """Whether a wait is a step of its own, not an event listened for beside others."""
    return node.attached_to is None and node.kind != "startEvent"


def _standing(version: Published, found: _Open, reader: frozenset[str]) -> Standing | None:
    if found.calls:
        first, more = found.calls[0], len(found.calls) - 1
        name = first[0].partition("（")[0]
        return Standing(name + (f" 等 {more + 1} 项" if more else ""), DEPARTMENTS, first[1])
    nodes = version.definition.nodes
    drawn = [name for name in chain(found.waits, found.timers) if name in nodes and _step(nodes[name])]
    if not drawn:
        return None
    if gateway := _gateway(version, drawn):
        first_way = next(flow.target for flow in version.definition.flows.values() if flow.source == gateway)
        message = found.waits.get(first_way, "")
        return Standing(nodes[gateway].name or "等待", _whom(version, message, reader), message=message)
    if drawn[0] in found.waits:
        message = found.waits[drawn[0]]
        return Standing(nodes[drawn[0]].name or drawn[0], _whom(version, message, reader), message=message)
    return Standing("、".join(dict.fromkeys(f"等{nodes[name].name or name}" for name in drawn[:2])), TIME)


def _gateway(version: Published, drawn: Sequence[str]) -> str | None:
    """The gateway whose ways are open: its name says what is waited for."""
    for flow in version.definition.flows.values():
        if flow.target in drawn and version.definition.nodes[flow.source].kind == "eventBasedGateway":
            return flow.source
    return None


def _whom(version: Published, message: str, reader: frozenset[str]) -> str:
    """A message that the reader enters comes from outside; another post's is waited for there."""
    use = version.message_use(message)
    roles = named_roles(use.roles) if use else frozenset()
    return OUTSIDE if not roles or roles & reader else role_name(sorted(roles)[0])
