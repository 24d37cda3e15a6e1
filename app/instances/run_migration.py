"""Carrying out an approved migration, case by case: each in a transaction of its own, so that it may be stopped at any
moment and run again. A case that has gone over is never looked at again; one that stayed is tried again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal, not_found
from app.identity.actor import Actor, load_actor
from app.identity.office import holds_over
from app.identity.two_operators import MOVERS
from app.instances.cases_behind import cases_to_move, stayed
from app.instances.migrate_case import migrate_case
from app.instances.migrations import RUN_MIGRATION, MigrationCase, MigrationPlan
from app.instances.plan_migration import lock_migration, version_of
from app.instances.surroundings import Surroundings
from app.jobs.enqueue import enqueue_again


def begin_migration(session: Session, plan_id: str, *, by: Actor, now: datetime) -> None:
    """Let the workers carry out an approved plan, or go on where it stopped; those that stayed are tried again.

    Raises:
        Refusal: `not_found` (404), `migration_not_approved` (409).
    """
    if lock_migration(session, plan_id, by=by).approved_at is None:
        raise Refusal("migration_not_approved", 409)
    enqueue_again(session, RUN_MIGRATION, plan_id, now=now)


def cases_of_plan(session: Session, plan_id: str, *, after: str = "", most: int | None = None) -> list[str]:
    """The cases whose turn it is, in order of their ids; those behind `after`, `most` of them.

    Raises:
        Refusal: `not_found` (404), `migration_not_approved` (409).
    """
    plan = _approved(session, plan_id)
    return cases_to_move(session, version_of(session, plan.key, plan.version), plan.divisions, after=after, most=most)


def left_behind(session: Session, plan_id: str) -> list[tuple[str, str]]:
    """Number (or id) of the cases that stayed when their turn came, and why."""
    plan = _approved(session, plan_id)
    return stayed(session, version_of(session, plan.key, plan.version), plan.divisions, plan_id)


def move_one(session: Session, around: Surroundings, plan_id: str, instance_id: str, *, now: datetime) -> bool:
    """Carry one case over, and note that it went, in one transaction.

    Raises:
        Refusal: `migration_not_approved`, `plan_planner_gone` (409); what `migrate_case` raises: the transaction must be
            rolled back, and `it_stayed` says so in the next.
    """
    plan = _approved(session, plan_id)
    planner = _planner(session, plan, now)
    moved = migrate_case(
        session,
        around,
        instance_id,
        to=plan.definition,
        named=plan.mapping,
        by=planner,
        second=plan.approved_by or "",
        plan=plan.id,
        reason=plan.reason,
        now=now,
    )
    _note(session, plan_id, instance_id, True, "", now)
    return moved


def it_stayed(session: Session, plan_id: str, instance_id: str, why: str, *, now: datetime) -> None:
    """The case stays where it is, and this is why."""
    _note(session, plan_id, instance_id, False, why, now)


def _note(session: Session, plan_id: str, instance_id: str, moved: bool, why: str, now: datetime) -> None:
    row = session.get(MigrationCase, (plan_id, instance_id))
    if row is None:
        row = MigrationCase(plan_id=plan_id, instance_id=instance_id)
        session.add(row)
    row.moved, row.why, row.at = moved, why, now


def _approved(session: Session, plan_id: str) -> MigrationPlan:
    plan = session.scalar(select(MigrationPlan).where(MigrationPlan.id == plan_id))
    if plan is None:
        raise not_found()
    if plan.approved_at is None:
        raise Refusal("migration_not_approved", 409)
    return plan


def _planner(session: Session, plan: MigrationPlan, now: datetime) -> Actor:
    try:
        planner = load_actor(session, plan.planned_by, legal_day(now))
    except Refusal as refusal:
        raise Refusal("plan_planner_gone", 409) from refusal
    if not all(holds_over(planner, MOVERS, one) for one in plan.divisions):
        raise Refusal("plan_planner_gone", 409)
    return planner
