"""flask install: what a new deployment begins with."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.calendar.versions import latest, load_seed
from app.cli.carry_out import carry_out
from app.db import db
from app.history.witnessed import LONGEST_NAME, name_holds
from app.identity.division_register import seed_divisions
from app.identity.first_administrators import First, first_administrators
from app.settings import UNNAMED_LOG


@click.command()
@click.option("--organisation", required=True, help="主管部门名称。")
@click.option("--division", required=True, help="主管部门的区划代码，如 45。")
@click.option("--sysadmin", required=True, nargs=2, help="系统管理员的用户名和姓名。")
@click.option("--security", required=True, nargs=2, help="安全管理员的用户名和姓名，须是另一个人。")
@with_appcontext
def install(organisation: str, division: str, sysadmin: tuple[str, str], security: tuple[str, str]) -> None:
    """装入区划和工作日历，登记头两位管理员；密码在提示后输入。"""
    _must_have_a_name(current_app.extensions["banyan"].log)
    first, second = (First(*who, _password(who[1])) for who in (sysadmin, security))

    def command() -> None:
        first_administrators(db.session(), organisation, division, first, second, clock.now())
        seed_divisions(db.session())
        if latest(db.session()) is None:
            load_seed(db.session(), clock.now())

    carry_out(command)
    click.echo(f"日志名称：{current_app.extensions['banyan'].log}。各节点的 BANYAN_LOG 须一律如此，此后不能更改。")
    click.echo("已装入。两位管理员首次登录时须更换密码；其他人员用 flask people 登记和授权。")


def _must_have_a_name(log: str) -> None:
    """Now, while the log is empty: each entry says it, and neighbours tell each other's logs apart by it (proof §2.5)."""
    if log == UNNAMED_LOG:
        raise click.ClickException(
            "请先用环境变量 BANYAN_LOG 定下本系统日志的名称，须与其他机关的都不同，如 banyan-450123。"
            "名称写进每一步记录，邻近机关凭它互相见证，启用后不能更改。"
        )
    if not name_holds(log):
        raise click.ClickException(
            f"BANYAN_LOG 须是 1 至 {LONGEST_NAME} 个可以显示的字符，否则邻近机关不能留存本系统的检查点。请改好后再装。"
        )


def _password(name: str) -> str:
    return str(click.prompt(f"{name}的初始密码", hide_input=True, confirmation_prompt="再输入一次"))
