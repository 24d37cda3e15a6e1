"""换用新版: what a version would change for the running cases of the older ones, and which step corresponds to which."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import published
from app.clock import legal_day
from app.engine import Node
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import within_any
from app.identity.names import LEFT_OFFICE, names_of
from app.instances.cases_behind import older_versions
from app.instances.migration_words import STEPS, name
from app.instances.migrations import MigrationPlan
from app.instances.plan_migration import migration_words, planning_divisions, version_of
from app.studio.migration_views import MigrationForm, Pairing, PlanLine, Told

RECENT = 10
"""Plans of a process that are listed."""


def migration_form(
    session: Session, key: str, version: int, *, by: Actor, named: Mapping[str, str], now: datetime
) -> MigrationForm:
    """What going over to this version means.

    Args:
        named: old node → new node, as chosen so far; a wrong pair is passed over here, and refused by the plan.

    Raises:
        Refusal: `not_found`, `definition_unknown` (404).
    """
    divisions = planning_divisions(by)
    if not divisions:
        raise not_found()
    target = version_of(session, key, version)
    older = [digest for digest, _, _ in older_versions(session, target, divisions)]
    return MigrationForm(
        today=legal_day(now),
        key=target.key,
        title=target.title,
        version=target.version,
        told=told_of(_words(session, target, named, divisions)),
        pairings=_pairings(session, target, older, named),
        plans=plan_lines(session, key, divisions),
        chosen=named,
    )


def told_of(words: Sequence[str]) -> tuple[Told, ...]:
    """The words of a plan, version by version: a heading ends with a colon."""
    found: list[Told] = []
    for line in words:
        if line.endswith("：") or not found:
            found.append(Told(line, ()))
        else:
            found[-1] = Told(found[-1].heading, (*found[-1].lines, line))
    return tuple(found)


def plan_lines(session: Session, key: str, divisions: Sequence[str]) -> tuple[PlanLine, ...]:
    """The latest plans of the process that lie within these divisions."""
    newest = select(MigrationPlan).where(MigrationPlan.key == key).order_by(MigrationPlan.planned_at.desc())
    rows = [
        row for row in session.scalars(newest.limit(RECENT)) if all(within_any(divisions, one) for one in row.divisions)
    ]
    names = names_of(session, {row.planned_by for row in rows})
    return tuple(
        PlanLine(row.id, row.version, names.get(row.planned_by, LEFT_OFFICE), row.planned_at, _state(row))
        for row in rows
    )


def _state(plan: MigrationPlan) -> str:
    if plan.approved_at is not None:
        return "已批准"
    return "已作废" if plan.declined_at is not None else "等待批准"


def _words(session: Session, target: Definition, named: Mapping[str, str], divisions: Sequence[str]) -> tuple[str, ...]:
    for pairs in (named, {}):
        try:
            return migration_words(session, target, pairs, divisions)
        except Refusal as refusal:
            if refusal.code == "migration_nothing":
                break
    return ()


def _pairings(
    session: Session, target: Definition, older: Sequence[str], named: Mapping[str, str]
) -> tuple[Pairing, ...]:
    new = published(session, target.digest).definition.nodes
    found: dict[str, Pairing] = {}
    for digest in older:
        old = published(session, digest).definition.nodes
        for node in old.values():
            choices = tuple(_choices(node, old, new)) if node.kind in STEPS and node.id not in new else ()
            if choices and node.id not in found:
                found[node.id] = Pairing(node.id, name(node), choices, named.get(node.id, ""))
    return tuple(found.values())


def _choices(node: Node, old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """New steps of the same kind that stand for nothing yet."""
    for one in new.values():
        if one.id not in old and (one.kind, one.event, one.multiple) == (node.kind, node.event, node.multiple):
            yield one.id, name(one)
