"""Planning that running cases go over to a newer version, and approving it: two people, as for every act of this kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import published
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.office import holds_over
from app.identity.two_operators import OPERATORS, SECONDS
from app.instances.find import inside
from app.instances.migration_words import changes
from app.instances.migrations import MigrationCase, MigrationPlan
from app.instances.models import Instance
from app.instances.plan_act import checked_reason


def plan_migration(
    session: Session,
    key: str,
    *,
    by: Actor,
    version: int | None = None,
    named: Mapping[str, str],
    reason: str,
    now: datetime,
) -> MigrationPlan:
    """Write the plan down, in words for every older version that still has running cases; nothing moves.

    Args:
        version: the version to go over to; None: the newest.
        named: old node → new node, where they are not called alike.

    Raises:
        Refusal: `not_found` (404), `definition_unknown` (404), `plan_no_reason`, `migration_mapping` (422),
            `migration_nothing` (409).
    """
    divisions = planning_divisions(by)
    if not divisions:
        raise not_found()
    why = checked_reason(reason)
    target = version_of(session, key, version)
    words = migration_words(session, target, named, divisions)
    row = MigrationPlan(
        key=key,
        definition=target.digest,
        version=target.version,
        mapping=dict(named),
        divisions=list(divisions),
        reason=why,
        words=list(words),
        planned_by=by.id,
        planned_natural=by.natural_person,
        planned_at=now,
    )
    session.add(row)
    session.flush()
    return row


def approve_migration(session: Session, plan_id: str, *, by: Actor, now: datetime) -> MigrationPlan:
    """Approve; from now on it may be run.

    Raises:
        Refusal: `not_found` (404), `plan_settled` (409), `plan_own`, `plan_not_yours` (403).
    """
    plan = session.get(MigrationPlan, plan_id, with_for_update=True, populate_existing=True)
    if plan is None or not all(holds_over(by, OPERATORS | SECONDS, one) for one in plan.divisions):
        raise not_found()
    if plan.approved_at is not None:
        raise Refusal("plan_settled", 409)
    if by.natural_person == plan.planned_natural:
        raise Refusal("plan_own", 403)
    if not all(holds_over(by, SECONDS, one) for one in plan.divisions):
        raise Refusal("plan_not_yours", 403)
    plan.approved_by, plan.approved_at = by.id, now
    return plan


def migration_words(
    session: Session, target: Definition, named: Mapping[str, str], divisions: Sequence[str]
) -> tuple[str, ...]:
    """What changes for the cases of each older version.

    Raises:
        Refusal: `migration_mapping` (422), `migration_nothing` (409).
    """
    lines: list[str] = []
    for old, version, count in _older(session, target, divisions):
        lines.append(f"第 {version} 版 → 第 {target.version} 版，在办 {count} 件：")
        check_mapping(session, old, target.digest, named)
        lines += changes(published(session, old), published(session, target.digest), named)
    if not lines:
        raise Refusal("migration_nothing", 409, {"key": target.key, "version": target.version})
    return tuple(lines)


def check_mapping(session: Session, old: str, new: str, named: Mapping[str, str]) -> None:
    """Raises Refusal `migration_mapping` (422): each named node is known, and nothing comes to stand for two."""
    was, is_ = (published(session, digest).definition.nodes for digest in (old, new))
    for before, after in named.items():
        taken = (after in was and before != after) or list(named.values()).count(after) > 1
        if after not in is_ or taken:
            raise Refusal("migration_mapping", 422, {"old": before[:60], "new": after[:60]})


def version_of(session: Session, key: str, version: int | None) -> Definition:
    """A published version, the newest unless named. Raises Refusal `definition_unknown` (404)."""
    statement = select(Definition).where(Definition.key == key).order_by(Definition.version.desc()).limit(1)
    row = session.scalar(statement if version is None else statement.where(Definition.version == version))
    if row is None:
        raise Refusal("definition_unknown", 404, {"key": key if version is None else f"{key} 第 {version} 版"})
    return row


def planning_divisions(by: Actor) -> tuple[str, ...]:
    """Where the person administers in their own right."""
    return widest(one.division for one in by.grants if one.role in OPERATORS and one.on_behalf_of is None)


def cases_to_move(session: Session, target: Definition, divisions: Sequence[str]) -> list[str]:
    """Ids of running cases of older versions there, in order."""
    return list(session.scalars(_running(target, divisions).with_only_columns(Instance.id).order_by(Instance.id)))


def left_behind(session: Session, plan_id: str) -> list[tuple[str, str]]:
    """Number (or id) of the cases that stayed when their turn came, and why."""
    rows = session.execute(
        select(Instance.number, Instance.id, MigrationCase.why)
        .join(Instance, Instance.id == MigrationCase.instance_id)
        .where(MigrationCase.plan_id == plan_id, MigrationCase.moved.is_(False))
        .order_by(Instance.number, Instance.id)
    ).all()
    return [(number or f"未编号 {id_}", why) for number, id_, why in rows]


def _older(session: Session, target: Definition, divisions: Sequence[str]) -> list[tuple[str, int, int]]:
    """Digest, version and number of running cases of the older versions."""
    columns = (Definition.digest, Definition.version)
    counted = _running(target, divisions).with_only_columns(*columns, func.count(Instance.id))
    return [(row[0], row[1], row[2]) for row in session.execute(counted.group_by(*columns).order_by(columns[1]))]


def _running(target: Definition, divisions: Sequence[str]) -> Select[Any]:
    return (
        select(Instance)
        .join(Definition, Definition.digest == Instance.definition)
        .where(
            Definition.key == target.key,
            Definition.version < target.version,
            Instance.ended_at.is_(None),
            inside(Instance.division, divisions),
        )
    )
