"""Which running cases are on an older version than one, and which of them stayed there when a plan came to them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.instances.find import inside
from app.instances.migrations import MigrationCase, MigrationTrial
from app.instances.models import Instance


def cases_to_move(
    session: Session, target: Definition, divisions: Sequence[str], *, after: str = "", most: int | None = None
) -> list[str]:
    """Ids of running cases of older versions there, in order; those behind `after`, `most` of them."""
    found = running_behind(target, divisions).with_only_columns(Instance.id).order_by(Instance.id).limit(most)
    return list(session.scalars(found.where(Instance.id > after) if after else found))


def older_versions(session: Session, target: Definition, divisions: Sequence[str]) -> list[tuple[str, int, int]]:
    """Digest, version and number of running cases of the older versions."""
    columns = (Definition.digest, Definition.version)
    counted = running_behind(target, divisions).with_only_columns(*columns, func.count(Instance.id))
    return [(row[0], row[1], row[2]) for row in session.execute(counted.group_by(*columns).order_by(columns[1]))]


def still_behind(session: Session, target: Definition, divisions: Sequence[str]) -> int:
    """How many running cases there are of older versions."""
    found = session.scalar(running_behind(target, divisions).with_only_columns(func.count(Instance.id)))
    return found or 0


def running_behind(target: Definition, divisions: Sequence[str]) -> Select[Any]:
    """The running cases of older versions there."""
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


def stayed(
    session: Session,
    target: Definition,
    divisions: Sequence[str],
    plan_id: str,
    *,
    skip: int = 0,
    most: int | None = None,
) -> list[tuple[str, str]]:
    """Number (or id) of the cases that stayed when their turn came, and why; those that ended since stay no more."""
    rows = session.execute(
        running_behind(target, divisions)
        .join(MigrationCase, MigrationCase.instance_id == Instance.id)
        .where(MigrationCase.plan_id == plan_id, MigrationCase.moved.is_(False))
        .with_only_columns(Instance.number, Instance.id, MigrationCase.why)
        .order_by(Instance.number, Instance.id)
        .offset(skip)
        .limit(most)
    ).all()
    return [(called(number, id_), why) for number, id_, why in rows]


def would_stay_by_trial(session: Session, plan_id: str, *, skip: int, most: int) -> list[tuple[str, str]]:
    """As `stayed`, after the dry run."""
    rows = session.execute(
        select(Instance.number, Instance.id, MigrationTrial.why)
        .join(Instance, Instance.id == MigrationTrial.instance_id)
        .where(MigrationTrial.plan_id == plan_id, MigrationTrial.why != "")
        .order_by(Instance.number, Instance.id)
        .offset(skip)
        .limit(most)
    ).all()
    return [(called(number, id_), why) for number, id_, why in rows]


def called(number: str | None, instance_id: str) -> str:
    """A case by its number, or by its id before it has one."""
    return number or f"未编号 {instance_id}"
