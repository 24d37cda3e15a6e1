"""flask bench approval --bpmn FILE --instances N [--http] [--json FILE]"""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
import orjson
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import settings
from app.cli.bench.crowd import clients, crowd
from app.cli.bench.databases import Own, own_database
from app.cli.bench.door import Door, Inside, Through, Wire
from app.cli.bench.figures import Figures, figures
from app.cli.bench.furnish import furnish
from app.cli.bench.measure import measure, record_holds
from app.cli.bench.server import served
from app.cli.bench.table import lines
from app.cli.bench.yardsticks import Bare, Floor
from app.db import db
from app.engine import DefinitionRefused
from app.errors import Refusal
from app.texts import sentence

FACTORY = "banyan_create_app"
"""Where `wiring` leaves its factory for a second application: a door may not import what stands above it."""


@click.group()
def bench() -> None:
    """性能基准"""


@bench.command()
@click.option("--bpmn", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="流程图。")
@click.option("--instances", default=100, show_default=True, type=click.IntRange(1, 100_000), help="办完多少件。")
@click.option("--http", is_flag=True, help="经接口办理（自启单进程 gunicorn）；否则在本进程内办理。")
@click.option(
    "--clients",
    "number",
    default=1,
    show_default=True,
    type=click.IntRange(1, 32),
    help="另经接口测几个客户端同时办理。",
)
@click.option("--sqlite", is_flag=True, help="用临时 SQLite 文件，即使有 PostgreSQL。")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="另将结果写入此文件。")
@with_appcontext
def approval(bpmn: Path, instances: int, http: bool, number: int, sqlite: bool, json_file: Path | None) -> None:
    """在基准自己的数据库上发布流程图，办完若干件，报告速度、语句数和占用空间。"""
    known: settings.Settings = current_app.extensions["banyan_settings"]
    if not known.demo:
        raise click.ClickException(
            "基准不在生产系统上运行。请在演示模式下运行：BANYAN_MODE=demo flask bench approval …"
        )
    with own_database(None if sqlite else known.database_url) as own:
        click.echo(f"数据库：{own.described}", err=True)
        try:
            found = _measured(own, bpmn, instances, http=http, count=number)
        except Refusal as refusal:
            raise click.ClickException(sentence(refusal)) from refusal
        except DefinitionRefused as problem:
            first = problem.findings[0]
            raise click.ClickException(f"{bpmn.name}：{first.message}{first.remedy}") from problem
    if json_file is not None:
        json_file.write_bytes(orjson.dumps(found.as_json(), option=orjson.OPT_INDENT_2))
    for line in lines(found):
        click.echo(line)


def _measured(own: Own, bpmn: Path, instances: int, *, http: bool, count: int) -> Figures:
    root = Path(current_app.root_path).parent
    environ = {**os.environ, "BANYAN_MODE": "demo", "DATABASE_URL": own.url, "FOUR_EYES": "off"}
    create_app: Callable[[settings.Settings], Flask] = current_app.extensions[FACTORY]
    read = settings.read(environ)
    app = create_app(read)
    with app.app_context():
        try:
            process, token = furnish(root, bpmn.read_bytes(), file=bpmn.name, password=read.demo_password)
            with served(root, environ) as address, closing(Wire(address)) as wire, Floor(bpmn) as floor:
                door: Door = Through(wire, token, process) if http else Inside(app, process)
                samples = measure(app, door, Bare(wire), floor, instances)
                if count > 1:
                    with clients(address, token, process, count) as doors:
                        samples.crowd = crowd(doors, max(1, instances // count))
                samples.record_holds = record_holds(app)
        finally:
            db.session.remove()
            db.engine.dispose()
    return figures(samples, own, file=bpmn.name, http=http)
