"""flask history mine"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.cli.sealed_log import NETWORK, already, refused
from app.db import db
from app.errors import Refusal
from app.identity.actor import load_actor_by_login
from app.instances.surroundings import Surroundings
from app.replay.mining.export_log import OCEL, XES, Order, order_log, write_log
from app.replay.mining.selection import ENDED, OPEN, Selection
from app.texts import sentence

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("mine")
@click.option("--xes", "kind", flag_value=XES, help="XES（IEEE 1849-2023）。")
@click.option("--ocel", "kind", flag_value=OCEL, help="OCEL 2.0（JSON）。")
@click.option("--to", "path", type=click.Path(path_type=Path), required=True, help="写入的文件。")
@click.option("--by", "login", required=True, help="审计员的登录名；导出记在其名下，只含其职责区划。")
@click.option("--purpose", required=True, help="用途，记入查阅登记。")
@click.option("--process", default="", help="事项代码，如 adoption。")
@click.option("--version", type=int, help="事项的版本号。")
@click.option("--division", default="", help="区划代码前缀，如 450123。")
@click.option("--since", type=DAY, help="收件自这一天。")
@click.option("--until", type=DAY, help="收件至这一天。")
@click.option("--state", type=click.Choice([OPEN, ENDED]), help="在办或已办结。")
@click.option("--series", default="", help="化名系列；写明时同一系列的各次导出化名相同，不写时每次不同。")
@with_appcontext
def mine(
    kind: str | None,
    path: Path,
    login: str,
    purpose: str,
    process: str,
    version: int | None,
    division: str,
    since: datetime | None,
    until: datetime | None,
    state: str | None,
    series: str,
) -> None:
    """导出化名的事件日志，供流程挖掘；不含姓名、证件号码和答复。"""
    around: Surroundings = current_app.extensions["banyan"]
    if kind is None:
        raise click.ClickException("请写明格式：--xes 或 --ocel。")
    if path.exists():
        raise already(path)
    wanted = Selection(process, version, division, _day(since), _day(until), state or "")
    now = clock.now()

    def command() -> Order:
        by = load_actor_by_login(db.session(), login, clock.legal_day(now))
        return order_log(db.session(), kind, wanted, series=series, by=by, purpose=purpose, network=NETWORK, now=now)

    order = refused(command)
    try:
        with _whole_or_none(path) as file:
            events = write_log(db.session(), around, order, file)
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    click.echo(f"已导出 {path}：{order.cases} 件，{events} 个事件。化名不是匿名，请按个人信息保管。")


@contextmanager
def _whole_or_none(path: Path) -> Iterator[IO[bytes]]:
    """A new file; whatever stops the writing of it, half a log is not left behind."""
    with _new(path) as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise


def _new(path: Path) -> IO[bytes]:
    """For nobody else on this machine; a file that is there is left alone."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError as problem:
        raise already(path) from problem
    except OSError as problem:
        raise click.ClickException(f"文件 {path} 写不了，请核对文件夹和权限。") from problem


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
