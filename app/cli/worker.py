"""flask worker: fires timers, delivers messages, carries out calls. Any number may run; a dead one's work is taken."""

import signal
import time
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.carry_out import carry_out
from app.cli.duties import duties
from app.cli.long_work import long_work
from app.cli.right_key import must_have_the_key
from app.db import db
from app.history.small_role import check_small_role
from app.jobs.loop import Loop


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
    loop = Loop(duties(around, known["banyan_connectors"], long_work(around), known["banyan_notifier"]))
    if once:
        loop.run_until_idle()
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    loop.run(pause=time.sleep)
