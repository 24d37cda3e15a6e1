"""flask token create USER"""

from datetime import timedelta

import click
from flask.cli import with_appcontext

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.identity.tokens import DELEGATE, create_token
from app.texts import sentence


@click.group()
def token() -> None:
    """访问令牌"""


@token.command("create")
@click.argument("user")
@click.option("--name", default="命令行", help="令牌的用途。")
@click.option("--days", default=30, type=click.IntRange(1, 90), help="有效天数。")
@click.option("--read-only", is_flag=True, help="只读。")
@click.option("--delegate", is_flag=True, help="还可以请同事代理、结束代理。")
@with_appcontext
def create(user: str, name: str, days: int, read_only: bool, delegate: bool) -> None:
    """为 USER 新建令牌，只显示这一次；权限不超过本人现有角色。"""
    now = clock.now()

    def command() -> str:
        actor = load_actor_by_login(db.session(), user, clock.legal_day(now))
        scopes = [f"{'read' if read_only else 'write'}:{role}" for role in sorted(actor.roles)]
        scopes += [DELEGATE] if delegate else []
        return create_token(db.session(), actor, name, scopes, now + timedelta(days=days), now)

    try:
        click.echo(in_transaction(command))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
