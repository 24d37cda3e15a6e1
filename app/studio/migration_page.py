"""One plan of a migration, as the two people read it: what was planned, what the dry run found, how far it has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.clock import legal_day
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.names import LEFT_OFFICE, names_of
from app.instances.cases_behind import running_behind, stayed, still_behind, would_stay_by_trial
from app.instances.migrations import RUN_MIGRATION, TRY_MIGRATION, MigrationCase, MigrationPlan, MigrationTrial
from app.instances.models import Instance
from app.instances.plan_migration import check_approver, read_migration, version_of
from app.jobs.enqueue import standing
from app.studio.migration_form import told_of
from app.studio.migration_views import Count, MigrationPage, Stay, Stays
from app.texts import sentence

SIZE = 100
"""Cases that stay, on one page."""


def migration_page(session: Session, actor: Actor, plan_id: str, *, page: int, now: datetime) -> MigrationPage:
    """The plan. Raises Refusal `not_found` (404)."""
    plan = read_migration(session, plan_id, by=actor)
    target = version_of(session, plan.key, plan.version)
    behind, moved = still_behind(session, target, plan.divisions), _number(session, _cases(plan_id, moved=True))
    tried = _number(session, _trials(plan_id))
    would_stay = _number(session, _trials(plan_id).where(MigrationTrial.why != ""))
    counts, rows = _stays(session, plan, target, page)
    left = behind - sum(one.cases for one in counts)
    phase = _phase(session, plan, left)
    names = names_of(session, {plan.planned_by, plan.approved_by, plan.declined_by})
    may, why_not = _may_approve(plan, actor)
    return MigrationPage(
        today=legal_day(now),
        id=plan.id,
        key=plan.key,
        title=target.title,
        version=plan.version,
        phase=phase,
        state=_state(plan, phase, names),
        told=told_of(plan.words),
        pairs=tuple(sorted(plan.mapping.items())),
        reason=plan.reason,
        planned_by=names.get(plan.planned_by, LEFT_OFFICE),
        planned_at=plan.planned_at,
        tried=tried,
        would_move=tried - would_stay,
        trying=not plan.settled and standing(session, TRY_MIGRATION, plan_id) == "under_way",
        total=behind + moved if plan.approved_at else behind,
        moved=moved,
        stayed=sum(one.cases for one in counts) if plan.approved_at else 0,
        stays=Stays(counts, rows, page, max(1, -(-sum(one.cases for one in counts) // SIZE))),
        may_approve=may,
        told_why_not=why_not,
        declined_why=plan.declined_why or "",
    )


def _phase(session: Session, plan: MigrationPlan, left: int) -> str:
    if plan.declined_at is not None:
        return "declined"
    if plan.approved_at is None:
        return "waiting"
    work = standing(session, RUN_MIGRATION, plan.id)
    if work == "under_way":
        return "running"
    return "halted" if left or work == "given_up" else "done"


def _state(plan: MigrationPlan, phase: str, names: dict[str, str]) -> str:
    approver = names.get(plan.approved_by or "", LEFT_OFFICE)
    return {
        "waiting": "等待另一人批准，尚未执行",
        "declined": f"{names.get(plan.declined_by or '', LEFT_OFFICE)}不批准，方案作废",
        "running": f"已由{approver}批准，正在逐件换版",
        "halted": f"已由{approver}批准，还没有执行完",
        "done": f"已由{approver}批准，已执行完",
    }[phase]


def _stays(
    session: Session, plan: MigrationPlan, target: Definition, page: int
) -> tuple[tuple[Count, ...], tuple[Stay, ...]]:
    """By reason, and one page of cases: of the dry run while nobody has approved, of the carrying out since."""
    here = {"skip": (page - 1) * SIZE, "most": SIZE}
    if plan.approved_at is None:
        why: Any = MigrationTrial.why
        asked = _trials(plan.id).where(why != "")
        rows = would_stay_by_trial(session, plan.id, **here)
    else:
        why = MigrationCase.why
        behind = running_behind(target, plan.divisions)
        asked = behind.join(MigrationCase, MigrationCase.instance_id == Instance.id).where(
            MigrationCase.plan_id == plan.id, MigrationCase.moved.is_(False)
        )
        rows = stayed(session, target, plan.divisions, plan.id, **here)
    number = func.count()
    counted = asked.with_only_columns(why, number).group_by(why).order_by(number.desc(), why)
    return tuple(Count(*row) for row in session.execute(counted)), tuple(Stay(*row) for row in rows)


def _trials(plan_id: str) -> Select[Any]:
    return select(MigrationTrial).where(MigrationTrial.plan_id == plan_id)


def _cases(plan_id: str, *, moved: bool) -> Select[Any]:
    return select(MigrationCase).where(MigrationCase.plan_id == plan_id, MigrationCase.moved.is_(moved))


def _number(session: Session, asked: Select[Any]) -> int:
    return session.scalar(asked.with_only_columns(func.count())) or 0


def _may_approve(plan: MigrationPlan, actor: Actor) -> tuple[bool, str]:
    try:
        check_approver(plan, actor)
    except Refusal as refusal:
        return False, "" if plan.settled else sentence(refusal)
    return True, ""
