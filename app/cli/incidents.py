"""flask incidents list · flask incidents retry ID"""

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.carry_out import carry_out, person
from app.db import db
from app.inbox.incidents import WHAT
from app.instances.incidents import open_incidents
from app.instances.retry_incident import retry_incident


@click.group()
def incidents() -> None:
    """故障：自动办理反复失败、等人处理的事项"""


@incidents.command("list")
@with_appcontext
def listing() -> None:
    """列出未处理的故障。"""
    found = open_incidents(db.session())
    for one in found:
        place = f"  {one.detail}" if one.detail else ""
        click.echo(f"{one.id}  {one.opened_at:%Y-%m-%d %H:%M}  {WHAT[one.what]}  {one.node}  {one.error}{place}")
    click.echo(f"共 {len(found)} 处。")


@incidents.command("retry")
@click.argument("incident_id")
@click.option("--reason", default="命令行重试", show_default=True, help="写入案件记录的理由。")
@click.option("--by", help="系统管理员用户名；启用双人办理时必填。")
@click.option("--approver", help="批准人用户名，须是另一个人；启用双人办理时必填。")
@with_appcontext
def retry(incident_id: str, reason: str, by: str | None, approver: str | None) -> None:
    """让后台再试一次。"""
    around = current_app.extensions["banyan"]

    def command() -> None:
        operators = (person(by), person(approver)) if by and approver else None
        retry_incident(db.session(), around, incident_id, by="cli", reason=reason, now=clock.now(), operators=operators)

    carry_out(command)
    click.echo("已排队，后台进程会再试一次。")
