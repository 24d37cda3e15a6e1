"""flask bench replay: how long an auditor waits for a case of a thousand entries to open, and for one of its steps."""

import gzip
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app import clock, settings
from app.catalogue.bundle import Bundle
from app.catalogue.publish import publish
from app.cli.bench.approval import FACTORY
from app.cli.bench.databases import own_database
from app.cli.bench.desk import Visitor
from app.cli.bench.furnish import person, settle
from app.cli.bench.table import padded
from app.db import db, in_transaction
from app.instances.complete_task import complete_task
from app.instances.models import Instance, Task
from app.instances.start import start

DATA = Path(__file__).parent / "data"
AUDITOR = "mohaiyan"
TURNS = 9


@dataclass(frozen=True)
class Opened:
    """Median milliseconds on the server, of them at work, statements, bytes of the page and of it as gzip."""

    entries: int
    open_ms: float
    cpu_ms: float
    statements: int
    page: int
    packed: int
    step_ms: float


@click.command("replay")
@click.option("--entries", default=1000, show_default=True, type=click.IntRange(10, 100_000), help="记录多少条。")
@click.option("--sqlite", is_flag=True, help="用临时 SQLite 文件，即使有 PostgreSQL。")
@with_appcontext
def replay(entries: int, sqlite: bool) -> None:
    """在基准自己的库上办一件有许多步的件，报告审计员打开回放和看一步要多久。"""
    known: settings.Settings = current_app.extensions["banyan_settings"]
    if not known.demo:
        raise click.ClickException("基准不在生产系统上运行。请在演示模式下运行。")
    create_app: Callable[[settings.Settings], Flask] = current_app.extensions[FACTORY]
    with own_database(None if sqlite else known.database_url) as own:
        app = create_app(settings.read({**os.environ, "DATABASE_URL": own.url, "FOUR_EYES": "off"}))
        with app.app_context():
            try:
                case = _made(app, entries, known.demo_password)
            finally:
                db.session.remove()
        found = _opened(app, case, known.demo_password)
        with app.app_context():
            db.engine.dispose()
        click.echo(f"{own.described}　{found.entries} 条记录")
    click.echo(f"  {padded('打开回放（毫秒，中位）', 30)}{found.open_ms:.0f}（{found.statements} 条语句）　≤ 300")
    click.echo(f"  {padded('其中处理器时间（毫秒，平均）', 30)}{found.cpu_ms:.0f}")
    click.echo(f"  {padded('看一步（毫秒，中位）', 30)}{found.step_ms:.0f}")
    click.echo(f"  {padded('页面', 30)}{found.page / 1000:.0f} kB，gzip {found.packed / 1000:.0f} kB")


def _made(app: Flask, entries: int, password: str) -> str:
    folder = DATA / "rounds"
    settle(Path(app.root_path).parent, password)
    files = {
        "bench-rounds/process.bpmn": (folder / "process.bpmn").read_text("utf-8"),
        "bench-rounds/process.toml": (folder / "process.toml").read_text("utf-8"),
        "bench-rounds/forms/round.json": (folder / "round.json").read_text("utf-8"),
    }
    in_transaction(lambda: publish(db.session(), Bundle("bench-rounds", files), by="bench", now=clock.now()))
    around, by = app.extensions["banyan"], person()
    case = in_transaction(lambda: start(db.session(), around, "bench-rounds", by=by, now=clock.now()).id)
    with click.progressbar(length=entries, label="正在办理", file=sys.stderr) as progress:
        written = 1
        while written < entries:
            task = db.session.scalar(select(Task.id).where(Task.instance_id == case, Task.status == "open"))
            assert task is not None
            answers = {
                "again": "yes",
                "size": written,
                "why": f"第 {written} 次",
                "place": "登记室",
            }
            in_transaction(
                lambda task=task, answers=answers: complete_task(  # type: ignore[misc]
                    db.session(), around, task, by=by, answers=answers, now=clock.now()
                )
            )
            before, written = written, db.session.get_one(Instance, case).head_seq
            db.session.remove()
            progress.update(written - before)
    return str(case)


def _opened(app: Flask, case: str, password: str) -> Opened:
    auditor = Visitor(app)
    auditor.signs_in(AUDITOR, password)
    auditor.page(f"/cases/{case}/replay")
    auditor.posted(f"/cases/{case}/purpose", reason="性能基准")
    before = process_time()
    opened = [auditor.timed(f"/cases/{case}/replay") for _ in range(TURNS)]
    cpu_ms = (process_time() - before) * 1000 / TURNS
    steps = [auditor.timed(f"/cases/{case}/replay/{seq}") for seq in range(2, 2 + TURNS)]
    page = auditor.page(f"/cases/{case}/replay").get_data()
    with app.app_context():
        entries = db.session.get_one(Instance, case).head_seq
        db.session.remove()
    return Opened(
        entries,
        median(ms for ms, _ in opened),
        cpu_ms,
        max(count for _, count in opened),
        len(page),
        len(gzip.compress(page)),
        median(ms for ms, _ in steps),
    )
