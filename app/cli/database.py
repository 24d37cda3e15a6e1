"""flask database grant · check: the role with which web and workers come into PostgreSQL."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from app.cli.carry_out import carry_out
from app.db import db
from app.history.small_role import grants, too_much


@click.group()
def database() -> None:
    """数据库用户的权限"""


@database.command("grant")
@click.argument("role")
@with_appcontext
def grant(role: str) -> None:
    """由表的所有者运行：给数据库用户 ROLE 办件系统所需的权限，记录只增不改。每次 flask db upgrade 之后再运行一次。"""
    if db.engine.dialect.name != "postgresql":
        raise click.ClickException("SQLite 没有数据库用户，不需要授权。")

    def command() -> int:
        statements = grants(db.session(), role)
        for statement in statements:
            db.session.execute(text(statement))
        return len(statements)

    carry_out(command)
    from app.jobs.durable import make_tables  # takes half a second, and few commands need it

    make_tables(current_app.extensions["banyan_settings"].database_url, role)
    click.echo(f"已授权 {role}：业务数据和后台作业可读写，记录、封存日志和查阅登记只可读取和添加，不拥有任何表。")


@database.command("check")
@with_appcontext
def check() -> None:
    """核对现用的数据库用户：能绕过本系统改写记录时退出码为 1。"""
    found = too_much(db.session())
    for one in found:
        click.echo(f"现用的数据库用户{one}。")
    click.echo("请另建用户，用 flask database grant 授权后使用。" if found else "现用的数据库用户不能改写记录。")
    raise SystemExit(1 if found else 0)
