"""flask worker: fires timers, delivers messages, carries out calls. Any number may run; a dead one's work is taken."""

import logging
import os
import signal
import time
from types import FrameType
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.carry_out import carry_out
from app.cli.duties import duties
from app.cli.errands import errands
from app.cli.long_work import long_work
from app.cli.right_key import must_have_the_key
from app.db import db
from app.history.small_role import check_small_role
from app.jobs.carrier import Errands, TablesMissing
from app.jobs.loop import Loop

if TYPE_CHECKING:
    from app.jobs.durable import Durable


@click.command()
@click.option("--once", is_flag=True, help="只把到期的工作做完一遍就退出。")
@with_appcontext
def worker(once: bool) -> None:
    """运行一个后台工作进程。"""
    around = current_app.extensions["banyan"]
    must_have_the_key()
    known = current_app.extensions
    if known["banyan_settings"].mode == "production":
        carry_out(lambda: check_small_role(db.session()))
    chunks = long_work(around)
    work = (around, known["banyan_connectors"], chunks, known["banyan_notifier"])
    if once:
        Loop(duties(*work)).run_until_idle()
        return
    carrier = _carrier(errands(*work))
    loop = Loop([*duties(*work, carrier), ("tidy", carrier.tidy)])

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    loop.run(pause=time.sleep)
    carrier.stop()
    logging.shutdown()
    os._exit(0)  # the interpreter would wait for threads that hang, or for a database that is away


def _carrier(table: Errands) -> "Durable":
    """On PostgreSQL in production the role of the worker makes no tables (proof §2.8)."""
    from app.jobs.durable import Durable  # takes half a second, and no other command needs it

    known = current_app.extensions["banyan_settings"]
    small = known.mode == "production" and not known.database_url.startswith("sqlite")
    context = current_app._get_current_object().app_context  # type: ignore[attr-defined]
    try:
        return Durable(context, known.database_url, table, may_migrate=not small)
    except TablesMissing as missing:
        raise click.ClickException(
            "数据库里没有后台作业所需的表，或版本较旧。请由表的所有者运行 flask database grant，再启动。"
        ) from missing
