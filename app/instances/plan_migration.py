"""Planning that running cases go over to a newer version, and approving it: two people, as for every act of this kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.catalogue.published import published
from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import widest
from app.identity.office import holds_over
from app.identity.two_operators import MOVERS, SECONDS
from app.instances.cases_behind import older_versions
from app.instances.migration_words import changes
from app.instances.migrations import TRY_MIGRATION, MigrationPlan
from app.instances.plan_act import checked_reason
from app.jobs.enqueue import enqueue

MOST_VERSIONS = 2**31 - 1
"""What the column of a version can be asked for."""


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

    A worker then tries it on every case in memory (`try_migration`), so that whoever approves knows which would stay.

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
    enqueue(session, TRY_MIGRATION, row.id, now=now)
    return row


def approve_migration(session: Session, plan_id: str, *, by: Actor, now: datetime) -> MigrationPlan:
    """Approve; from now on it may be run.

    Raises:
        Refusal: `not_found` (404), `plan_settled` (409), `plan_own`, `plan_not_yours` (403).
    """
    plan = lock_migration(session, plan_id, by=by)
    check_approver(plan, by)
    plan.approved_by, plan.approved_at = by.id, now
    return plan


def read_migration(session: Session, plan_id: str, *, by: Actor) -> MigrationPlan:
    """Who may plan or approve may read. Raises Refusal `not_found` (404)."""
    return _readable(session.get(MigrationPlan, plan_id), by)


def lock_migration(session: Session, plan_id: str, *, by: Actor) -> MigrationPlan:
    """As `read_migration`, as the plan now stands, for an act on it."""
    return _readable(session.get(MigrationPlan, plan_id, with_for_update=True, populate_existing=True), by)


def check_approver(plan: MigrationPlan, by: Actor) -> None:
    """Raises Refusal `plan_settled` (409), `plan_own`, `plan_not_yours` (403)."""
    if plan.settled:
        raise Refusal("plan_settled", 409)
    if by.natural_person == plan.planned_natural:
        raise Refusal("plan_own", 403)
    if not all(holds_over(by, SECONDS, one) for one in plan.divisions):
        raise Refusal("plan_not_yours", 403)


def _readable(plan: MigrationPlan | None, by: Actor) -> MigrationPlan:
    if plan is None or not all(holds_over(by, MOVERS | SECONDS, one) for one in plan.divisions):
        raise not_found()
    return plan


def migration_words(
    session: Session, target: Definition, named: Mapping[str, str], divisions: Sequence[str]
) -> tuple[str, ...]:
    """What changes for the cases of each older version.

    Raises:
        Refusal: `migration_mapping` (422), `migration_nothing` (409).
    """
    lines: list[str] = []
    unknown = set(named)
    for old, version, count in older_versions(session, target, divisions):
        lines.append(f"第 {version} 版 → 第 {target.version} 版，在办 {count} 件：")
        check_mapping(session, old, target.digest, named)
        unknown -= published(session, old).definition.nodes.keys()
        lines += changes(published(session, old), published(session, target.digest), named)
    if lines and unknown:
        first = min(unknown)
        raise Refusal("migration_mapping", 422, {"old": first[:60], "new": named[first][:60]})
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
    if version is not None:
        statement = statement.where(Definition.version == min(version, MOST_VERSIONS))
    row = session.scalar(statement)
    if row is None:
        raise Refusal("definition_unknown", 404, {"key": key if version is None else f"{key} 第 {version} 版"})
    return row


def planning_divisions(by: Actor) -> tuple[str, ...]:
    """Where the person administers in their own right."""
    return widest(one.division for one in by.grants if one.role in MOVERS and one.on_behalf_of is None)
