"""flask bench fill --closed N --open M: the cases of the demonstration made again, until there are that many.

Each batch is one transaction and notes itself, so what was interrupted goes on where it stopped.
"""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select, text

from app import clock
from app.cli.bench.fill.batches import TABLES, missing
from app.cli.bench.fill.making import Maker, make_all
from app.cli.bench.fill.mix import CLOSED, DATA, OPEN, Share, shares
from app.cli.demo import load_demo
from app.cli.demo_cases import tell_all
from app.cli.demo_cases.stories import stories
from app.db import db, in_transaction
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.settings import Settings


@click.command("fill")
@click.option("--closed", default=1_000_000, show_default=True, type=click.IntRange(0), help="已办结的件数。")
@click.option("--open", "open_", default=100_000, show_default=True, type=click.IntRange(0), help="在办的件数。")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="同时写入的进程数。")
@with_appcontext
def fill(closed: int, open_: int, workers: int) -> None:
    """把演示办件复制成许多件，写入 DATABASE_URL 的演示库；中断后再运行会接着做。"""
    known: Settings = current_app.extensions["banyan_settings"]
    if not known.demo:
        raise click.ClickException("只往演示模式（BANYAN_MODE=demo）的库里填充。")
    if workers > 1 and known.database_url.startswith("sqlite"):
        raise click.ClickException("SQLite 同时只能有一个进程写入；请去掉 --workers，或者改用 PostgreSQL。")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    maker = Maker(app, _prepared(known))
    for kind, wanted, label in ((CLOSED, closed, "已办结"), (OPEN, open_, "在办")):
        batches = in_transaction(lambda kind=kind, wanted=wanted: list(missing(db.session(), kind, wanted)))  # type: ignore[misc]
        db.session.remove()
        db.engine.dispose()  # a process that is forked shall not share a connection
        with click.progressbar(length=sum(one.size for one in batches), label=label, file=sys.stderr) as progress:
            for size in make_all(maker, batches, workers):
                progress.update(size)
    click.echo(f"库中共有 {in_transaction(_cases)} 件。")


def _prepared(known: Settings) -> list[Share]:
    """What is to be copied. Raises ClickException where cases lie that no demonstration told."""
    root = Path(current_app.root_path).parent
    upgrade(directory=str(root / "migrations"))
    if not inspect(db.engine).has_table("bench_share") and in_transaction(_cases):
        raise click.ClickException("库里已有办件，而且不是由本命令填充的；请给它一个空库。")
    for table in TABLES:
        in_transaction(lambda table=table: db.session.execute(text(table)))  # type: ignore[misc]
    if not (found := in_transaction(_known)):
        load_demo(root / "workflows", known.demo_password)
        around: Surroundings = current_app.extensions["banyan"]
        tell_all(around, clock.now(), [*stories(), *stories(DATA / "cases.toml")])
        found = in_transaction(_begun)
    return found


def _begun() -> list[Share]:
    found = shares(db.session())
    values = [{"case": one.case, "kind": one.kind, "part": one.part} for one in found]
    db.session.execute(text("INSERT INTO bench_share VALUES (:case, :kind, :part)"), values)
    return found


def _known() -> list[Share]:
    rows = db.session.execute(text('SELECT "case", kind, part FROM bench_share ORDER BY "case"'))
    return [Share(row.case, row.kind, row.part) for row in rows]


def _cases() -> int:
    return db.session.scalar(select(func.count()).select_from(Instance)) or 0
