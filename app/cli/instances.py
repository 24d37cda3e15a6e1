"""flask instances check"""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app import clock
from app.db import db
from app.instances.check import check_case, standing_still
from app.instances.models import Instance


@click.group()
def instances() -> None:
    """办件：核对"""


@instances.command("check")
@with_appcontext
def check() -> None:
    """核对在办案件的派生数据，并列出等人处理的事项。"""
    around, now = current_app.extensions["banyan"], clock.now()
    running = select(Instance.id).where(Instance.ended_at.is_(None)).order_by(Instance.id)
    wrong = 0
    for instance_id in db.session.scalars(running).all():
        row = db.session.get(Instance, instance_id)
        for one in check_case(db.session(), around, row, now=now) if row else ():
            wrong += 1
            click.echo(f"不符  {one.instance_id}  {one.what}  {one.key}  {one.detail}")
        db.session.expunge_all()
    for one in standing_still(db.session()):
        click.echo(f"待处理  {one.instance_id}  {one.what}  {one.key}  {one.detail}")
    click.echo(f"共 {wrong} 处不符。")
    raise SystemExit(1 if wrong else 0)
