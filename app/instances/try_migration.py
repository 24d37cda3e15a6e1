"""The dry run of a planned migration: every case is carried over in memory, and only what would become of it is kept."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.instances.cases_behind import cases_to_move
from app.instances.dry_migration import would_stay
from app.instances.migrations import MigrationPlan, MigrationTrial
from app.instances.plan_migration import version_of
from app.instances.surroundings import Surroundings
from app.texts import sentence


def cases_to_try(session: Session, plan_id: str, *, after: str, most: int) -> list[str]:
    """The next cases in order of their ids; none any more once the plan is settled."""
    plan = session.get_one(MigrationPlan, plan_id, populate_existing=True)
    if plan.settled:
        return []
    return cases_to_move(session, version_of(session, plan.key, plan.version), plan.divisions, after=after, most=most)


def try_one(session: Session, around: Surroundings, plan_id: str, instance_id: str, *, now: datetime) -> str:
    """Why the case would stay; empty when it would go over. Nothing of it may be committed."""
    plan = session.get_one(MigrationPlan, plan_id)
    try:
        stays = would_stay(session, around, instance_id, to=plan.definition, named=plan.mapping, now=now)
    except Refusal as refusal:
        return sentence(refusal)
    return stays[1] if stays else ""


def keep_trials(session: Session, plan_id: str, found: Mapping[str, str], *, now: datetime) -> None:
    """Write down what would become of these cases; a second time it replaces the first."""
    mine = MigrationTrial.plan_id == plan_id, MigrationTrial.instance_id.in_(found)
    session.execute(delete(MigrationTrial).where(*mine))
    session.add_all(MigrationTrial(plan_id=plan_id, instance_id=case, why=why, at=now) for case, why in found.items())
