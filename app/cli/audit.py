"""flask audit analyse"""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.sealed_log import refused
from app.db import db
from app.identity.actor import load_actor_by_login
from app.identity.names import names_of
from app.instances.surroundings import Surroundings
from app.replay.analysis.analyse import Analysis, analyse
from app.replay.analysis.findings import PROVES_NOT, TITLES
from app.replay.analysis.steps import Period

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """审计"""


@audit.command("analyse")
@click.option("--by", "login", required=True, help="审计员的登录名；只比较其职责区划内的办件。")
@click.option("--since", type=DAY, required=True, help="办结自这一天。")
@click.option("--until", type=DAY, required=True, help="办结至这一天。")
@click.option("--process", default="", help="事项代码，如 adoption。")
@click.option("--division", default="", help="区划代码前缀，如 450123。")
@with_appcontext
def analyse_all(login: str, since: datetime, until: datetime, process: str, division: str) -> None:
    """比较一段期间的全部办件，列出线索；不受页面上限约束。"""
    around: Surroundings = current_app.extensions["banyan"]
    period = Period(since.date(), until.date(), process, division)

    def command() -> Analysis:
        by = load_actor_by_login(db.session(), login, clock.legal_day(clock.now()))
        return analyse(db.session(), around, period, by=by, bounded=False)

    found = refused(command)
    click.echo(f"比较了 {found.steps} 步，打开了 {len(found.closed.cases)} 件已办结的件。")
    if found.closed.unread:
        click.echo(f"{found.closed.unread} 件读不出来，请运行 flask history verify。")
    names = names_of(db.session(), {one for ones in found.findings.values() for each in ones for one in each.people})
    for kind, title in TITLES.items():
        ones = found.findings.get(kind, ())
        click.echo(f"\n{title}：{len(ones)} 条\n不能证明什么：{PROVES_NOT[kind]}")
        for one in ones:
            who = "、".join(names.get(person, "（已离任）") for person in one.people)
            where = "；".join(f"{place.number} 第 {place.seq} 步" for place in one.places)
            click.echo(f"- {one.said} {who} [{where}]")
