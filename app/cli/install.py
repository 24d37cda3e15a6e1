"""flask install: what a new deployment begins with."""

import click
from flask.cli import with_appcontext

from app import clock
from app.calendar.versions import latest, load_seed
from app.cli.carry_out import carry_out
from app.db import db
from app.identity.division_register import seed_divisions
from app.identity.first_administrators import First, first_administrators


@click.command()
@click.option("--organisation", required=True, help="主管部门名称。")
@click.option("--division", required=True, help="主管部门的区划代码，如 45。")
@click.option("--sysadmin", required=True, nargs=2, help="系统管理员的用户名和姓名。")
@click.option("--security", required=True, nargs=2, help="安全管理员的用户名和姓名，须是另一个人。")
@with_appcontext
def install(organisation: str, division: str, sysadmin: tuple[str, str], security: tuple[str, str]) -> None:
    """装入区划和工作日历，登记头两位管理员；密码在提示后输入。"""
    first, second = (First(*who, _password(who[1])) for who in (sysadmin, security))

    def command() -> None:
        first_administrators(db.session(), organisation, division, first, second, clock.now())
        seed_divisions(db.session())
        if latest(db.session()) is None:
            load_seed(db.session(), clock.now())

    carry_out(command)
    click.echo("已装入。两位管理员首次登录时须更换密码；其他人员用 flask people 登记和授权。")


def _password(name: str) -> str:
    return str(click.prompt(f"{name}的初始密码", hide_input=True, confirmation_prompt="再输入一次"))
