"""flask process migrate KEY: running cases go over to a newer version, after two people agreed; in bulk, resumable."""

from collections.abc import Iterator, Mapping

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.catalogue.models import Definition
from app.cli.carry_out import carry_out, person
from app.cli.move_cases import move_or_stay
from app.db import db
from app.errors import Refusal
from app.instances.cases_behind import cases_to_move
from app.instances.dry_migration import would_stay
from app.instances.migrations import MigrationPlan
from app.instances.plan_migration import (
    approve_migration,
    migration_words,
    plan_migration,
    planning_divisions,
    version_of,
)
from app.instances.run_migration import cases_of_plan, left_behind
from app.texts import sentence


@click.command("migrate")
@click.argument("key")
@click.option("--to", "version", type=int, help="换到第几版，默认最新版。")
@click.option("--map", "pairs", multiple=True, help="旧步骤=新步骤（编号）；同名的不用写，可多次给出。")
@click.option("--by", help="拟定人用户名，须是系统管理员或政策岗。")
@click.option("--reason", default="", help="换版的理由。")
@click.option("--dry-run", is_flag=True, help="只说会怎样，逐件试算，什么都不保存。")
@click.option("--plan", "plan_id", help="已拟定的方案编号：批准或（继续）执行。")
@click.option("--approver", help="批准人用户名，须是另一个人；批准后立即执行。")
@with_appcontext
def migrate(
    key: str,
    version: int | None,
    pairs: tuple[str, ...],
    by: str | None,
    reason: str,
    dry_run: bool,
    plan_id: str | None,
    approver: str | None,
) -> None:
    """把 KEY 流程的在办件换到新版：先用 --by、--reason 拟定，再由另一人用 --plan、--approver 批准并执行。

    中断后用 --plan 再运行一次即可继续，已换版的不会重复。"""
    if plan_id:
        _run(key, plan_id, approver)
        return
    if not by:
        raise click.UsageError("请用 --by 写明拟定人。")
    named = _named(pairs)
    if dry_run:
        _try(key, version, named, by)
    else:
        _plan(key, version, named, by, reason)


def _plan(key: str, version: int | None, named: Mapping[str, str], by: str, reason: str) -> None:
    def command() -> MigrationPlan:
        return plan_migration(
            db.session(), key, by=person(by), version=version, named=named, reason=reason, now=clock.now()
        )

    plan = carry_out(command)
    _say(plan.words)
    click.echo(f"已拟定方案 {plan.id}，尚未执行。请由另一人批准：")
    click.echo(f"    flask process migrate {key} --plan {plan.id} --approver 用户名")


def _try(key: str, version: int | None, named: Mapping[str, str], by: str) -> None:
    """The dry run: words, then every case in memory."""
    try:
        divisions = planning_divisions(person(by))
        target = version_of(db.session(), key, version)
        _say(migration_words(db.session(), target, named, divisions))
        stay = [f"{number}：{why}" for number, why in _tried(target, named, divisions)]
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    finally:
        db.session.rollback()
    for line in stay:
        click.echo(f"不能换版  {line}")
    click.echo(f"试算完毕：{len(stay)} 件不能换版。什么都没有保存。")


def _tried(target: Definition, named: Mapping[str, str], divisions: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    around = current_app.extensions["banyan"]
    cases = cases_to_move(db.session(), target, divisions)
    with click.progressbar(cases, label="试算") as bar:
        for case in bar:
            stays = would_stay(db.session(), around, case, to=target.digest, named=named, now=clock.now())
            db.session.rollback()
            if stays is not None:
                yield stays


def _run(key: str, plan_id: str, approver: str | None) -> None:
    if approver:
        carry_out(lambda: approve_migration(db.session(), plan_id, by=person(approver), now=clock.now()))
    try:
        cases = cases_of_plan(db.session(), plan_id)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    around, moved = current_app.extensions["banyan"], 0
    with click.progressbar(cases, label="换版") as bar:
        for case in bar:
            moved += move_or_stay(around, plan_id, case)
    stayed = left_behind(db.session(), plan_id)
    for number, why in stayed:
        click.echo(f"留在旧版  {number}：{why}")
    click.echo(f"已换版 {moved} 件，留在旧版 {len(stayed)} 件。")


def _named(pairs: tuple[str, ...]) -> dict[str, str]:
    named = {}
    for pair in pairs:
        old, mark, new = pair.partition("=")
        if not (old.strip() and mark and new.strip()):
            raise click.UsageError(f"--map {pair} 应写作 旧步骤=新步骤。")
        named[old.strip()] = new.strip()
    return named


def _say(words: tuple[str, ...] | list[str]) -> None:
    for line in words:
        click.echo(line if line.endswith("：") else f"    {line}")
