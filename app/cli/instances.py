"""flask instances check [CASE]"""

import random

import click
from flask import current_app
from flask.cli import with_appcontext

from app.db import db
from app.instances.check import case_ids, check_case, clock_alarms


@click.group()
def instances() -> None:
    """办件：状态与各表是否一致"""


@instances.command("check")
@click.argument("case", required=False)
@click.option("--percent", default=100.0, type=click.FloatRange(0, 100), help="只抽查百分之几的办件。")
@with_appcontext
def check(case: str | None, percent: float) -> None:
    """解开办件（CASE 一件，或全部）的状态，与任务、定时器、消息、核验各表比对；有差异时退出码为 1。"""
    session = db.session()
    chosen = [case] if case else _sample(case_ids(session), percent)
    differing = 0
    for one in chosen:
        found = check_case(session, current_app.extensions["banyan"], one)
        differing += bool(found)
        for difference in found:
            click.echo(f"{difference.case}：{difference.sentence}")
    alarms = [alarm for alarm in clock_alarms(session) if case in {None, alarm.case}]
    for alarm in alarms:
        click.echo(f"时钟  {alarm.case}：{alarm.sentence}")
    if alarms:
        click.echo("请核对各台服务器的时钟（NTP），并告知审计员。")
    click.echo(f"共核对 {len(chosen)} 件：{f'不一致 {differing} 件' if differing else '全部一致'}。")
    raise SystemExit(1 if differing else 0)


def _sample(cases: list[str], percent: float) -> list[str]:
    return cases if percent >= 100 else random.sample(cases, round(len(cases) * percent / 100))
