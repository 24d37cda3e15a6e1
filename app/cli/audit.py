"""flask audit analyse, runs, show, again"""

from collections.abc import Callable
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.sealed_log import refused
from app.clock import SHANGHAI
from app.db import db
from app.errors import Refusal
from app.identity.actor import Actor, load_actor_by_login
from app.identity.names import LEFT_OFFICE
from app.instances.surroundings import Surroundings
from app.replay.analysis.analyse import Analysis, analyse
from app.replay.analysis.findings import PROVES_NOT, TITLES, Finding
from app.replay.analysis.keep_run import analyse_again, keep_run, run_of
from app.replay.analysis.models import COMMAND
from app.replay.analysis.run_page import RunPage, run_page, runs
from app.replay.analysis.steps import Period
from app.texts import sentence

DAY = click.DateTime(["%Y-%m-%d"])
BY = click.option("--by", "login", required=True, help="审计员的登录名；只比较、只列其职责区划内的办件。")


@click.group()
def audit() -> None:
    """审计"""


@audit.command("analyse")
@BY
@click.option("--since", type=DAY, required=True, help="办结自这一天。")
@click.option("--until", type=DAY, required=True, help="办结至这一天。")
@click.option("--process", default="", help="事项代码，如 adoption。")
@click.option("--division", default="", help="区划代码前缀，如 450123。")
@with_appcontext
def analyse_all(login: str, since: datetime, until: datetime, process: str, division: str) -> None:
    """比较一段期间的全部办件，列出线索并存下；不受页面上限约束。"""
    period = Period(since.date(), until.date(), process, division)
    _kept(login, lambda by: analyse(db.session(), _around(), period, by=by, bounded=False))


@audit.command("again")
@click.argument("run_id", metavar="运行编号")
@BY
@with_appcontext
def analyse_once_more(run_id: str, login: str) -> None:
    """按一次已存分析的同样条件重新比较，另存并与它对照。"""

    def compare(by: Actor) -> Analysis:
        return analyse_again(db.session(), _around(), run_of(db.session(), run_id, by=by), by=by, bounded=False)

    _kept(login, compare, again_of=run_id)


@audit.command("runs")
@BY
@with_appcontext
def list_runs(login: str) -> None:
    """列出已存的分析，新的在前。"""
    for one in refused(lambda: runs(db.session(), by=_auditor(login))):
        row, found = one.row, f"{sum(one.row.figures['found'].values())} 条线索" if one.whole else "范围超出职责区划"
        click.echo(f"{row.id} {_stamp(row.at)} {one.who} {row.since} 至 {row.until} {'、'.join(row.scope)} {found}")


@audit.command("show")
@click.argument("run_id", metavar="运行编号")
@BY
@with_appcontext
def show_one(run_id: str, login: str) -> None:
    """打开一次已存的分析。"""
    _tell(refused(lambda: run_page(db.session(), _around(), run_id, by=_auditor(login))))


def _around() -> Surroundings:
    return current_app.extensions["banyan"]  # type: ignore[no-any-return]


def _auditor(login: str) -> Actor:
    return load_actor_by_login(db.session(), login, clock.legal_day(clock.now()))


def _kept(login: str, compare: Callable[[Actor], Analysis], again_of: str | None = None) -> None:
    """Compare before the transaction that keeps it begins: on SQLite nobody could write meanwhile."""
    now = clock.now()
    try:
        found = compare(_auditor(login))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal

    def keep() -> str:
        by = _auditor(login)
        return keep_run(db.session(), _around(), found, by=by, door=COMMAND, now=now, again_of=again_of).id

    run_id = refused(keep)
    _tell(refused(lambda: run_page(db.session(), _around(), run_id, by=_auditor(login))))


def _tell(page: RunPage) -> None:
    row, figures = page.line.row, page.line.row.figures
    click.echo(
        f"运行 {row.id}，{_stamp(row.at)}，{page.line.who}；{row.since} 至 {row.until}，区划 {'、'.join(row.scope)}。"
    )
    click.echo(
        f"规则第 {row.rules['version']} 版；记录链 {page.hash[:16]}，{'一致' if page.holds else '不符，可能被改动'}。"
    )
    if page.line.whole:
        click.echo(f"比较了 {figures['steps']} 步，打开了 {figures['cases']} 件已办结的件。")
    if page.line.whole and figures["unread"]:
        click.echo(f"{figures['unread']} 件读不出来，请运行 flask history verify。")
    if page.line.whole and figures.get("erased"):
        click.echo(f"{figures['erased']} 件内容已依法销毁，不再比较。")
    for kind, title in TITLES.items():
        ones = page.found[kind]
        click.echo(f"\n{title}：{len(ones)} 条\n不能证明什么：{PROVES_NOT[kind]}")
        _lines(page, ones)
    if page.compared is not None:
        new, gone = page.compared.new, page.compared.gone
        click.echo(
            f"\n与 {page.compared.earlier} 对照：相同 {page.compared.same} 条，新出现 {len(new)} 条，不再出现 {len(gone)} 条。"
        )
        _lines(page, new, "新出现 ")
        _lines(page, gone, "不再出现 ")


def _lines(page: RunPage, ones: tuple[Finding, ...], mark: str = "") -> None:
    for one in ones:
        who = "、".join(page.names.get(person, LEFT_OFFICE) for person in one.people)
        where = "；".join(f"{place.number} 第 {place.seq} 步" for place in one.places)
        click.echo(f"- {mark}{one.said} {who} [{where}]")


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
