"""flask instances check [CASE] · mark · erase CASE"""

import random
import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app import clock
from app.cli.carry_out import carry_out, person
from app.cli.known_case import known_case
from app.cli.right_key import must_have_the_key
from app.db import db, in_transaction
from app.instances.check import check_case, clock_alarms, standing_still
from app.instances.check_marks import mark_anew
from app.instances.difference import Difference
from app.instances.erase_case import erase_case
from app.instances.models import Instance


@click.group()
def instances() -> None:
    """办件：核对、标记、依法销毁"""


@instances.command("check")
@click.argument("case", required=False)
@click.option("--percent", default=100.0, type=click.FloatRange(0, 100), help="只抽查百分之几的办件。")
@with_appcontext
def check(case: str | None, percent: float) -> None:
    """核对全部（或 CASE 一件）办件的状态与派生数据，并列出等人处理的事项；有不符时退出码为 1。"""
    must_have_the_key()
    every = db.session.execute(select(Instance.id, Instance.number).order_by(Instance.id)).all()
    chosen = [row.id for row in every if case in {None, row.id, row.number}]
    if case and not chosen:
        raise click.ClickException(f"没有编号或案号为 {case} 的办件，没有核对任何内容。请核对后再试。")
    if percent < 100:
        chosen = random.sample(chosen, round(len(chosen) * percent / 100))
    wrong = [found for one in chosen for found in _check(one)]
    for found in wrong:
        _say("不符", found)
    for found in standing_still(db.session()):
        _say("待处理", found)
    for found in clock_alarms(db.session()):
        _say("时钟", found)
    click.echo(f"共核对 {len(chosen)} 件，{len(wrong)} 处不符。")
    raise SystemExit(1 if wrong else 0)


@instances.command("mark")
@with_appcontext
def mark() -> None:
    """按记录重做审计查案的标记；换到有标记的版本后运行一次，中断后可以再运行。"""
    every = db.session.scalars(select(Instance.id).order_by(Instance.id)).all()
    db.session.remove()
    wrong = 0
    with click.progressbar(every, label="查案标记", file=sys.stderr) as progress:
        for one in progress:
            wrong += in_transaction(lambda one=one: _mark(one))  # type: ignore[misc]
            db.session.remove()
    click.echo(f"共 {len(every)} 件，改正 {wrong} 处标记。")


def _mark(instance_id: str) -> int:
    row = db.session.get_one(Instance, instance_id)
    return mark_anew(db.session(), current_app.extensions["banyan"].vault, row)


@instances.command("erase")
@click.argument("case")
@click.option("--by", "login", required=True, help="经办人用户名，须是系统管理员。")
@click.option("--approver", required=True, help="复核人用户名，须是另一个人：单位负责人、上级或安全保密管理员。")
@click.option("--ground", required=True, help="法律依据，写明条款，不写姓名；记入记录链。")
@click.confirmation_option(prompt="销毁后任何人都不能再读出内容，记录链只证明它存在过。确定吗？")
@with_appcontext
def erase(case: str, login: str, approver: str, ground: str) -> None:
    """依法销毁已办结的 CASE 一件：内容、附件、文书、检索索引；记录链仍可核验。"""
    around = current_app.extensions["banyan"]
    found = known_case(db.session(), case) or case

    def command() -> None:
        by, second = person(login), person(approver)
        erase_case(db.session(), around, found, by=by, second=second, ground=ground, now=clock.now())

    carry_out(command)
    click.echo(f"{case} 的内容已依法销毁。密钥的备份最多保留 30 天，请到期后确认已清除。")


def _check(instance_id: str, tries: int = 3) -> list[Difference]:
    """What differs. A case that moved while it was read is read again: that is no difference."""
    found: list[Difference] = []
    for _ in range(tries):
        db.session.remove()
        row = db.session.get(Instance, instance_id)
        if row is None:
            return []
        before = row.revision
        found = list(check_case(db.session(), current_app.extensions["banyan"], row, now=clock.now()))
        db.session.remove()
        if not found or db.session.scalar(select(Instance.revision).where(Instance.id == instance_id)) == before:
            break
    return found


def _say(kind: str, found: Difference) -> None:
    click.echo(f"{kind}  {found.instance_id}  {found.what}  {found.key}  {found.detail}")
