"""flask people: organisations, accounts and roles, entered by one administrator and approved by another person."""

from datetime import datetime
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app import clock
from app.cli.carry_out import carry_out, person
from app.db import db
from app.errors import not_found
from app.identity.approve_grant import approve_grant
from app.identity.grant import grant_role
from app.identity.models import Organisation
from app.identity.register import close_account, register_person
from app.identity.register_organisation import KINDS, register_organisation
from app.identity.reset_factor import approve_factor_reset, ask_factor_reset
from app.identity.revoke_grant import revoke_grant

DAY = click.DateTime(["%Y-%m-%d"])
BY = click.option("--by", required=True, help="办理人的用户名。")


@click.group()
def people() -> None:
    """单位、人员、角色"""


@people.command("organisation")
@click.argument("name")
@click.argument("division")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.option("--uscc", help="统一社会信用代码。")
@BY
@with_appcontext
def organisation(name: str, division: str, kind: str, uscc: str | None, by: str) -> None:
    """登记单位"""
    carry_out(lambda: register_organisation(db.session(), person(by), name, division, kind, uscc=uscc))
    click.echo(f"已登记 {name}。")


@people.command("register")
@click.argument("login")
@click.argument("name")
@click.argument("organisation_name")
@click.option("--also", help="同一个人的另一个用户名。")
@BY
@with_appcontext
def register(login: str, name: str, organisation_name: str, also: str | None, by: str) -> None:
    """开通账号；初始密码在提示后输入，首次登录时须更换"""
    password = click.prompt("初始密码", hide_input=True, confirmation_prompt="再输入一次")

    def command() -> None:
        where = db.session().scalar(select(Organisation.id).where(Organisation.name == organisation_name))
        if where is None:
            raise not_found()
        register_person(db.session(), person(by), login, name, where, password, clock.now(), also=also)

    carry_out(command)
    click.echo(f"已开通 {login}（{name}），还没有任何角色。")


@people.command("grant")
@click.argument("login")
@click.argument("role")
@click.argument("division")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, help="最后一天；不填即至收回为止。")
@BY
@with_appcontext
def grant(login: str, role: str, division: str, first: datetime, last: datetime | None, by: str) -> None:
    """提出授权，等另一人批准"""
    days = first.date(), last.date() if last else None
    row = carry_out(lambda: grant_role(db.session(), person(by), login, role, division, *days, clock.now()))
    click.echo(f"已提出，编号 {row.id}，等另一人批准：flask people approve {row.id} --by …")


@people.command("approve")
@click.argument("grant_id", type=click.UUID)
@BY
@with_appcontext
def approve(grant_id: UUID, by: str) -> None:
    """批准授权"""
    carry_out(lambda: approve_grant(db.session(), person(by), grant_id, clock.now()))
    click.echo("已批准，立即有效。")


@people.command("revoke")
@click.argument("grant_id", type=click.UUID)
@BY
@with_appcontext
def revoke(grant_id: UUID, by: str) -> None:
    """收回授权"""
    today = clock.legal_day(clock.now())
    carry_out(lambda: revoke_grant(db.session(), person(by), grant_id, today))
    click.echo("已收回，立即失效。")


@people.command("reset-factor")
@click.argument("login")
@click.option("--reason", required=True, help="原因，怎样核实了本人。")
@BY
@with_appcontext
def reset_factor(login: str, reason: str, by: str) -> None:
    """提出重置两步验证（手机和恢复码都丢了），等安全管理员批准"""
    row = carry_out(lambda: ask_factor_reset(db.session(), person(by), login, reason, clock.now()))
    click.echo(f"已提出，编号 {row.id}，等安全管理员批准：flask people approve-reset {row.id} --by …")


@people.command("approve-reset")
@click.argument("reset_id", type=click.UUID)
@BY
@with_appcontext
def approve_reset(reset_id: UUID, by: str) -> None:
    """批准重置两步验证"""
    carry_out(lambda: approve_factor_reset(db.session(), person(by), reset_id, clock.now()))
    click.echo("已重置，该账号已退出所有登录；角色要求两步验证的，下次登录时重新设置。")


@people.command("close")
@click.argument("login")
@BY
@with_appcontext
def close(login: str, by: str) -> None:
    """停用账号；记录保留"""
    carry_out(lambda: close_account(db.session(), person(by), login, clock.now()))
    click.echo(f"{login} 已停用，已退出所有登录。")
